"""Breakpoints: where they are, when they count, and how they reach the running code."""

import _weakref
import os

from . import code_lines, files
from .control import base

ALWAYS, WHEN_TRUE, WHEN_CHANGED = 0, 1, 2
EVERY_HIT, EVERY_NTH, EXACTLY, AT_LEAST = 0, 1, 2, 3

_NOTHING = object()


class Breakpoint(object):
    """One breakpoint as the debugger set it."""

    def __init__(self, identifier, filename, line):
        self.identifier = identifier
        self.filename = os.path.abspath(filename)
        self.requested = filename
        self.file_identity = files.identity(self.filename)
        self.line = line
        self.bound = False
        self.condition_kind = ALWAYS
        self.condition = ''
        self.pass_kind = EVERY_HIT
        self.pass_count = 0
        self.hits = 0
        self._code = None
        self._last = _NOTHING

    def set_condition(self, kind, text):
        self.condition_kind = kind
        self.condition = text
        self._code = None

    def set_pass_count(self, kind, count):
        self.pass_kind = kind
        self.pass_count = count

    def is_hit(self, frame):
        """Evaluates the condition, counts, and says whether the program is to stop."""
        if self.condition_kind != ALWAYS and not self._holds(frame):
            return False
        self.hits += 1
        if self.pass_kind == EVERY_NTH:
            return self.pass_count <= 0 or self.hits % self.pass_count == 0
        if self.pass_kind == EXACTLY:
            return self.hits == self.pass_count
        if self.pass_kind == AT_LEAST:
            return self.hits >= self.pass_count
        return True

    def _holds(self, frame):
        """A condition that cannot be evaluated holds: the user sees why at the stop."""
        try:
            if self._code is None:
                self._code = compile(self.condition.strip(), '<condition>', 'eval')
            value = eval(self._code, frame.f_globals, frame.f_locals)
            if self.condition_kind == WHEN_TRUE:
                return bool(value)
            last, self._last = self._last, value
            return last is _NOTHING or not last == value
        except BaseException:
            return True


class BreakpointTable(object):
    """All breakpoints, and the patches that they need."""

    def __init__(self, table, control):
        self._files = table
        self._control = control
        self._all = []

    def find(self, identifier):
        for breakpoint in self._all:
            if breakpoint.identifier == identifier:
                return breakpoint
        return None

    def is_known(self, breakpoint):
        """True where a file that has been seen is the breakpoint's."""
        return any([_is_in(breakpoint, source) for source in self._files.all()])

    def add(self, breakpoint):
        """Adds a breakpoint; its `bound` says whether a file that is known has it."""
        previous = self.find(breakpoint.identifier)
        if previous is not None:
            self.remove(previous)
        self._all.append(breakpoint)
        for source in self._files.all():
            if _is_in(breakpoint, source):
                self._place(breakpoint, source)

    def remove(self, breakpoint):
        self._all.remove(breakpoint)
        for source in self._files.all():
            on_line = source.lines.get(breakpoint.line, ())
            if breakpoint in on_line:
                on_line.remove(breakpoint)
                if not on_line:
                    del source.lines[breakpoint.line]
                    self._unpatch(source, breakpoint.line)

    def clear(self):
        for breakpoint in list(self._all):
            self.remove(breakpoint)

    def file_seen(self, source):
        """The breakpoints that become bound because this file exists now."""
        bound = []
        for breakpoint in self._all:
            if _is_in(breakpoint, source):
                if not breakpoint.bound:
                    bound.append(breakpoint)
                self._place(breakpoint, source)
        return bound

    def hit(self, source, line, frame):
        """The last breakpoint on this line that wants to stop; every one of them counts."""
        reported = None
        for breakpoint in list(source.lines.get(line, ())):
            if breakpoint.is_hit(frame):
                reported = breakpoint
        return reported

    def _place(self, breakpoint, source):
        breakpoint.bound = True
        source.lines.setdefault(breakpoint.line, []).append(breakpoint)
        for code in _live_codes(source):
            self._patch(source, code)
        self._control.watch(source.name)

    # Patches

    def code_seen(self, source, code):
        source.codes[id(code)] = _reference(source, code)
        self._patch(source, code)

    def _patch(self, source, code):
        if source.lines:
            for line in code_lines.line_numbers(code).intersection(source.lines):
                key = (id(code), line)
                patch = source.patches.get(key)
                if patch is None:
                    patch = source.patches[key] = base.Patch(base.LINE, code, line)
                self._control.apply(patch)

    def _unpatch(self, source, line):
        for key in [key for key in source.patches if key[1] == line]:
            self._control.remove(source.patches.pop(key))


def _is_in(breakpoint, source):
    if files.matches(breakpoint.filename, breakpoint.file_identity, source):
        return True
    return breakpoint.requested != breakpoint.filename and files.matches(
        breakpoint.requested, breakpoint.file_identity, source)


def _reference(source, code):
    """A weak reference: a file's code objects come and go where it is executed again and again."""
    key = id(code)

    def forget(_reference):
        source.codes.pop(key, None)
        for patched in [patched for patched in list(source.patches) if patched[0] == key]:
            del source.patches[patched]

    return _weakref.ref(code, forget)


def _live_codes(source):
    codes = [reference() for reference in list(source.codes.values())]
    return [code for code in codes if code is not None]
