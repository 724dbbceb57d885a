"""The program's own trace functions, up to 3.11, where a thread has one trace function.

While a session watches a thread, the program's function is called by the agent's, with the same events
and with its local functions for each frame. `sys.settrace` and `sys.gettrace` of the program are ours
meanwhile and tell of the program's function. What C code or a kept `sys.settrace` puts in our place is
found after the call that did it, or at the next tick, and is called by ours from then on.

What differs from CPython: `frame.f_trace` may be a `Shared`, and where the program's function raises,
which ends its tracing as ever, the agent's tracing of that thread pauses until the next tick.
"""

import sys

from .. import genuine, native, threads
from ..genuine import _thread
from . import base

_OURS = __name__.rpartition('.')[0] + '.trace'
_UNCLAIMED = None               # A key that no thread has: some are in `thread_states` still.


class Shared(object):
    """The local trace function of a frame that both the agent and the program trace, or only the
    program: then it passes nothing on after `sys.settrace(None)`, as CPython does."""

    __slots__ = ('own', 'program', 'lines', '_tracing')
    __module__ = _OURS

    def __init__(self, tracing, own, program, frame):
        self._tracing = tracing
        self.own = own
        self.program = program
        self.lines = getattr(frame, 'f_trace_lines', True)      # since 3.7
        if own is not None and not self.lines:
            frame.f_trace_lines = True

    def __call__(self, frame, event, arg):
        if self.own is not None:
            self.own(frame, event, arg)
        local = self.program
        tracing = self._tracing
        if local is None or event == 'line' and not self.lines:
            return None
        if not tracing.traces_own_thread():
            return None
        before = getattr(frame, 'f_trace_lines', True)
        try:
            result = local(frame, event, arg)
        except BaseException:
            tracing.failed()
            raise
        tracing.look_at_own_thread()
        now = frame.f_trace
        if now is not self:
            if tracing.ended:
                return result
            self.program = now
            frame.f_trace = self
        if result is not None:
            self.program = result
        after = getattr(frame, 'f_trace_lines', True)
        if after != before:
            self.lines = after
            if self.own is not None and not after:
                frame.f_trace_lines = True
        return None


class _Function(object):
    """What the program has set in a thread. `state` is the thread's, where that can be told;
    `in_c` the address of a C function that is called for it, where that is not `sys.settrace`'s."""

    __slots__ = ('function', 'state', 'in_c')

    def __init__(self, function, state, in_c=0):
        self.function = function
        self.state = state
        self.in_c = in_c


class ProgramTracing(object):
    """The program's trace functions by thread."""

    def __init__(self, control):
        self._control = control
        self.functions = {}             # true where the agent's trace function has one to call
        self.layout = None              # of `thread_states`, when it is calibrated
        self.ended = False
        self._replaced = []
        self._own_state = None

    # What the program sees

    def begin(self):
        """Puts our versions into `sys`, with the thread's own function taken over."""
        if self._replaced or not (genuine.is_genuine(sys.settrace, 'sys')
                                  and genuine.is_genuine(sys.gettrace, 'sys')):
            return
        try:
            calls = native.get()
            self._own_state = calls.function('PyThreadState_Get', calls.pointer)
        except ImportError:
            pass
        audit = getattr(sys, 'audit', None)         # since 3.8

        def settrace(function):
            if audit is not None:
                audit('sys.settrace')
            if self.ended or _thread.get_ident() in threads.AGENTS:
                genuine.settrace(function)
            else:
                self.set(function, sys._getframe(1))

        def gettrace():
            if self.ended:
                return genuine.gettrace()
            return self.get()

        for function, original in ((settrace, genuine.settrace), (gettrace, genuine.gettrace)):
            name = original.__name__
            function.__qualname__, function.__doc__ = name, original.__doc__
            function.__module__ = 'sys'
            self._replaced.append((name, function, original))
            setattr(sys, name, function)

    def set(self, function, frame):
        """`sys.settrace` of the calling thread, whose program is at `frame`."""
        identifier = _thread.get_ident()
        self._claim(identifier)
        if function is None:
            if self.functions.pop(identifier, None) is None:
                return
        else:
            self.functions[identifier] = self._made(function)
        if genuine.gettrace() is not self._control.tracer and function is not None:
            genuine.settrace(self._control.tracer)
        # `bdb` assigns local functions to frames by itself before this, and takes them away after.
        self._control.program_has_set(base.stack(frame), function is not None)

    def adopt(self, function):
        """The calling thread had a function before it was watched."""
        self.functions[_thread.get_ident()] = self._made(function)

    def get(self):
        """`sys.gettrace` of the calling thread."""
        current = genuine.gettrace()
        if current is not None and current is not self._control.tracer:
            return current
        known = self._known()
        return known.function if known is not None else None

    # What the agent's trace functions do

    def call(self, frame, event, arg):
        """Passes a call on to the program's function. The result is the frame's local function, or
        None where that is in its place already."""
        known = self._known()
        if known is None or base.is_agent_frame(frame):
            return None
        own = own_of(frame.f_trace)
        try:
            local = known.function(frame, event, arg)
        except BaseException:
            self.failed()
            raise
        self.look_at_own_thread()
        if self.ended:
            return local
        now = frame.f_trace
        if type(now) is Shared:
            if local is not None:
                now.program = local
            return None
        if now is not None and own_of(now) is None:     # The program has assigned it.
            local = now if local is None else local
        if local is None:
            return None
        return Shared(self, own, local, frame)

    def traces_own_thread(self):
        """Whether the program has a trace function in the calling thread."""
        current = genuine.gettrace()
        if self.ended and current is not self._control.tracer:
            return current is not None
        return self._known() is not None

    def _known(self):
        identifier = _thread.get_ident()
        known = self.functions.get(identifier)
        if known is None and _UNCLAIMED in self.functions:
            self._claim(identifier)
            known = self.functions.get(identifier)
        return known

    def failed(self):
        """The program's function raises: CPython ends the thread's tracing, and so ours."""
        self.functions.pop(_thread.get_ident(), None)
        self._control.tracing_was_ended()

    def look_at_own_thread(self):
        """The program's function may have put another one, or none, in place of ours."""
        current = genuine.gettrace()
        if current is self._control.tracer or self.ended:
            return
        if current is None:
            self.functions.pop(_thread.get_ident(), None)
        else:
            self.functions[_thread.get_ident()] = self._made(current)
        genuine.settrace(self._control.tracer)

    def _made(self, function):
        return _Function(function, self._own_state() if self._own_state is not None else 0)

    # Threads that are reached from others

    def others_were_taken(self, layout):
        """Functions of the program's are in `layout.kept`, by the states of their threads."""
        self.layout = layout
        if layout.kept:
            self.functions[_UNCLAIMED] = None

    def _claim(self, identifier):
        """The thread that runs takes over what was kept for its state."""
        if _UNCLAIMED not in self.functions:
            return
        kept = self.layout.claim()
        if kept is not None and identifier not in self.functions:
            function, in_c = kept
            if callable(function):
                made = self.functions[identifier] = self._made(function)
                made.in_c = in_c
            else:
                self._control.sink.lost(
                    'the trace function that C code has set in a thread gets no events')
        if not self.layout.kept:
            self.functions.pop(_UNCLAIMED, None)

    def prune(self, alive):
        for identifier in list(self.functions):
            if identifier is not _UNCLAIMED and identifier not in alive:
                self.functions.pop(identifier, None)

    # The end

    def leave(self, tracer):
        """The calling thread is not to be watched any more."""
        known = self.functions.get(_thread.get_ident())
        if genuine.gettrace() is tracer:
            genuine.settrace(known.function if known is not None else None)

    def forget_own_thread(self):
        self.functions.pop(_thread.get_ident(), None)

    def end(self):
        """Gives everything back. False where threads that are out of reach have a function of the
        program's: they get it back at their next event."""
        for name, function, original in self._replaced:
            if getattr(sys, name, None) is function:
                setattr(sys, name, original)
        self.ended = True
        all_back, own = True, _thread.get_ident()
        layout = self._control.layout()
        for identifier, known in list(self.functions.items()):
            if known is None or identifier == own:
                continue
            if layout is not None and layout.exchange is not None and known.state:
                layout.give_back(self._control.tracer, known.state, known.function, known.in_c)
            else:
                all_back = False
        return all_back


def own_of(local):
    """The agent's part of a frame's local trace function, or None."""
    if type(local) is Shared:
        return local.own
    return local if getattr(local, '__module__', None) == _OURS else None


def put(tracing, frame, own):
    """Assigns the agent's part, which may be None. A frame's line is found when its local function
    is assigned, even to what it was."""
    known = frame.f_trace
    if type(known) is Shared:
        known.own = own
        frame.f_trace = known
    elif known is not None and own_of(known) is None:
        frame.f_trace = Shared(tracing, own, known, frame)
    else:
        frame.f_trace = own


def clear(frames):
    """Takes the agent's parts away, and no others."""
    for frame in frames:
        known = frame.f_trace
        if type(known) is Shared:
            frame.f_trace = known.program
            if hasattr(frame, 'f_trace_lines'):
                frame.f_trace_lines = known.lines
        elif own_of(known) is not None:
            frame.f_trace = None
