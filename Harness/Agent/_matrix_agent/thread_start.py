"""Threads: those of the agent's own, none of which outlives the program, and those that the program
starts, by whichever door: each is announced and watched.

The doors are functions of `_thread`, which `threading` keeps under names of its own. They are given
back when the session ends; a program that took our version keeps it, and it passes through.
"""

import _signal
import atexit
import os
import sys

from . import active_session, genuine, log, threads
from .genuine import _thread, is_genuine, posix

_partial = genuine.stdlib('_functools').partial

_DOORS = (
    ('start_new_thread', ('_start_new_thread',)),
    ('start_new', ()),
    ('start_joinable_thread', ('_start_joinable_thread',)),     # since 3.13
)

# Without those that a fault raises in the thread itself; the C library keeps 32 and 33 for itself.
_SIGNALS = frozenset(range(1, 65)) - {4, 5, 7, 8, 11, 31, 32, 33}

_LONGEST_END = 5                # seconds for which the end of the program waits for our threads
_PAUSE = 0.001
_own = set()
_registered = []


def start_agent_thread(function, arguments, wake=None):
    """A thread of the agent's own: no debugger hears of it. `wake` makes it end; it is called at
    the end of the program."""
    own = _OwnThread(wake)
    started = False
    # Signals are the program's: the system gives them to any thread that does not block them, and
    # from one of ours they would not end the main thread's waiting.
    before = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
    try:
        _signal.pthread_sigmask(_signal.SIG_BLOCK, _SIGNALS)
        _thread.start_new_thread(_run_own, (own, function, arguments))
        started = True
    finally:
        if not started:
            _own.discard(own)
        _signal.pthread_sigmask(_signal.SIG_SETMASK, before)


def run_own(function, arguments):
    """Calls the function on this thread, which is the agent's meanwhile."""
    _run_own(_OwnThread(None), function, arguments)


def _run_own(own, function, arguments):
    own.begin()
    identifier = _thread.get_ident()
    threads.AGENTS.add(identifier)
    try:
        function(*arguments)
    except BaseException:
        log.error()
    finally:
        threads.AGENTS.discard(identifier)
        own.ended = True


class _OwnThread(object):
    """A thread of the agent's, from before it is started until the system knows it no more."""

    def __init__(self, wake):
        self._wake = wake
        self._pid = posix.getpid()
        self._task = None
        self.ended = False
        await_own_at_exit()
        for other in list(_own):
            if other.is_gone():
                _own.discard(other)
        _own.add(self)

    def begin(self):
        try:
            self._task = '/proc/' + os.readlink('/proc/thread-self')
        except OSError:
            pass                        # Then its end in Python has to do.

    def is_gone(self):
        if self._pid != posix.getpid():
            return True                 # It is the parent's.
        return self.ended and (self._task is None or not os.path.exists(self._task))

    def wake(self):
        wake, self._wake = self._wake, None
        if wake is not None:
            wake()


def await_own_at_exit():
    """Before 3.14 a thread that runs on while the interpreter ends uses what is freed already; most
    of all one that has not begun by then (gh-108987, gh-110052). So the end of the program waits
    for our threads, after every exit function that is registered later than this one."""
    if not _registered:
        _registered.append(True)
        atexit.register(_await_own)


def _await_own():
    pause = _thread.allocate_lock()
    pause.acquire()
    for _ in range(int(_LONGEST_END / _PAUSE)):
        session = active_session.session
        if session is not None and session.pid == posix.getpid():
            session.detach()            # It began while exit functions ran.
        running = [own for own in list(_own) if not own.is_gone()]
        if not running:
            return
        for own in running:
            own.wake()
        pause.acquire(True, _PAUSE)


def install(session):
    """Opens the doors; `session.on_let_go` closes them."""
    replaced = []
    programs = sys.modules['_thread']
    for name, names_in_threading in _DOORS:
        original = getattr(programs, name, None)
        if not is_genuine(getattr(original, 'original', original), '_thread'):
            continue                    # What the program starts there may be no thread at all.
        door = _door(session, original)
        holders = [(programs, name)]
        threading = sys.modules.get('threading')
        holders += [(threading, other) for other in names_in_threading
                    if getattr(threading, other, None) is original]
        for holder, attribute in holders:
            setattr(holder, attribute, door)
        replaced.append((original, door, name, names_in_threading))

    def restore():
        for original, door, name, names_in_threading in replaced:
            threading = sys.modules.get('threading')
            for holder, attribute in [(programs, name)] + [
                    (threading, other) for other in names_in_threading]:
                if getattr(holder, attribute, None) is door:
                    setattr(holder, attribute, original)

    session.on_let_go.append(restore)


def _door(session, original):
    takes_arguments = original.__name__ != 'start_joinable_thread'

    def start(function, *arguments, **keywords):
        if session.detached or not callable(function):
            return original(function, *arguments, **keywords)
        if not takes_arguments:
            return original(_watched(session, function), *arguments, **keywords)
        if keywords or not _are_arguments(*arguments):
            return original(function, *arguments, **keywords)       # It has its words for that.
        return original(_watched(session, function, *arguments), ())

    start.__name__ = start.__qualname__ = original.__name__
    start.__doc__ = original.__doc__
    start.original = original
    return start


def _are_arguments(positional=None, named=None, *more):
    return isinstance(positional, tuple) and isinstance(named, (dict, type(None))) and not more


def _watched(session, function, positional=(), named=None):
    """What runs in the new thread: first `_enter`, then the function. Both are called by C, so that
    below the function there is no frame of ours, as long as the thread may live."""
    calls = [_partial(_enter, session), _partial(function, *positional, **named or {})]
    start = _Start(tuple, map(_partial.__call__, calls))
    start.function = function
    return start


class _Start(_partial):
    """It looks like the program's function where that is printed."""

    def __repr__(self):
        return repr(self.function)


def _enter(session):
    if session.detached:
        return
    if _ends is not None:
        # In no variable: another thread may keep this frame while it looks at stacks.
        _ends.leaving = _Leaving()
        _ends.leaving.thread = _thread.get_ident()
    thread = session.threads.begin()
    thread.adopted = _ends is None      # Then nobody will tell of its end.
    session.control.enter_thread()


class _Leaving(object):
    """Goes with the values that a thread has of its own, which is the last thing that it does."""

    thread = None

    def __del__(self):
        # At the end of the interpreter, and in a forked child, another thread takes them away.
        session = active_session.session
        if session is None or self.thread != _thread.get_ident():
            return
        try:
            session.control.leave_thread()
            session.thread_ended()
        except BaseException:
            log.error()


def _values_of_threads():
    """An object with attributes of each thread's own, by the interpreter's type; or None."""
    for kind in type.__subclasses__(object):
        if kind.__name__ == '_local' and kind.__module__ == '_thread':
            return kind()
    return None


_ends = _values_of_threads()
