"""A forked child is another process: it lets go of its parent's debugger."""

import os

from . import genuine
from .genuine import _thread

_LONGEST = 1                    # seconds for which a fork waits for a command to be over

_watched = []
_registered = []
_resets = []

# Not empty in a child until all have let go. It is filled by a call that runs no Python code, before
# anything there does: in a free-threaded build, tables that other threads had locked when their process
# forked stay locked, and whoever touches one waits for ever.
letting_go = []
_begin = genuine.unseen('_functools').partial(letting_go.append, True)

# Held while a command is acted upon: a child is not to have the half of it, nor, in a free-threaded
# build, objects that are locked by a thread that it does not have.
calm = _thread.allocate_lock()
_holds = []


def before():
    if calm.acquire(True, _LONGEST):
        _holds.append(calm)


def in_parent():
    if _holds:
        _holds.pop().release()


def reset_in_children(reset):
    """Calls `reset` in children: what other threads held is nobody's there."""
    _resets.append(reset)


def let_go_in_children(owner):
    """Calls `owner.let_go_in_child` in children (3.7 and later), whose result is None or what to do when
    all have let go. The result undoes it.

    A hook for forks cannot be taken back, so there is one for all sessions of a process, which is
    left without anything to do.
    """
    register = getattr(os, 'register_at_fork', None)
    if register is not None and not _registered:
        _registered.append(True)
        register(after_in_child=_begin)
        register(before=before, after_in_parent=in_parent, after_in_child=in_child)
    _watched.append(owner)

    def undo():
        if owner in _watched:
            _watched.remove(owner)

    return undo


def in_child():
    """In a child: all let go first; then what they have left to do is done."""
    global calm
    calm = _thread.allocate_lock()
    del _holds[:]
    owners = _watched[:]
    del _watched[:]
    try:
        left = [owner.let_go_in_child() for owner in reversed(owners)]
        for reset in _resets:
            reset()
    finally:
        del letting_go[:]
    for work in left:
        if work is not None:
            work()
