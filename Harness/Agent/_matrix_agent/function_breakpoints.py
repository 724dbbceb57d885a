"""Breakpoints of functions, by their qualified names: on the first line of a body."""

import gc
import os

from . import breakpoints, bytecode, code_lines

_HAS_NAMES = hasattr((lambda: None).__code__, 'co_qualname')       # since 3.11
_OPTIMIZED = 0x01
# What comes before the body.
_PROLOGUE = ('COPY_FREE_VARS', 'MAKE_CELL', 'RETURN_GENERATOR', 'GEN_START', 'RESUME')


class FunctionBreakpoint(breakpoints.Breakpoint):
    """A breakpoint that is hit when a call of a function begins."""

    def __init__(self, identifier, name):
        self.identifier = identifier
        self._name = name
        self._parts = [part for part in name.strip().split('.') if part != '<locals>']
        self.begin(0)

    def asked(self):
        message = self.message.source if self.message is not None else ''
        return (b'brkf', self.identifier, self._name) + self._limits() + (message,)

    def is_in(self, source):
        return False                    # It is placed by code, not by lines of files.

    def may_be_in(self, source, is_users):
        """True for a file that is to be watched for functions of this name."""
        return is_users or _module_parts(source.path)[-1] in self._parts[:-1]

    def existing_codes(self):
        """Code of functions that exist and have the name; up to 3.10 only they know it."""
        kind = type(_start)
        found = []
        for value in gc.get_objects():
            if type(value) is kind and value.__code__.co_name in self._parts:
                code, name = value.__code__, value.__qualname__
                if name.rpartition('.')[2] == code.co_name:     # not of another that it wraps
                    name_tree(code, name)
                if code.co_name == self._parts[-1]:
                    found.append(code)
        return found

    def codes_of(self, source, known):
        """Those of the code objects of a file that the breakpoint means."""
        for code in known:
            if code.co_name == '<module>':
                name_tree(code, '')
        return [code for code in known
                if code.co_name == self._parts[-1] and self._is_meant(source, code)]

    def _is_meant(self, source, code):
        outside = self._outside(code)
        return outside is not None and (
            not outside or outside == ['__main__']
            or _module_parts(source.path)[-len(outside):] == outside)

    def _outside(self, code):
        """What the name has in front of the code's own; None where that is another."""
        name = _name(code)
        if name is None:
            return None
        own = [part for part in name.split('.') if part != '<locals>']
        outside = self._parts[:max(0, len(self._parts) - len(own))]
        return outside if outside + own == self._parts else None

    def first_line(self, code):
        return _start(code)[0]

    def is_hit(self, frame, patrol, failed):
        code = frame.f_code
        # The line of a function's beginning may be another's as well, and come again in itself.
        outside = self._outside(code)
        if outside is None or frame.f_lasti > _start(code)[1]:
            return False
        if outside == ['__main__'] and frame.f_globals.get('__name__') != '__main__':
            return False
        return breakpoints.Breakpoint.is_hit(self, frame, patrol, failed)


def name_tree(code, name):
    """Up to 3.10 a code object does not know its qualified name: those inside of one whose name is
    known, '' for a module, get theirs."""
    if _HAS_NAMES:
        return
    memo = code_lines.memo(code)
    if memo.get('qualified name') == name:
        return
    memo['qualified name'] = name
    before = name + '.' if name else ''
    if code.co_flags & _OPTIMIZED:
        before += '<locals>.'
    for constant in code.co_consts:
        if type(constant) is type(code):
            name_tree(constant, before + constant.co_name)


def _name(code):
    return code.co_qualname if _HAS_NAMES else code_lines.memo(code).get('qualified name')


def _start(code):
    """The line and the offset at which the body of a function begins."""
    memo = code_lines.memo(code)
    try:
        return memo['start']
    except KeyError:
        facts, at = bytecode.facts(code), 0
        while facts.names[at] in _PROLOGUE or (
                facts.names[at] == 'POP_TOP' and facts.names[at - 1] in _PROLOGUE):
            at += 1
        offset = facts.offsets[at]
        memo['start'] = code_lines.line_at(code, offset) or code.co_firstlineno, offset
        return memo['start']


def _module_parts(path):
    """What a module may be called, by the path of its file."""
    parts = os.path.splitext(path)[0].split(os.sep)
    return parts[:-1] if parts[-1] == '__init__' else parts
