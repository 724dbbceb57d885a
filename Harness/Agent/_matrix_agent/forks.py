"""A forked child is another process: it lets go of its parent's debugger."""

import os

_watched = []
_registered = []
_resets = []


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
        register(after_in_child=in_child)
    _watched.append(owner)

    def undo():
        if owner in _watched:
            _watched.remove(owner)

    return undo


def in_child():
    """In a child: all let go first; then what they have left to do is done."""
    owners = _watched[:]
    del _watched[:]
    left = [owner.let_go_in_child() for owner in reversed(owners)]
    for reset in _resets:
        reset()
    for work in left:
        if work is not None:
            work()
