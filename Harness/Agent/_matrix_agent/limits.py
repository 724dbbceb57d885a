"""Time for what the program's own code does while the debugger looks: `__repr__`, properties, and
what the user types.

Such code runs on a stopped thread, inside our callback, where CPython reports no events; so what
never returns is ended by an asynchronous exception, which strikes at the thread's next bytecode.
Code in C that blocks cannot be ended. Then the debugger is told at the deadline, and the thread
stays busy until the code returns.

A watcher thread exists only while code of the program's runs in our hands, but for the one that
watches conditions of breakpoints: that stays from the first condition to the end of the session.
"""

import os
import sys

from . import forks, greenlets, native, thread_start, wakeup
from .genuine import _thread, time

EVALUATION = 10.0       # seconds, for an expression, a statement or a condition that the user typed
CHILDREN = 5.0          # for the children of one value
FRAMES = 1.0            # for all representations of one list of frames
GRACE = 0.5             # from the exception to the word that nothing helps
_AGAIN = 0.05           # between exceptions, for code that catches them

_budgets = {}


def _no_budgets():
    """Other threads' in the parent of a forked child."""
    global _budgets
    own = _thread.get_ident()
    _budgets = {own: _budgets[own]} if own in _budgets else {}


forks.reset_in_children(_no_budgets)


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

    def __init__(self, limit, on_late=None, patrol=None):
        self.limit = limit
        self.over = False
        self._on_late = on_late
        self._patrol = patrol
        self._thread = _thread.get_ident()
        self._waiting = None
        self._started = False
        self._done = False
        self._bell = None
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
            self._waiting = None
            if outer is None:
                _budgets.pop(self._thread, None)
            else:
                _budgets[self._thread] = outer

    def _own_frame(self):
        """That of `run`, which is on the stack of the greenlet that works."""
        frame = sys._getframe() if greenlets.library() is not None else None
        while frame is not None and frame.f_code is not Budget.run.__code__:
            frame = frame.f_back
        return frame

    def start(self):
        if not self._started:
            self._waiting = greenlets.Waiting(self._own_frame())
            self._started = True
            self._bell = wakeup.Wakeup()
            if self._patrol is None:
                _start_watcher(self._watch, wake=self._bell.ring)
            else:
                self._patrol.watch(self)

    def _finish(self):
        """From here on no exception comes. One may be under way and strike in here.

        One that is under way is replaced by a last one that is awaited; see `_take_back`.
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
                if self._patrol is not None:
                    self._patrol.forget(self)
                self._bell.ring()
                self._started = False
            except Expired:
                continue

    def end(self):
        """The program ends."""
        self._bell.ring()

    def _watch(self):
        if not self._bell.wait(self.limit):
            self.strike()

    def strike(self):
        """The time is up: ends the work, and tells where that cannot be done."""
        for _ in range(int(GRACE / _AGAIN)):
            if self._interrupt():
                return
        if self._on_late is not None and not self._done:
            self._on_late()
        while not self._bell.wait(1):
            if self._interrupt():
                return

    def _interrupt(self):
        """Sends an exception, and takes it back where it does not strike. True where the work is
        done."""
        with self._guard:
            if self._done:
                return True
            self.over = True
            waiting = self._waiting
            runs = waiting.runs(self._thread)
            if runs:
                _send(self._thread, Expired)
            else:
                waiting.throw(Expired, lambda: not self._done)
        if self._bell.wait(_AGAIN):
            return True
        with self._guard:
            if runs and not self._done:
                _take_back(self._thread)
            return self._done


class Patrol(object):
    """Watches budgets that come and go by the thousand, as those of a condition in a loop do: one
    thread for all of a session's."""

    def __init__(self):
        self._ends = {}
        self._runs = False
        self._lock = _thread.allocate_lock()
        self._bell = wakeup.Wakeup()

    def watch(self, budget):
        self._ends[budget] = time.monotonic() + budget.limit
        if not self._runs:
            with self._lock:
                first, self._runs = not self._runs, True
            if first:
                _start_watcher(self._run, budget.limit, wake=self.end)

    def forget(self, budget):
        self._ends.pop(budget, None)

    def end(self):
        """The session is over. Takes no lock, for a forked child calls it as well."""
        self._bell.ring()

    def _run(self, limit):
        """All limits are the same: none that begins meanwhile is over before the pause is."""
        pause = limit
        while not self._bell.wait(pause):
            now = time.monotonic()
            pause = limit
            for budget, end in list(self._ends.items()):
                if end <= now:
                    self.forget(budget)
                    _start_watcher(budget.strike, wake=budget.end)
                else:
                    pause = min(pause, end - now)


def _start_watcher(function, *arguments, wake):
    """Since 3.12 there are no new threads at the end of the program: then nothing is watched."""
    try:
        thread_start.start_agent_thread(function, arguments, wake)
    except RuntimeError:
        pass


def begin():
    """Code of the program's is about to be called on this thread."""
    budget = _budgets.get(_thread.get_ident())
    if budget is not None:
        budget.start()


def asking_nothing(work):
    """The result of `work`, done without a call to code of the program's."""
    budget = Budget(0)
    budget.over = True
    return budget.run(work)


def is_over():
    """True where the time of this thread's answer is up: nothing more is called then."""
    budget = _budgets.get(_thread.get_ident())
    return budget is not None and budget.over


def _send(identifier, exception=None):
    calls = native.get()
    # An unsigned long since 3.7, and the bits are the same.
    send = calls.function('PyThreadState_SetAsyncExc', calls.int, calls.word, calls.object)
    send(identifier, calls.object() if exception is None else calls.object(exception))


def _take_back(identifier):
    """Until an exception has struck, CPython 3.11 spins in every other thread that enters a traced
    function, and goes on after it was taken back: the mark is cleared by one of our own."""
    _send(identifier)
    try:
        _send(_thread.get_ident(), Expired)
        for _ in range(10000):
            _nothing()
    except Expired:
        pass


def _nothing():
    """A call is where every version looks for an exception."""
