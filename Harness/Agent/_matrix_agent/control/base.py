"""What watching execution means, whichever way it is done."""

import _weakref

from .. import greenlets, native, versions
from ..code_filter import is_agent

LINE = 'line'
FRAME = 'frame'
ENTRY = 'entry'
EVERYWHERE = 'everywhere'
RAISE = 'raise'


# A stack overflow in our code, which the program has of its own at its next call.
RAISES_OVERFLOW = versions.CAUGHT_OVERFLOW_ENDS_PROCESS

# How a followed frame ends: for good, by handing out a value, or by waiting for something.
ENDS, YIELDS, WAITS = 0, 1, 2
_COROUTINE, _ASYNC_GENERATOR = 0x80 | 0x100, 0x200


def suspension(code, value):
    """YIELDS or WAITS, for a frame that is suspended and hands `value` out.

    A coroutine always waits. An asynchronous generator does both, and wraps what it yields.
    """
    if code.co_flags & _COROUTINE:
        return WAITS
    if code.co_flags & _ASYNC_GENERATOR:
        wrapped = type(value).__name__ == 'async_generator_wrapped_value'
        return YIELDS if wrapped else WAITS
    return YIELDS
class Refused(RuntimeError):
    """Execution cannot be watched. `code` is what a debugger is told, by the classic numbers of
    connection errors."""

    VERSION, NO_TRACE = 2, 11

    def __init__(self, code, text):
        RuntimeError.__init__(self, text)
        self.code = code


class Patch(object):
    """A place where execution is to be reported.

    LINE: one line of one code object, in any frame. FRAME: every line and the end of one frame.
    ENTRY: the entry of any function of the user's. EVERYWHERE: every line of the user's code.
    RAISE: every exception in the user's code.
    """

    __slots__ = ('place', 'line', 'frame', 'active', '_code')

    def __init__(self, place, code=None, line=0, frame=None):
        self.place = place
        self._code = _weakref.ref(code) if code is not None else None
        self.line = line
        self.frame = frame
        self.active = False

    @property
    def code(self):
        """The code object; None where it is gone, which a breakpoint is not to prevent."""
        return self._code() if self._code is not None else None


class Sink(object):
    """What is told about hits: on the thread that hits, in the middle of it.

    The control reports every hit alike, in every thread; whether it is a breakpoint, the end of
    a step or nothing is for the sink to say.
    """

    def file_seen(self, filename):
        """Code of a file runs for the first time."""

    def code_seen(self, code):
        """A code object of a watched file exists; it may run already."""

    def on_call(self, frame):
        """A function of the user's begins, or a generator goes on."""

    def on_line(self, frame):
        """A line is about to run."""

    def on_return(self, frame, suspended):
        """A followed frame ends, by return or by exception, or is suspended (YIELDS, WAITS)."""

    def on_unwind(self, frame):
        """A frame ends whose unwinding is followed; up to 3.11 it may return as well."""

    def on_raise(self, frame, kind, value, traceback):
        """An exception is on its way through a frame of the user's."""

    def lost(self, text):
        """Something of the program's is lost while it is watched; the text says what."""

    def went_wrong(self, error):
        """An exception is being handled that must not get into the program."""


class ExecutionControl(object):
    """Applies and removes patches, reports hits, and lets everything else pass."""

    name = None
    polls = False
    may_raise = False           # An exception that leaves a callback does not end watching.
    ended = False

    def __init__(self, sink, is_user_code):
        self.sink = sink
        self.is_user_code = is_user_code
        self.unwinding = {}             # by their addresses: frames whose unwinding is followed
        self._unreached = set()         # patches' places that suspended greenlets know nothing of

    def follow_unwinding(self, frame):
        """Reports the end of a frame by an exception; the frame has a tracer for its exceptions."""
        self.unwinding[id(frame)] = frame

    def forget_unwinding(self, frame):
        self.unwinding.pop(id(frame), None)

    def prepare(self, attach):
        """Takes what watching needs, or raises `Refused`. `attach`: the program runs already."""

    def start(self):
        """Begins to watch, on the thread that calls."""
        raise NotImplementedError

    def comes_late(self):
        """The program ran before: it has functions that no first run tells of."""

    def start_attached(self):
        """Begins to watch a program that runs already; the calling thread is the agent's."""
        raise NotImplementedError

    def enter_running_threads(self):
        """Begins to watch in every thread that runs, but not in the calling one. Called again and
        again where `polls`: there threads may come that nothing announces."""

    def tick(self):
        """Called now and then where `polls`."""

    def stop(self):
        """Ends watching in all threads and gives back everything that was taken."""
        raise NotImplementedError

    def stop_in_child(self):
        """As `stop`, in a forked child of the process that was watched."""
        self.stop()

    def enter_thread(self):
        """A new thread begins; called on it."""

    def leave_thread(self):
        """The calling thread ends, or is not to be watched any more."""

    def watch(self, filename):
        """Reports every code object of the file, those that run already included."""
        raise NotImplementedError

    def user_code_changed(self):
        """`is_user_code` answers differently from now on."""

    def apply(self, patch):
        """Makes the patch active; applying twice is success. After the end it does nothing: the
        thread that reads commands may be in the middle of one."""
        if not patch.active and not self.ended:
            patch.active = True
            self._apply(patch)

    def remove(self, patch):
        """Makes the patch inactive; removing twice is success."""
        if patch.active:
            patch.active = False
            if not self.ended:
                self._remove(patch)

    def reach_suspended(self):
        """Has suspended greenlets know what was applied: nothing calls their frames, and they are on
        no thread's stack. It takes a look at all objects, so it is done once for several patches:
        after commands while the program runs, and before it goes on."""
        if not self._unreached or self.ended:
            return
        self._unreached.clear()
        frames = [frame for frame in greenlets.suspended_frames() if not is_agent_frame(frame)]
        if frames:
            self._reach(frames)

    def _reach(self, frames):
        raise NotImplementedError

    def _apply(self, patch):
        raise NotImplementedError

    def _remove(self, patch):
        raise NotImplementedError


def stack(frame):
    """The frames from `frame` outward."""
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def running_frames(with_suspended=True):
    """Every frame on the stack of every thread, and of every greenlet that is suspended."""
    frames = greenlets.suspended_frames() if with_suspended else []
    for top in native.current_frames().values():
        frames.extend(stack(top))
    return frames


def is_raised_by_program(error):
    """True for what did not begin in the agent's code: the stack overflows in there, and signal
    handlers and finalizers of the program's run there."""
    if isinstance(error, (RecursionError, KeyboardInterrupt)):
        return True
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and not is_agent_frame(traceback.tb_frame)


def is_agent_frame(frame):
    """True for the agent's own frames, which are never watched."""
    return is_agent(frame.f_code.co_filename)
