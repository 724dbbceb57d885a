"""A forked child is another process: it lets go of the debugger and runs on."""

import os


def let_go_in_children(session):
    """Registers for forks (3.7 and later). The result undoes it: a hook cannot be taken back, so
    it is left without anything to do."""
    watched = [session]

    def in_child():
        if watched:
            watched.pop().let_go_in_child()

    register = getattr(os, 'register_at_fork', None)
    if register is not None:
        register(after_in_child=in_child)
    return watched.clear
