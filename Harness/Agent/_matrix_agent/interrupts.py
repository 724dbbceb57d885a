"""An interrupt (SIGINT) that arrives while the main thread is in the agent's hands.

Python would raise KeyboardInterrupt in the middle of our code, and an exception that leaves a trace
function ends tracing. So the interrupt is held during a stop, and comes again when the main thread
is back in the program.
"""

import _signal
import sys

from . import code_filter, thread_start
from .genuine import _thread, time

_PAUSE = 0.001


class Held(object):
    """Holds interrupts from its making to `release`. For the main thread only."""

    def __init__(self):
        self._came = []
        self._handler = _signal.getsignal(_signal.SIGINT)
        self._active = callable(self._handler)
        if self._active:
            _signal.signal(_signal.SIGINT, self._note)

    def _note(self, number, frame):
        self._came.append(number)

    def release(self, main):
        if self._active and _signal.getsignal(_signal.SIGINT) == self._note:
            _signal.signal(_signal.SIGINT, self._handler)
        if self._came:
            deliver_later(main)


def deliver_later(main):
    """Interrupts the main thread as soon as it is seen outside the agent."""
    ends = []
    thread_start.start_agent_thread(_deliver, (main, ends), lambda: ends.append(True))


def _deliver(main, ends):
    while not ends:
        time.sleep(_PAUSE)
        frame = sys._current_frames().get(main)
        if frame is None:
            return
        if not code_filter.is_agent(frame.f_code.co_filename):
            _thread.interrupt_main()
            return
