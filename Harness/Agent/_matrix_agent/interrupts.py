"""Signals that arrive while the main thread is in the agent's hands, and what their handlers raise.

A handler of the program's would run in the middle of our code, and an exception that leaves a trace
function ends tracing. So signals with handlers in Python are held during a stop, as the program is,
and come again when the main thread is back in the program.
"""

import _signal

from . import code_filter, native, thread_start
from .genuine import _thread, posix, time

_PAUSE = 0.001
_LAST = 65


class Held(object):
    """Holds signals from its making to `release`. For the main thread only."""

    def __init__(self):
        self._came = []
        self._handlers = {}
        try:
            for number in range(1, _LAST):
                handler = _signal.getsignal(number)
                if callable(handler):
                    _signal.signal(number, self._note)
                    self._handlers[number] = handler
        except ValueError:
            pass                        # Not the main thread after all.

    def _note(self, number, frame):
        self._came.append(number)

    def release(self, main):
        for number, handler in self._handlers.items():
            if _signal.getsignal(number) == self._note:
                _signal.signal(number, handler)
        if self._came:
            deliver_later(main, lambda came=self._came: _send_again(came))


def is_from_handler(error):
    """Whether a signal handler of the program's has raised it, or something that the handler called.
    """
    codes = []
    for number in range(1, _LAST):
        try:
            handler = _signal.getsignal(number)
        except ValueError:
            continue
        handler = getattr(handler, '__func__', handler)
        codes.append(id(getattr(handler, '__code__', None)))
    traceback = error.__traceback__
    while traceback is not None:
        if id(traceback.tb_frame.f_code) in codes:
            return True
        traceback = traceback.tb_next
    return False


def _send_again(numbers):
    for number in numbers:
        posix.kill(posix.getpid(), number)


def raise_later(thread, error):
    """Raises what a handler of the program's has raised as soon as the thread is outside the agent.
    """
    if isinstance(error, KeyboardInterrupt):
        deliver_later(thread, _thread.interrupt_main)
        return

    def give(cls, *arguments):
        return error

    # A class whose making gives the exception that there is already. `except` looks at the class.
    names = {'__new__': give}
    try:
        Again = type('Again', (type(error),), names)
    except TypeError:
        Again = type('Again', (BaseException,), names)
    calls = native.get()
    send = calls.function('PyThreadState_SetAsyncExc', calls.int, calls.word, calls.object)
    again = calls.object(Again)
    deliver_later(thread, lambda: send(thread, again))


def deliver_later(thread, deliver):
    """Calls `deliver` as soon as the thread is seen outside the agent."""
    ends = []
    thread_start.start_agent_thread(
        _deliver, (thread, deliver, ends), lambda: ends.append(True))


def _deliver(thread, deliver, ends):
    while not ends:
        time.sleep(_PAUSE)
        frame = native.current_frames().get(thread)
        if frame is None and native.are_all_frames_told():
            return
        if frame is None or not code_filter.is_agent(frame.f_code.co_filename):
            deliver()
            return
