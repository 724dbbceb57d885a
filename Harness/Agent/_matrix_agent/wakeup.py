"""One thread waits, others wake it."""

from .genuine import _thread


class Wakeup(object):
    """To ring twice is to ring once.

    A bare lock will not do: who releases it a second time before the thread that waits has run
    fails an assertion of debug builds (seen on 3.14), and an error is all that tells it elsewhere.
    """

    def __init__(self):
        self._lock = _thread.allocate_lock()
        self._lock.acquire()
        self._silent = [True]           # `pop` is one step for all threads.

    def ring(self):
        try:
            self._silent.pop()
        except IndexError:
            return
        self._lock.release()

    def wait(self, seconds=-1):
        """False where it has not been rung in time. Rings from here on are heard by the next."""
        if not self._lock.acquire(True, seconds):
            return False
        self._silent.append(True)
        return True
