"""The rules of stepping, once, above either way of watching execution.

A step is a kind, the frame that it is relative to (the base) and the line where it began. The rules
are those of the classic protocol; a frame is told from another by identity, where the historic
agent counted calls and returns.
"""

INTO = 'into'
OVER = 'over'
OUT = 'out'


class Step(object):
    """A step that is under way in one thread."""

    __slots__ = ('kind', 'base', 'line', 'is_target')

    def __init__(self, kind, base, line):
        self.kind = kind
        self.base = base
        self.line = line
        self.is_target = None           # says whether the call that is under way is the one wanted

    def call(self, frame):
        """A function of the user's begins. Into continues inside it, on whichever line is first."""
        if self.kind is not INTO or (self.is_target is not None and not self.is_target()):
            return False
        self.kind = OVER
        self.base = frame
        self.line = None
        return True

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
        if self.kind is OUT:
            self.kind = OVER


def outer_user_frame(frame, is_user_code):
    """The nearest frame of the user's from `frame` outward, or None."""
    while frame is not None:
        if is_user_code(frame.f_code.co_filename):
            return frame
        frame = frame.f_back
    return None
