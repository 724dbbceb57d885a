"""Time for what the program's own code does while the debugger looks: `__repr__`, properties, and
what the user types.

Such code runs on a stopped thread, inside our callback, where CPython reports no events; so what
never returns is ended by an asynchronous exception, which strikes at the thread's next bytecode.
Code in C that blocks cannot be ended. Then the debugger is told at the deadline, and the thread
stays busy until the code returns.

A watcher thread exists only while code of the program's runs in our hands.
"""

import _thread
import os

EVALUATION = 10.0       # seconds, for an expression or statement that the user typed
CHILDREN = 5.0          # for the children of one value
FRAMES = 1.0            # for all representations of one list of frames
GRACE = 0.5             # from the exception to the word that nothing helps
_AGAIN = 0.05           # between exceptions, for code that catches them

_budgets = {}
_start_thread = _thread.start_new_thread     # as it was before threads of the program were watched


class Expired(BaseException):
    """The time is up."""


def seconds(default):
    """The deadline, or what the environment says in its place."""
    try:
        return float(os.environ['MATRIX_EVALUATION_DEADLINE'])
    except (KeyError, ValueError):
        return default


class Budget(object):
    """The time of one answer. The clock starts with the first call to code of the program's."""

    def __init__(self, limit, on_late=None):
        self.limit = limit
        self.over = False
        self._on_late = on_late
        self._thread = _thread.get_ident()
        self._started = False
        self._done = False
        self._wake = None
        self._guard = _thread.allocate_lock()

    def run(self, work):
        """The result of `work`; `Expired` where it took too long."""
        outer = _budgets.get(self._thread)
        _budgets[self._thread] = self
        try:
            try:
                return work()
            finally:
                self._finish()
        except Expired:
            self._finish()
            raise
        finally:
            if outer is None:
                _budgets.pop(self._thread, None)
            else:
                _budgets[self._thread] = outer

    def start(self):
        if not self._started:
            self._started = True
            self._wake = _thread.allocate_lock()
            self._wake.acquire()
            _start_thread(self._watch, ())

    def _finish(self):
        """From here on no exception comes. One may be under way and strike in here.

        One that is under way is not taken back, but replaced by a last one that is awaited: CPython
        3.11 spins for ever in a traced function after one was taken back, since the mark that makes
        it look for one then stays.
        """
        flushed = False
        while self._started:
            try:
                self._done = True
                with self._guard:
                    pass                # The watcher is not just about to send one.
                if self.over and not flushed:
                    flushed = True
                    _send(self._thread, Expired)
                    for _ in range(10000):
                        _nothing()
                self._started = False
                self._wake.release()
            except Expired:
                continue

    def _watch(self):
        if self._wake.acquire(True, self.limit):
            return
        for _ in range(int(GRACE / _AGAIN)):
            with self._guard:
                if self._done:
                    return
                self.over = True
                _send(self._thread, Expired)
            if self._wake.acquire(True, _AGAIN):
                return
        if self._on_late is not None and not self._done:
            self._on_late()
        while not self._wake.acquire(True, 1):
            with self._guard:
                if self._done:
                    return
                _send(self._thread, Expired)


def begin():
    """Code of the program's is about to be called on this thread."""
    budget = _budgets.get(_thread.get_ident())
    if budget is not None:
        budget.start()


def is_over():
    """True where the time of this thread's answer is up: nothing more is called then."""
    budget = _budgets.get(_thread.get_ident())
    return budget is not None and budget.over


def _send(identifier, exception):
    import ctypes
    send = ctypes.pythonapi.PyThreadState_SetAsyncExc
    # An unsigned long since 3.7, and the bits are the same.
    send(ctypes.c_ulong(identifier), ctypes.py_object(exception))


def _nothing():
    """A call is where every version looks for an exception."""
