"""Keeps all other threads from running while memory that is theirs is written."""

import gc
import sys

from .. import genuine
from ..genuine import time

INTERVAL = 0.02
_GAP = 0.0005
_LONGEST = 0.03                 # A machine that is busy gives nobody a quiet turn.


class QuietTurn(object):
    """Within, for some milliseconds, the calling thread is the only one that runs Python.

    A thread that waits asks for the GIL when it has waited for the switch interval and nobody was
    given the GIL meanwhile (`take_gil`, the same since 3.2). So the interval is made long, and those
    that still wait by the old one are let have their turn: when an old interval has passed without
    another thread's turn, nobody asks before a long one is over. The garbage collector is held as
    well: finalizers are the program's and may give the GIL away.
    """

    def __enter__(self):
        self._collects = gc.isenabled()
        gc.disable()
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(max(INTERVAL, self._interval))
        turn = min(self._interval, INTERVAL / 2) + 0.001
        self._turns = turns = _turns_of_others()
        clock = time.monotonic
        begin = now = clock()
        end = now + _LONGEST
        last = turns()
        while now - begin < turn and now < end:
            now = clock()
            count = turns()
            if count != last:
                begin, last = now, count
        self._begin, self._last = begin, last
        return self

    def is_unbroken(self):
        """False where another thread may have run since the last time that this was asked, or may
        ask for the GIL at any moment."""
        last, self._last = self._last, self._turns()
        return self._last == last and time.monotonic() - self._begin < INTERVAL

    def __exit__(self, *exception):
        sys.setswitchinterval(self._interval)
        if self._collects:
            gc.enable()


def _turns_of_others():
    """A function whose answer differs from the one before if another thread may have run meanwhile.

    Whoever gives the GIL away sleeps until it comes back; whom the system merely makes wait does
    not, and Linux counts the two apart.
    """
    try:
        resource = genuine.stdlib('resource')
        getrusage, thread = resource.getrusage, resource.RUSAGE_THREAD
    except (ImportError, AttributeError):
        return _Pauses().count

    def count():
        return getrusage(thread).ru_nvcsw

    return count


class _Pauses(object):
    """Counts the times at which nothing was asked for a while, in which another thread may have
    run."""

    def __init__(self):
        self._last = time.monotonic()
        self._count = 0

    def count(self):
        last, self._last = self._last, time.monotonic()
        if self._last - last > _GAP:
            self._count += 1
        return self._count
