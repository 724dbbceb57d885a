"""Watching by `sys.settrace`, for CPython before 3.12.

A Python function is called for every call in the program, so its one test decides the cost: whether
the code object begins on a line on which one that matters begins. Lines are traced only in frames
that have a reason for it.
"""

import _weakref
import sys

from .. import genuine, greenlets, native, threads, versions
from ..genuine import _thread
from . import base, codes, program_trace, thread_states

_monitoring = getattr(sys, 'monitoring', None)
_YIELDING = 0x20 | 0x80 | 0x100 | 0x200     # generators, coroutines, asynchronous generators


class _Everything(object):
    """Contains every line: while any function may matter."""

    def __contains__(self, line):
        return True


class TraceControl(base.ExecutionControl):
    """One tracer for all threads; `sys.settrace` is per thread, so each thread enters by itself."""

    name = 'trace'
    polls = True                # C threads give no sign before they are traced.

    def __init__(self, sink, is_user_code):
        base.ExecutionControl.__init__(self, sink, is_user_code)
        self._codes = codes.CodeRegistry(sink, is_user_code)
        self._lines = {}
        self._followed = {}
        self._modes = set()
        self._stopped = False
        self._opcodes = None
        self._running = None
        self._overflowed = False
        self._cannot_begin_again = False
        self._disturbed = 0
        self._programs = program_trace.ProgramTracing(self)
        self.tracer, self._set_first_lines = self._make_tracer()
        self._full = self._make_full()
        self._raises = self._make_raises()
        self._first = self._make_first()

    # Threads

    def prepare(self, attach):
        """Threads that run already need more than `sys.settrace` before 3.12."""
        if attach:
            if not hasattr(sys, '_settraceallthreads'):
                thread_states.calibrated()
            self._running = thread_states

    def comes_late(self):
        self._codes.late = True

    def start(self):
        self._programs.begin()
        TraceControl.enter_thread(self)

    def start_attached(self):
        self._programs.begin()
        self.enter_running_threads()

    def enter_running_threads(self):
        self._install()
        self._settle_all()

    def _install(self):
        """Another thread may end the session meanwhile."""
        self._running.install(self.tracer)
        self._others_were_taken()
        if self._stopped:
            self._running.remove(self.tracer)
            self.leave_thread()

    def tick(self):
        """A stack overflow at the call of a tracer ends tracing in that thread: it begins again."""
        if self._look_for_others():
            self.sink.lost('a trace function of C code, or one that was set unseen, took a thread: '
                           'its stops were lost for up to 50 ms')
        if not self._overflowed or self._stopped:
            return
        self._overflowed = False
        if not self._traces_all():
            return
        layout = self.layout()
        if layout is None or layout.exchange is None:
            self.sink.lost('a thread whose trace function has raised is not watched any more')
        elif self._running.begin_again(self.tracer):
            if self._stopped:
                self._running.remove(self.tracer)
            self._settle_all()

    def _traces_all(self):
        """True where every thread is to be traced now."""
        return True

    def enter_thread(self):
        current = genuine.gettrace()
        genuine.settrace(self.tracer)
        if current is not None and current is not self.tracer:
            self._programs.adopt(current)
        if self._stopped:               # by another thread, just now
            self._programs.leave(self.tracer)

    def leave_thread(self):
        self._programs.leave(self.tracer)
        if not self._stopped:
            self._programs.forget_own_thread()

    # The program's own trace functions

    def program_has_set(self, frames, is_on):
        """The program has called `sys.settrace` in the calling thread, with these frames."""
        for frame in frames:
            if frame.f_trace is not None and not base.is_agent_frame(frame):
                program_trace.put(self._programs, frame, program_trace.own_of(frame.f_trace))
            if not base.is_agent_frame(frame):
                self._settle(frame)
        self._disturbed = 2             # What it does to frames is done by the second tick.

    def tracing_was_ended(self):
        self._overflowed = True

    def layout(self):
        """The layout of thread states, where it is known, or None."""
        return self._running.layout() if self._running is not None else None

    def _others_were_taken(self):
        layout = self.layout()
        if layout is not None:
            self._programs.others_were_taken(layout)

    def _look_for_others(self):
        """Whether there were threads that the program traces without having asked our `sys.settrace`.
        """
        if self._stopped:
            return False
        self._programs.prune(native.current_frames())
        if self._disturbed:
            self._disturbed -= 1
            self._settle_all()
        if self._running is None and not self._cannot_begin_again:
            try:
                self.prepare(True)
            except base.Refused:
                self._cannot_begin_again = True
        if self._running is not None and self._running.take_others(self.tracer):
            self._others_were_taken()
            if self._stopped:
                self._running.remove(self.tracer)
            self._settle_all()
            return True
        return False

    def stop(self):
        """Before 3.12 only what was calibrated ends the tracing of other threads; else they do it
        themselves, at their next line or call. Frames lose our tracers now."""
        self._stopped = self.ended = True
        self._lines.clear()
        self._followed.clear()
        self._modes.clear()
        self._set_first_lines(_Everything())
        done = self._programs.end()
        self.leave_thread()
        everywhere = getattr(sys, '_settraceallthreads', None)
        if done and everywhere is not None:
            everywhere(None)
        elif done:
            done = self._running is not None and self._running.remove(self.tracer)
        for identifier, top in native.current_frames().items():
            frames = [frame for frame in base.stack(top) if not base.is_agent_frame(frame)]
            program_trace.clear(frames)
            if frames and not done and identifier != _thread.get_ident():
                program_trace.put(self._programs, frames[0], self._full)
        program_trace.clear(greenlets.suspended_frames())

    # What the interpreter calls

    def _make_tracer(self):
        """The global tracer, and a function that says on which first lines it is to look closer.

        Modules always matter. Their code begins on line 1 since 3.10, and on the line of the first
        statement before.
        """
        on_call = self._bounded(self._call)
        programs, call_program = self._programs.functions, self._programs.call
        first_lines = (1,)

        def tracer(frame, event, arg):
            try:
                if frame.f_code.co_firstlineno in first_lines:
                    on_call(frame)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise
            if programs:
                return call_program(frame, event, arg)

        def tracer_39(frame, event, arg):
            try:
                code = frame.f_code
                if code.co_firstlineno in first_lines or code.co_name == '<module>':
                    on_call(frame)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise
            if programs:
                return call_program(frame, event, arg)

        def set_first_lines(lines):
            nonlocal first_lines
            first_lines = lines

        return tracer if versions.MODULES_BEGIN_ON_LINE_1 else tracer_39, set_first_lines

    def _bounded(self, work):
        """Nothing of ours gets into the program: an exception that leaves a trace function ends
        tracing. The program has a stack overflow of its own at its next call."""
        sink = self.sink

        def bounded(*arguments):
            try:
                work(*arguments)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise
            except BaseException as error:
                sink.went_wrong(error)

        return bounded

    def _call(self, frame):
        """A call that may matter: the frame is given the local tracer that it needs."""
        if self._stopped:
            self._drop(frame)
            return
        if _thread.get_ident() in threads.AGENTS:
            if self._running is None or not self._running.writing:
                self.leave_thread()     # It was entered along with all others.
            return
        code = frame.f_code
        if code not in self._codes:
            self._codes.first_sight(code)
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(frame)
        tracer = self._wanted(frame)
        if tracer is not None:
            self._set(frame, tracer)

    def _make_full(self):
        """A local tracer that reports everything, until nobody wants this frame any more."""
        sink, modes, followed = self.sink, self._modes, self._followed
        unwinding = self.unwinding

        def report(frame, event, arg):
            if self._stopped:
                self._drop(frame)
                return
            if event == 'line':
                sink.on_line(frame)
            elif event == 'return':
                if id(frame) in unwinding:
                    sink.on_unwind(frame)
                if id(frame) in followed:
                    yields = self._is_yield(frame)
                    sink.on_return(
                        frame, base.suspension(frame.f_code, arg) if yields else base.ENDS)
            elif event == 'exception':
                if base.RAISE in modes:
                    sink.on_raise(frame, arg[0], arg[1], arg[2])
            if not self._stopped:
                if id(frame) not in followed:
                    self._settle(frame)
                self._reported(frame, event)

        bounded = self._bounded(report)

        def full(frame, event, arg):
            try:
                bounded(frame, event, arg)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise

        return full

    def _make_raises(self):
        """A local tracer that reports exceptions only."""
        sink, modes, unwinding = self.sink, self._modes, self.unwinding

        def report(frame, event, arg):
            if event == 'exception':
                if base.RAISE in modes:
                    sink.on_raise(frame, arg[0], arg[1], arg[2])
            else:
                if id(frame) in unwinding:
                    sink.on_unwind(frame)
                self._reported(frame, event)

        bounded = self._bounded(report)

        def raises(frame, event, arg):
            try:
                if event == 'exception' or event == 'return':
                    bounded(frame, event, arg)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise

        return raises

    def _reported(self, frame, event):
        """A local tracer is done with an event that may be the last of its frame."""

    def _drop(self, frame):
        """Ends the tracing of this thread, after the session."""
        if self._running is not None and self._running.writing is self.tracer:
            return                      # That does it too.
        self.leave_thread()
        program_trace.clear(base.stack(frame))

    def _is_yield(self, frame):
        """A `return` event is a yield where the last instruction was one.

        Before 3.11 a frame that waits in YIELD_FROM stands one instruction before it; since 3.13
        one that has yielded stands on the RESUME behind.
        """
        code = frame.f_code
        last = frame.f_lasti
        if last < 0 or not code.co_flags & _YIELDING:
            return False
        if self._opcodes is None:
            self._opcodes = genuine.stdlib('opcode').opmap
        names, instructions = self._opcodes, code.co_code
        if instructions[last] in (names['YIELD_VALUE'], names.get('YIELD_FROM')):
            return True
        if 'RESUME' in names:
            return (instructions[last] == names['RESUME']
                    and instructions[last - 2] == names['YIELD_VALUE'])
        following = last + (2 if versions.HAS_WORDCODE else 1)
        return (following < len(instructions)
                and instructions[following] == names.get('YIELD_FROM'))

    # Local tracers

    def _wanted(self, frame):
        """The local tracer that a frame needs now, or None."""
        if id(frame) in self._followed:
            return self._full
        code = frame.f_code
        patched = self._lines.get(id(code))
        if not self._modes or not self.is_user_code(code.co_filename):
            return patched.tracer if patched is not None else None
        if base.RAISE not in self._modes or len(self._modes) > 1 or patched is not None:
            return self._full
        return self._raises

    def _settle(self, frame):
        """What is wanted may change between the look and the assignment, by another thread that saw the
        former tracer and had nothing to do: it is looked at once more after each assignment."""
        while True:
            tracer = self._wanted(frame)
            known = program_trace.own_of(frame.f_trace)
            if tracer is not None and (known is None or known is self._first):
                tracer = self._first
            if known is tracer:
                return
            self._set(frame, tracer)

    def _make_first(self):
        """The local tracer of the first event of a frame that runs already. Up to 3.9 such an event
        may have the line number of the moment at which the frame was given a tracer."""
        def first(frame, event, arg):
            program_trace.put(self._programs, frame, None)
            try:
                tracer = self._full if self._stopped else self._wanted(frame)
                if tracer is not None:
                    self._set(frame, tracer)        # This finds the line.
                    tracer(frame, event, arg)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise

        return first

    def _set(self, frame, tracer):
        """Assigns the local tracer; a tracer's own result None leaves it (bpo-11992)."""
        program_trace.put(self._programs, frame, tracer)
        if hasattr(frame, 'f_trace_lines'):     # since 3.7
            frame.f_trace_lines = (tracer is not self._raises
                                   or type(frame.f_trace) is program_trace.Shared)

    def _settle_all(self, code=None, place=base.LINE):
        """Frames that run already have no local tracer unless they are given one."""
        self._unreached.add(place)
        for frame in base.running_frames(False):
            if (code is None or frame.f_code is code) and not base.is_agent_frame(frame):
                self._settle(frame)

    def _reach(self, frames):
        for frame in frames:
            self._settle(frame)
        if _monitoring is not None:
            _have_seen(set([frame.f_code for frame in frames if frame.f_trace is not None]))

    # Patches

    def watch(self, filename):
        self._codes.watch(filename)

    def user_code_changed(self):
        if self._modes:
            self._settle_all()

    def _apply(self, patch):
        if patch.place == base.LINE:
            self._apply_line(patch)
        elif patch.place == base.FRAME:
            self._followed[id(patch.frame)] = patch
            self._settle(patch.frame)
        else:
            self._modes.add(patch.place)
            self._look_closer()
            if patch.place != base.ENTRY:
                self._settle_all(None, patch.place)

    def _remove(self, patch):
        if patch.place == base.LINE:
            self._remove_line(patch)
        elif patch.place == base.FRAME:
            self._followed.pop(id(patch.frame), None)
        else:
            self._modes.discard(patch.place)
            self._unreached.discard(patch.place)
            self._look_closer()

    def _apply_line(self, patch):
        code = patch.code
        key = id(code)
        patched = self._lines.get(key)
        if patched is not None:
            patched.lines.add(patch.line)
            return
        table = self._lines

        def forget(_reference):
            try:
                table.pop(key, None)
            except:                     # noqa: E722  (as in `codes`)
                pass

        self._lines[key] = _Patched(
            self, code.co_firstlineno, patch.line, self._bounded(self.sink.on_line),
            _weakref.ref(code, forget), self._bounded(self._reported))
        self._look_closer()
        self._settle_all(code)

    def _remove_line(self, patch):
        code = patch.code
        patched = self._lines.get(id(code)) if code is not None else None
        if patched is not None:
            patched.lines.discard(patch.line)
            if not patched.lines:
                del self._lines[id(code)]
                self._look_closer()
                self._settle_all(code)

    def _look_closer(self):
        if self._stopped:
            return
        if self._modes:
            self._set_first_lines(_Everything())
        else:
            lines = set([patched.first_line for patched in list(self._lines.values())])
            lines.add(1)
            self._set_first_lines(lines)


def _have_seen(codes):
    """Since 3.12 tracing changes the code itself, where a thread runs it, and when it is called: not
    where a greenlet goes on in it. A change of its events has the interpreter look at it again."""
    for tool in range(6):
        try:
            _monitoring.use_tool_id(tool, 'matrix')
        except ValueError:
            continue
        for code in codes:
            _monitoring.set_local_events(tool, code, _monitoring.events.STOP_ITERATION)
            _monitoring.set_local_events(tool, code, 0)
        _monitoring.free_tool_id(tool)
        return


class _Patched(object):
    """Lines of one code object that are reported, and the local tracer that does it."""

    def __init__(self, control, first_line, line, on_line, reference, reported):
        self.first_line = first_line
        self.lines = lines = set([line])
        self.reference = reference

        def trace_lines(frame, event, arg):
            try:
                if event == 'line':
                    if frame.f_lineno in lines:
                        on_line(frame)
                elif event == 'return':
                    reported(frame, event)
            except RecursionError:
                control._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise

        self.tracer = trace_lines
