"""Breakpoints of functions, by their qualified names: on the first line of a body."""

import gc
import os
import sys

from . import breakpoints, bytecode, code_lines
from .control import codes

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
        """Code of this name in the functions of modules and classes, whether or not it has run."""
        found, seen = [], set()
        spaces = [vars(module) for module in list(sys.modules.values())
                  if type(module) is type(sys)]
        while spaces:
            for value in list(spaces.pop().values()):
                if issubclass(type(value), type):
                    if id(value) not in seen:
                        seen.add(id(value))
                        spaces.append(_dict_of(value))
                    continue
                for function in _functions_in(value):
                    if function.__code__.co_name in self._parts:
                        name_function(function)
                        found += [code for code in codes.nested_code(function.__code__)
                                  if code.co_name == self._parts[-1]]
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
        if code.co_name != self._parts[-1] or frame.f_lasti > _start(code)[1]:
            return False
        outside = self._outside(code)
        if outside is None:
            return False
        if outside == ['__main__'] and frame.f_globals.get('__name__') != '__main__':
            return False
        return breakpoints.Breakpoint.is_hit(self, frame, patrol, failed)


_FUNCTION = type(lambda: None)
_dict_of = type.__dict__['__dict__'].__get__


def _functions_in(value):
    """The functions that a value of a module or a class stands for."""
    kind = type(value)
    if kind is staticmethod or kind is classmethod:
        value = value.__func__
    found = [value.fget, value.fset, value.fdel] if kind is property else [value]
    found = [each for each in found if type(each) is _FUNCTION]
    for each in found:
        wrapped = vars(each).get('__wrapped__')
        if type(wrapped) is _FUNCTION and len(found) < 100:
            found.append(wrapped)
    return found


def name_function(function):
    """Up to 3.10 only the function knows the qualified name of its code."""
    code, name = function.__code__, function.__qualname__
    if name.rpartition('.')[2] == code.co_name:     # and not the name of another that it wraps
        name_tree(code, name)


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
    if _HAS_NAMES:
        return code.co_qualname
    memo = code_lines.memo(code)
    if 'qualified name' not in memo:                # made before there was a debugger
        for function in gc.get_referrers(code):
            if type(function) is _FUNCTION:
                name_function(function)
    return memo.get('qualified name')


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
