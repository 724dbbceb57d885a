"""Watching by `sys.monitoring` (PEP 669), for CPython 3.12 and later.

Events are asked for on the code objects that matter. Whatever fires elsewhere answers DISABLE,
after which the place runs at full speed.
"""

import _weakref
import sys

from .. import code_lines
from . import base, codes

_monitoring = getattr(sys, 'monitoring', None)


class NoToolLeft(base.Refused):
    """All tool ids of `sys.monitoring` are taken by others."""


class MonitoringControl(base.ExecutionControl):
    """One tool id; its events are those of all threads."""

    name = 'monitoring'
    may_raise = True

    def __init__(self, sink, is_user_code):
        base.ExecutionControl.__init__(self, sink, is_user_code)
        self._tool = None
        self._callbacks = {}
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
            self._tool = _take_tool()

    def start(self):
        self.prepare(False)
        self._callbacks = dict((getattr(_monitoring.events, name), callback) for name, callback in (
            ('PY_START', self._py_start), ('PY_RESUME', self._py_resume),
            ('PY_THROW', self._py_throw), ('LINE', self._py_line), ('JUMP', self._py_jump),
            ('PY_RETURN', self._py_return), ('PY_YIELD', self._py_yield),
            ('PY_UNWIND', self._py_unwind), ('RAISE', self._py_raise)))
        for event, callback in self._callbacks.items():
            _monitoring.register_callback(self._tool, event, self._bounded(callback))
        self._set_global_events()

    def _bounded(self, callback):
        """Nothing of ours gets into the program: neither a mistake nor a stack overflow, of which
        the program has its own at its next call. What its signal handlers raise does."""
        sink = self.sink

        def bounded(code, *rest):
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
        _monitoring.set_events(tool, 0)
        for reference in list(self._local.values()):
            code = reference.code()
            if code is not None:
                _monitoring.set_local_events(tool, code, 0)
        self._local.clear()
        self._followed.clear()
        for event in self._callbacks:
            _monitoring.register_callback(tool, event, None)
        _monitoring.free_tool_id(tool)

    # Callbacks

    def _py_start(self, code, offset):
        changes = self._changes
        if code not in self._codes:
            self._codes.first_sight(code)
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))
            return None
        local = self._local.get(id(code))
        if local is not None and (local.frames or code.co_firstlineno in local.lines):
            # Where the body is on the line of the `def`, both events are at one instruction, and
            # since 3.13 DISABLE for the one switches off the other.
            return None
        return _monitoring.DISABLE if changes == self._changes else None

    def _py_resume(self, code, offset):
        changes = self._changes
        if base.ENTRY in self._modes and self.is_user_code(code.co_filename):
            self.sink.on_call(sys._getframe(2))
            return None
        return _monitoring.DISABLE if changes == self._changes else None

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
        return _monitoring.DISABLE if changes == self._changes else None

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
        return _monitoring.DISABLE if changes == self._changes else None

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
        if patch.place != base.ENTRY:
            self._unreached.add(patch.place)
        if patch.place == base.LINE:
            local = self._local_of(patch.code)
            local.lines.add(patch.line)
            self._changes += 1
            self._set_local_events(patch.code, local)
            if patch.line == patch.code.co_firstlineno:
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
            self._changes += 1
            self._set_global_events()
            _monitoring.restart_events()

    def _remove(self, patch):
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
        """The interpreter looks at code again where a thread runs it, or calls it the next time."""
        for code in set([frame.f_code for frame in frames]):
            local = self._local.get(id(code))
            if local is None and not (
                    base.EVERYWHERE in self._modes and self.is_user_code(code.co_filename)):
                continue
            events = local.events if local is not None else 0
            # Only a change has it look. Nothing is registered for this event.
            _monitoring.set_local_events(
                self._tool, code, events ^ _monitoring.events.STOP_ITERATION)
            _monitoring.set_local_events(self._tool, code, events)

    def _local_of(self, code):
        key = id(code)
        local = self._local.get(key)
        if local is None:
            table = self._local

            def forget(_reference):
                try:
                    table.pop(key, None)
                except:                 # noqa: E722  (as in `codes`)
                    pass

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
        restart = local.events & events.LINE and wanted & events.LINE and not local.complete
        if wanted != local.events:
            _monitoring.set_local_events(self._tool, code, wanted)
            local.events = wanted
        if restart:
            _monitoring.restart_events()
        local.complete = local.frames > 0
        if not wanted:
            self._local.pop(id(code), None)

    def _set_global_events(self):
        if self._tool is None:
            return
        events = _monitoring.events
        wanted = events.PY_START
        if self._followed or self.unwinding:
            wanted |= events.PY_UNWIND
        if base.ENTRY in self._modes:
            wanted |= events.PY_RESUME | events.PY_THROW
        if base.EVERYWHERE in self._modes:
            wanted |= events.LINE | events.JUMP
        if base.RAISE in self._modes:
            wanted |= events.RAISE
        _monitoring.set_events(self._tool, wanted)


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
