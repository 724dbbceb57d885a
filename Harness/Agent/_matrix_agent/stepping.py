"""The rules of stepping, once, above either way of watching execution.

A step is a kind, the frame that it is relative to (the base) and the line where it began. The rules
are those of the classic protocol; a frame is told from another by identity, where the historic
agent counted calls and returns.
"""

import _weakref

from . import greenlets, tasks

INTO = 'into'
OVER = 'over'
OUT = 'out'


class Step(object):
    """A step that is under way in one thread."""

    __slots__ = ('kind', 'base', 'line', 'is_target', '_greenlet', '_task')

    def __init__(self, kind, base, line):
        self.kind = kind
        self.base = base
        self.line = line
        self.is_target = None           # says whether the call that is under way is the one wanted
        self._greenlet = None           # where no base is left
        self._task = None               # in which the base waits

    def call(self, frame):
        """A function of the user's begins. Into continues inside it, on whichever line is first,
        but not in what merely runs while the base waits: other greenlets, other tasks."""
        if self.kind is not INTO or not self._leads_to(frame):
            return False
        if self.is_target is not None and not self.is_target():
            return False
        self.kind = OVER
        self.base = frame
        self.line = None
        return True

    def _leads_to(self, frame):
        if self.base is None:
            return self._greenlet is None or self._greenlet() is greenlets.current()
        if is_on_stack(self.base, frame) or is_on_stack(self.base, greenlets.parent_frame()):
            return True
        waiting = self._task() if self._task is not None else None
        task = tasks.current() if waiting is not None else None
        return task is not None and task is not waiting and tasks.waits_for(waiting, task)

    def waits(self):
        """The base is suspended until what it awaits is there."""
        task = tasks.current()
        self._task = _weakref.ref(task) if task is not None else None

    def ends_on_line(self, frame, line):
        """True where a line of the user's code is the end of this step."""
        if self.kind is OUT or line == self.line:
            return False
        return frame is self.base

    def ends_on_return(self, frame):
        """True where the end of `frame` is the end of this step, given a caller to show."""
        return frame is self.base

    def leave_to(self, frame):
        """The base has ended and its caller is not the user's: go on to the next frame that is.

        Into stays armed for calls. Over and out end on the first line of `frame`.
        """
        self.base = frame
        self.line = None
        if frame is None and greenlets.library() is not None:
            self._greenlet = _weakref.ref(greenlets.current())
        if self.kind is OUT:
            self.kind = OVER


def goes_on_after(frame, caller, is_user_code):
    """The nearest frame of the user's that goes on when `frame` has ended, or None: further out on
    the stack, else that of the task that waits for this one, or of the parent greenlet."""
    outer = outer_user_frame(caller, is_user_code)
    task = tasks.current()
    first = tasks.outermost_frame(task) if task is not None else None
    if first is not None and is_on_stack(first, frame) and not is_on_stack(first, outer):
        for waiting in tasks.awaiters(task):
            for inner in tasks.frames(waiting):
                if is_user_code(inner.f_code.co_filename):
                    return inner
    if outer is None:
        outer = outer_user_frame(greenlets.parent_frame(), is_user_code)
    return outer


def is_on_stack(wanted, frame):
    """True where `wanted` is `frame` or further out."""
    while frame is not None and frame is not wanted:
        frame = frame.f_back
    return frame is not None


def outer_user_frame(frame, is_user_code):
    """The nearest frame of the user's from `frame` outward, or None."""
    while frame is not None:
        if is_user_code(frame.f_code.co_filename):
            return frame
        frame = frame.f_back
    return None
