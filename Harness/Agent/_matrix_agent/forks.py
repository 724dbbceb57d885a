"""A forked child is another process: it lets go of the debugger and runs on."""

import os

_watched = []
_registered = []


def let_go_in_children(owner):
    """Calls `owner.let_go_in_child` in children (3.7 and later). The result undoes it.

    A hook for forks cannot be taken back, so there is one for all sessions of a process, which is
    left without anything to do.
    """
    register = getattr(os, 'register_at_fork', None)
    if register is not None and not _registered:
        _registered.append(True)
        register(after_in_child=_in_child)
    _watched.append(owner)

    def undo():
        if owner in _watched:
            _watched.remove(owner)

    return undo


def _in_child():
    while _watched:
        _watched.pop().let_go_in_child()
