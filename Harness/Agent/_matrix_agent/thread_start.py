"""Threads that the program starts, by whichever door: each is announced and watched.

The doors are functions of `_thread`, which `threading` keeps under names of its own. They are given
back when the session ends; a program that took our version keeps it, and it passes through.
"""

import _thread
import sys

from . import current, threads

_DOORS = (
    ('start_new_thread', ('_start_new_thread',)),
    ('start_new', ()),
    ('start_joinable_thread', ('_start_joinable_thread',)),     # since 3.13
)


def start_agent_thread(function, arguments):
    """A thread of the agent's own: no debugger hears of it."""
    start = _thread.start_new_thread
    getattr(start, 'original', start)(run_own, (function, arguments))


def run_own(function, arguments):
    """Calls the function on this thread, which is the agent's meanwhile."""
    identifier = _thread.get_ident()
    threads.AGENTS.add(identifier)
    try:
        function(*arguments)
    except BaseException:
        from . import debugger
        debugger.log_error()
    finally:
        threads.AGENTS.discard(identifier)


def install(session):
    """Opens the doors; `session.on_let_go` closes them."""
    replaced = []
    for name, names_in_threading in _DOORS:
        original = getattr(_thread, name, None)
        if original is None:
            continue
        door = _door(session, original)
        holders = [(_thread, name)]
        threading = sys.modules.get('threading')
        holders += [(threading, other) for other in names_in_threading
                    if getattr(threading, other, None) is original]
        for holder, attribute in holders:
            setattr(holder, attribute, door)
        replaced.append((original, door, name, names_in_threading))

    def restore():
        for original, door, name, names_in_threading in replaced:
            threading = sys.modules.get('threading')
            for holder, attribute in [(_thread, name)] + [
                    (threading, other) for other in names_in_threading]:
                if getattr(holder, attribute, None) is door:
                    setattr(holder, attribute, original)

    session.on_let_go.append(restore)


def _door(session, original):
    def start(function, *arguments, **keywords):
        if session.detached or not callable(function):
            return original(function, *arguments, **keywords)
        return original(_Watched(session, function), *arguments, **keywords)

    start.__name__ = start.__qualname__ = original.__name__
    start.__doc__ = original.__doc__
    start.original = original
    return start


class _Watched(object):
    """What runs in the new thread. It looks like the program's function where that is printed."""

    def __init__(self, session, function):
        self._session = session
        self._function = function

    def __repr__(self):
        return repr(self._function)

    def __call__(self, *arguments, **keywords):
        session, self._session = self._session, None
        if session.detached:
            return self._function(*arguments, **keywords)
        session.threads.begin()
        session.control.enter_thread()
        del session                     # The thread may outlive it by far.
        try:
            return self._function(*arguments, **keywords)
        finally:
            session = current.session
            if session is not None:
                session.control.leave_thread()
                session.thread_ended()
