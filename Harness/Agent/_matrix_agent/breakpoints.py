"""Breakpoints: where they are, when they count, and how they reach the running code."""

import _weakref
import os

from . import code_lines, conditions, files, limits
from .control import base, codes

EVERY_HIT, EVERY_NTH, EXACTLY, AT_LEAST = 0, 1, 2, 3


class Breakpoint(object):
    """One breakpoint as the debugger set it."""

    def __init__(self, identifier, filename, line):
        self.identifier = identifier
        self.filename = os.path.abspath(filename)
        self.requested = filename
        self.file_identity = files.identity(self.filename)
        self.begin(line)

    def begin(self, line):
        """What every kind of breakpoint has."""
        self.line = line
        self.bound = False
        self.message = None             # of a log point, which does not stop
        self.condition = conditions.Condition()
        self.pass_kind = EVERY_HIT
        self.pass_count = 0
        self.hits = 0

    def asked(self):
        """The command that sets it, and its fields."""
        fields = (self.identifier, self.line, self.requested) + self._limits()
        if self.message is None:
            return (b'brkp',) + fields
        return (b'brkl',) + fields + (self.message.source,)

    def _limits(self):
        return self.condition.asked() + (self.pass_kind, self.pass_count)

    def set_pass_count(self, kind, count):
        self.pass_kind = kind
        self.pass_count = count

    def is_hit(self, frame, patrol, failed):
        """Evaluates the condition, counts, and says whether the program is to stop."""
        if not self.condition.holds(frame, patrol, lambda text: failed(self, text)):
            return False
        self.hits += 1
        if self.pass_kind == EVERY_NTH:
            return self.pass_count <= 0 or self.hits % self.pass_count == 0
        if self.pass_kind == EXACTLY:
            return self.hits == self.pass_count
        if self.pass_kind == AT_LEAST:
            return self.hits >= self.pass_count
        return True

    def is_in(self, source):
        """True where the debugger means this file."""
        if files.matches(self.filename, self.file_identity, source):
            return True
        return self.requested != self.filename and files.matches(
            self.requested, self.file_identity, source)


class BreakpointTable(object):
    """All breakpoints, and the patches that they need."""

    def __init__(self, table, control):
        self._files = table
        self._control = control
        self._all = []
        self._functions = []            # those of them that lie where a function begins
        # Told of a breakpoint and its line where that is another than the one asked for. Without
        # it, a breakpoint on a line without code stays there and is never hit, the classic answer.
        self.on_moved = None
        # Told of a breakpoint and why its condition could not be evaluated.
        self.on_error = None
        # Told of a log point and its text.
        self.on_log = None
        # Told of a breakpoint of a function where that appears after it.
        self.on_bound = None
        self.patrol = limits.Patrol()

    def all(self):
        return list(self._all)

    def find(self, identifier):
        for breakpoint in self._all:
            if breakpoint.identifier == identifier:
                return breakpoint
        return None

    def is_known(self, breakpoint):
        """True where a file that has been seen is the breakpoint's."""
        return any([breakpoint.is_in(source) for source in self._files.all()])

    def add(self, breakpoint):
        """Adds a breakpoint; its `bound` says whether a file that is known has it."""
        self._enter(breakpoint)
        for source in self._files.all():
            if breakpoint.is_in(source):
                self._place(breakpoint, source)

    def _enter(self, breakpoint):
        previous = self.find(breakpoint.identifier)
        if previous is not None:
            self.remove(previous)
        self._all.append(breakpoint)

    def look_for(self, breakpoint):
        """Code, with its source, that a breakpoint of a function means."""
        concerned = [source for source in self._files.all() if self._concerns(breakpoint, source)]
        for source in concerned:
            self._control.watch(source.name)
        for code in breakpoint.existing_codes():
            source = self._files.get(code.co_filename)
            if source in concerned:
                source.codes.setdefault(id(code), _reference(source, code))
        return [(source, code) for source in concerned
                for code in breakpoint.codes_of(source, _live_codes(source))]

    def add_function(self, breakpoint):
        """Adds a breakpoint of a function."""
        self._enter(breakpoint)
        self._functions.append(breakpoint)
        for source, code in self.look_for(breakpoint):
            self._place_in(breakpoint, source, code)

    def _concerns(self, breakpoint, source):
        return breakpoint.may_be_in(source, self._control.is_user_code(source.name))

    def _place_in(self, breakpoint, source, code):
        if not breakpoint.bound:
            breakpoint.bound = True
            self.on_bound(breakpoint)
        on_line = source.lines.setdefault(breakpoint.first_line(code), [])
        if breakpoint not in on_line:
            on_line.append(breakpoint)
        self._patch(source, code)

    def remove(self, breakpoint):
        try:
            self._all.remove(breakpoint)
        except ValueError:
            pass                        # Another thread did, just now.
        if breakpoint in self._functions:
            self._functions.remove(breakpoint)
        for source in self._files.all():
            self._take(breakpoint, source)

    def _take(self, breakpoint, source):
        for line, on_line in list(source.lines.items()):
            if breakpoint in on_line:
                try:
                    on_line.remove(breakpoint)
                except ValueError:
                    continue            # Another thread did, just now.
                if not on_line:
                    source.lines.pop(line, None)
                    self._unpatch(source, line)

    def clear(self):
        for breakpoint in list(self._all):
            self.remove(breakpoint)

    def file_seen(self, source, announce):
        """A file exists now. `announce` is given the breakpoints that become bound, before they
        are placed: what is told of their places comes after."""
        here = [breakpoint for breakpoint in self._all if breakpoint.is_in(source)]
        announce([breakpoint for breakpoint in here if not breakpoint.bound])
        for breakpoint in here:
            self._place(breakpoint, source)
        if any([self._concerns(breakpoint, source) for breakpoint in list(self._functions)]):
            self._control.watch(source.name)

    def hits(self, source, line, frame):
        """The breakpoints on this line that want to stop; every one of them counts."""
        hit = [breakpoint for breakpoint in list(source.lines.get(line, ()))
               if breakpoint.is_hit(frame, self.patrol, self._failed)]
        for breakpoint in hit:
            if breakpoint.message is not None and self.on_log is not None:
                self.on_log(breakpoint, breakpoint.message.text(frame, self.patrol))
        return [breakpoint for breakpoint in hit if breakpoint.message is None]

    def _failed(self, breakpoint, text):
        if self.on_error is not None:
            self.on_error(breakpoint, text)

    def _place(self, breakpoint, source):
        breakpoint.bound = True
        line = self._slide(breakpoint, _live_codes(source))
        source.lines.setdefault(line, []).append(breakpoint)
        for code in _live_codes(source):
            self._patch(source, code)
        self._control.watch(source.name)

    # Patches

    def code_seen(self, source, code):
        source.codes[id(code)] = _reference(source, code)
        if self.on_moved is not None:
            self._move_to_code(source, code)
        for breakpoint in list(self._functions):
            if self._concerns(breakpoint, source):
                for found in breakpoint.codes_of(source, [code]):
                    self._place_in(breakpoint, source, found)
        self._patch(source, code)

    def _move_to_code(self, source, code):
        """Code of a file comes after its breakpoints where the file is loaded later."""
        known = codes.nested_code(code) + _live_codes(source)
        for line, on_line in list(source.lines.items()):
            for breakpoint in list(on_line):
                if line == breakpoint.line:
                    reached = self._slide(breakpoint, known)
                    if reached != line:
                        self._take(breakpoint, source)
                        source.lines.setdefault(reached, []).append(breakpoint)

    def _slide(self, breakpoint, known):
        """The line where the breakpoint is to lie: the one asked for where it has code, else the
        next that has some in the same function."""
        line = breakpoint.line
        if self.on_moved is None:
            return line
        reached = code_lines.next_line(known, line)
        if reached != line:
            self.on_moved(breakpoint, reached)
        return reached

    def _patch(self, source, code):
        if source.lines:
            for line in code_lines.line_numbers(code).intersection(list(source.lines)):
                key = (id(code), line)
                patch = source.patches.get(key)
                if patch is None:
                    patch = source.patches[key] = base.Patch(base.LINE, code, line)
                self._control.apply(patch)

    def _unpatch(self, source, line):
        for key in [key for key in list(source.patches) if key[1] == line]:
            patch = source.patches.pop(key, None)
            if patch is not None:
                self._control.remove(patch)


def _reference(source, code):
    """A weak reference: a file's code objects come and go where it is executed again and again."""
    key = id(code)

    def forget(_reference):
        try:
            source.codes.pop(key, None)
            # Without a builtin: code objects also go at the very end, where none is left.
            for patched in source.patches.copy():
                if patched[0] == key:
                    del source.patches[patched]
        except:                         # noqa: E722  (as in `codes`)
            pass

    return _weakref.ref(code, forget)


def _live_codes(source):
    codes = [reference() for reference in list(source.codes.values())]
    return [code for code in codes if code is not None]
