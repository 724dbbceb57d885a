"""Watching by `sys.monitoring` (PEP 669), for CPython 3.12 and later.

Events are asked for on the code objects that matter. Whatever fires elsewhere answers DISABLE,
after which the place runs at full speed.

On a free-threaded build the answer of one thread can be acted upon after another thread has applied a
patch to that place, and nothing tells of it: a breakpoint would never be hit. So what a patch may want
is never answered with DISABLE there. Steps, breaks and lines have a tool id of their own for that, and
functions that are only looked at once are still passed over at full speed.
"""

import _weakref
import sys

from .. import code_lines, forks
from ..genuine import _thread
from . import base, codes

_monitoring = getattr(sys, 'monitoring', None)

FREE_THREADED = not getattr(sys, '_is_gil_enabled', lambda: True)()


class NoToolLeft(base.Refused):
    """All tool ids of `sys.monitoring` are taken by others."""


class MonitoringControl(base.ExecutionControl):
    """One tool id; its events are those of all threads."""

    name = 'monitoring'
    may_raise = True

    def __init__(self, sink, is_user_code):
        base.ExecutionControl.__init__(self, sink, is_user_code)
        self._tool = None               # of events that all code has
        self._places = None             # of those that patches ask for; the same with a GIL
        self._callbacks = []
        self._changing = _Turn()
        self._was_patched = set()
        self._modes = set()
        # Counts applied patches. An answer that was made up before a patch and given after it must
        # not be DISABLE: that would undo the restart of events which belongs to the patch. Nothing
        # switches threads between the last look at the count and the answer (no call, no loop).
        self._changes = 0
        self._followed = {}
        self._local = {}
        self._codes = codes.CodeRegistry(sink, is_user_code)

    def prepare(self, attach):
        """Takes the tool id, so that there being none is known before anything is said."""
        if self._tool is None:
            self._tool = self._places = _take_tool()
            if FREE_THREADED:
                try:
                    self._places = _take_tool()
                except NoToolLeft:
                    pass                # Then functions are not passed over at full speed.

    def start(self):
        self.prepare(False)
        tool, places = self._tool, self._places
        self._callbacks = [(tool, event, callback) for tool, event, callback in (
            (places, 'PY_START', self._py_entry), (tool, 'PY_START', self._py_start),
            (places, 'PY_RESUME', self._py_resume), (places, 'PY_THROW', self._py_throw),
            (places, 'LINE', self._py_line), (places, 'JUMP', self._py_jump),
            (places, 'PY_RETURN', self._py_return), (places, 'PY_YIELD', self._py_yield),
            (tool, 'PY_UNWIND', self._py_unwind), (tool, 'RAISE', self._py_raise))]
        for tool, event, callback in self._callbacks:
            _monitoring.register_callback(
                tool, getattr(_monitoring.events, event), self._bounded(callback))
        self._set_global_events()

    def _bounded(self, callback):
        """Nothing of ours gets into the program: neither a mistake nor a stack overflow, of which
        the program has its own at its next call. What its signal handlers raise does."""
        sink, letting_go = self.sink, forks.letting_go

        def bounded(code, *rest):
            if letting_go:
                return None
            try:
                return callback(code, *rest)
            except RecursionError:
                return None
            except BaseException as error:
                if base.is_raised_by_program(error):
                    raise
                sink.went_wrong(error)
                return None

        return bounded

    def comes_late(self):
        self._codes.late = True

    def start_attached(self):
        """Events are those of all threads, whichever begins."""
        self.start()

    def stop(self):
        """Before 3.14 freeing the tool id leaves events on code objects: they are cleared here."""
        self.ended = True
        tool, self._tool = self._tool, None
        if tool is None:
            return
        for each in set([tool, self._places]):
            _monitoring.set_events(each, 0)
        for reference in list(self._local.values()):
            code = reference.code()
            if code is not None:
                _monitoring.set_local_events(self._places, code, 0)
        self._local.clear()
        self._followed.clear()
        for each, event, _ in self._callbacks:
            _monitoring.register_callback(each, getattr(_monitoring.events, event), None)
        for each in set([tool, self._places]):
            _monitoring.free_tool_id(each)

    def stop_in_child(self):
        """In a free-threaded build events on code objects are left, which nothing answers any more: a
        table of them may be locked for ever (`forks.letting_go`)."""
        if not FREE_THREADED:
            self.stop()
            return
        self.ended = True
        tools = set([self._tool, self._places]) - set([None])
        self._tool = None
        for tool in tools:
            _monitoring.set_events(tool, 0)
        for tool, event, _ in self._callbacks:
            _monitoring.register_callback(tool, getattr(_monitoring.events, event), None)
        for tool in tools:
            _monitoring.free_tool_id(tool)

    # Callbacks

    def _py_start(self, code, offset):
        changes = self._changes
        if code not in self._codes:
            self._codes.first_sight(code)
        if self._places != self._tool:
            return _monitoring.DISABLE if changes == self._changes else None
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))
            return None
        local = self._local.get(id(code))
        if local is not None and (local.frames or code.co_firstlineno in local.lines):
            # Where the body is on the line of the `def`, both events are at one instruction, and
            # since 3.13 DISABLE for the one switches off the other.
            return None
        return self._nothing(code, changes)

    def _nothing(self, code, changes):
        """The answer where nothing is wanted: DISABLE, where that cannot overtake a patch."""
        if FREE_THREADED and (id(code) in self._was_patched
                              or self.is_user_code(code.co_filename)):
            return None
        return _monitoring.DISABLE if changes == self._changes else None

    def _py_entry(self, code, offset):
        changes = self._changes
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))
            return None
        return self._nothing(code, changes)

    def _py_resume(self, code, offset):
        changes = self._changes
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))
            return None
        return self._nothing(code, changes)

    def _py_throw(self, code, offset, exception):
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))

    def _py_line(self, code, line):
        changes = self._changes
        local = self._local.get(id(code))
        if local is not None and (line in local.lines or local.frames):
            self.sink.on_line(sys._getframe(2))
            return None
        if base.EVERYWHERE in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_line(sys._getframe(2))
            return None
        return self._nothing(code, changes)

    def _py_jump(self, code, source, target):
        """A jump back to the same line begins the line anew, as in `while True: pass`. It gives no
        LINE event; under `sys.settrace` it does give a line event."""
        changes = self._changes
        if target > source:
            return _monitoring.DISABLE
        line = code_lines.line_at(code, target)
        # Not the frame's own line: in 3.12 that is the target's already.
        if line != code_lines.line_at(code, source):
            return _monitoring.DISABLE
        frame = sys._getframe(2)
        local = self._local.get(id(code))
        if (local is not None and (line in local.lines or local.frames)) or (
                base.EVERYWHERE in self._modes and self.is_user_code(code.co_filename)):
            self.sink.on_line(frame)
            return None
        return self._nothing(code, changes)

    def _py_return(self, code, offset, value):
        frame = sys._getframe(2)
        if id(frame) in self._followed:
            self.sink.on_return(frame, base.ENDS)

    def _py_yield(self, code, offset, value):
        frame = sys._getframe(2)
        if id(frame) in self._followed:
            self.sink.on_return(frame, base.suspension(code, value))

    def _py_unwind(self, code, offset, exception):
        frame = sys._getframe(2)
        if id(frame) in self.unwinding:
            self.sink.on_unwind(frame)
        if id(frame) in self._followed:
            self.sink.on_return(frame, base.ENDS)

    def _py_raise(self, code, offset, exception):
        if base.RAISE in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_raise(
                sys._getframe(2), type(exception), exception, exception.__traceback__)

    def follow_unwinding(self, frame):
        base.ExecutionControl.follow_unwinding(self, frame)
        self._set_global_events()

    def forget_unwinding(self, frame):
        base.ExecutionControl.forget_unwinding(self, frame)
        self._set_global_events()

    def watch(self, filename):
        self._codes.watch(filename)
        _monitoring.restart_events()

    def user_code_changed(self):
        self._changes += 1
        if self._tool is not None:
            _monitoring.restart_events()

    # Patches

    def _apply(self, patch):
        with self._changing:
            self._apply_now(patch)

    def _remove(self, patch):
        with self._changing:
            self._remove_now(patch)

    def _apply_now(self, patch):
        if patch.place == base.LINE:
            local = self._local_of(patch.code)
            local.lines.add(patch.line)
            self._changes += 1
            self._set_local_events(patch.code, local)
            if patch.line == patch.code.co_firstlineno and self._places == self._tool:
                # Its entry may have answered DISABLE before; see _py_start.
                _monitoring.restart_events()
        elif patch.place == base.FRAME:
            self._followed[id(patch.frame)] = patch
            local = self._local_of(patch.frame.f_code)
            local.frames += 1
            self._changes += 1
            self._set_local_events(patch.frame.f_code, local)
            self._set_global_events()
        else:
            self._modes.add(patch.place)
            if patch.place == base.EVERYWHERE:
                self._unreached.add(patch.place)
            self._changes += 1
            self._set_global_events()
            if self._places == self._tool:
                _monitoring.restart_events()

    def _remove_now(self, patch):
        if patch.place in (base.LINE, base.FRAME):
            code = patch.code if patch.place == base.LINE else patch.frame.f_code
            local = self._local.get(id(code)) if code is not None else None
            if patch.place == base.FRAME:
                self._followed.pop(id(patch.frame), None)
                if local is not None:
                    local.frames -= 1
                self._set_global_events()
            elif local is not None:
                local.lines.discard(patch.line)
            if local is not None and self._tool is not None:
                self._set_local_events(code, local)
        else:
            self._modes.discard(patch.place)
            self._unreached.discard(patch.place)
            self._set_global_events()

    def _reach(self, frames):
        """Global events are new to code where a thread runs it, and when it is called: not where a
        greenlet goes on in it."""
        with self._changing:
            for code in set([frame.f_code for frame in frames]):
                if self.is_user_code(code.co_filename):
                    local = self._local.get(id(code))
                    events = local.events if local is not None else 0
                    # Only a change has it look. Nothing is registered for this event.
                    _monitoring.set_local_events(
                        self._places, code, events ^ _monitoring.events.STOP_ITERATION)
                    _monitoring.set_local_events(self._places, code, events)

    def _local_of(self, code):
        key = id(code)
        local = self._local.get(key)
        if local is None:
            table, was_patched = self._local, self._was_patched

            def forget(_reference):
                try:
                    table.pop(key, None)
                    was_patched.discard(key)
                except:                 # noqa: E722  (as in `codes`)
                    pass

            was_patched.add(key)
            local = self._local[key] = _Local(_weakref.ref(code, forget))
        return local

    def _set_local_events(self, code, local):
        """Asks for what the code object needs; lines that answered DISABLE are switched on again.

        Switching on costs a walk over all running code, so it is left out where nothing can have
        been disabled: lines are never disabled while a frame of the code is followed.
        """
        events = _monitoring.events
        wanted = 0
        if local.lines or local.frames:
            wanted |= events.LINE | events.JUMP
        if local.frames:
            wanted |= events.PY_RETURN | events.PY_YIELD
        had = local.events & events.LINE or base.EVERYWHERE in self._modes
        restart = had and wanted & events.LINE and not local.complete and not (
            FREE_THREADED and self.is_user_code(code.co_filename))
        if wanted != local.events:
            _monitoring.set_local_events(self._places, code, wanted)
            local.events = wanted
        if restart:
            _monitoring.restart_events()
        local.complete = local.frames > 0
        if not wanted:
            self._local.pop(id(code), None)

    def _set_global_events(self):
        with self._changing:
            self._set_global_events_now()

    def _set_global_events_now(self):
        if self._tool is None:
            return
        events = _monitoring.events
        wanted, places = events.PY_START, 0
        if self._followed or self.unwinding:
            wanted |= events.PY_UNWIND
        if base.ENTRY in self._modes:
            places |= events.PY_START | events.PY_RESUME | events.PY_THROW
        if base.EVERYWHERE in self._modes:
            places |= events.LINE | events.JUMP
        if base.RAISE in self._modes:
            wanted |= events.RAISE
        if self._places == self._tool:
            wanted |= places
        else:
            _monitoring.set_events(self._places, places)
        _monitoring.set_events(self._tool, wanted)


class _Turn(object):
    """One thread at a time. What comes in between on the same thread, such as a finalizer, passes."""

    def __init__(self):
        self._lock = _thread.allocate_lock()
        self._owner = None
        self._depth = 0

    def __enter__(self):
        own = _thread.get_ident()
        if self._owner != own:
            self._lock.acquire()
            self._owner = own
        self._depth += 1

    def __exit__(self, *exception):
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._lock.release()


class _Local(object):
    """What one code object is watched for."""

    __slots__ = ('code', 'lines', 'frames', 'events', 'complete')

    def __init__(self, code):
        self.code = code
        self.lines = set()
        self.frames = 0
        self.events = 0
        self.complete = False


def _take_tool():
    """A free tool id: one without a name, since `pdb` takes the debugger's from 3.14 on and others
    take theirs; else any that tools may use (0 to 5)."""
    for tool in (4, 3, _monitoring.DEBUGGER_ID, 5, 2, 1):
        try:
            _monitoring.use_tool_id(tool, 'matrix')
            return tool
        except ValueError:
            continue
    raise NoToolLeft(NoToolLeft.NO_TRACE, 'every tool id of sys.monitoring is in use')
