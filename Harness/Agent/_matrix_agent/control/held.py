"""Keeps all other threads from running while memory that is theirs is written."""

import gc
import sys
import time

INTERVAL = 0.02
_GAP = 0.0005
_LONGEST = 0.03                 # A machine that is busy gives nobody a quiet turn.


class Held(object):
    """Within, for some milliseconds, the calling thread is the only one that runs Python.

    A thread that waits asks for the GIL when it has waited for the switch interval and nobody was
    given the GIL meanwhile (`take_gil`, the same since 3.2). So the interval is made long, and those
    that still wait by the old one are let have their turn: when an old interval has passed without
    a pause, nobody asks before a long one is over. The garbage collector is held as well:
    finalizers are the program's and may give the GIL away.
    """

    def __enter__(self):
        self._collects = gc.isenabled()
        gc.disable()
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(max(INTERVAL, self._interval))
        turn = min(self._interval, INTERVAL / 2) + 0.001
        clock = time.monotonic
        begin = last = now = clock()
        end = now + _LONGEST
        while now - begin < turn and now < end:
            now = clock()
            if now - last > _GAP:
                begin = now             # Another thread has run.
            last = now
        self._last = last
        return self

    def is_unbroken(self):
        """False where another thread may have run since the last time that this was asked."""
        last, self._last = self._last, time.monotonic()
        return self._last - last < _GAP

    def __exit__(self, *exception):
        sys.setswitchinterval(self._interval)
        if self._collects:
            gc.enable()
