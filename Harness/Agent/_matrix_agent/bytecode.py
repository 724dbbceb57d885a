"""The bytecode of 3.5 to 3.15 as far as exceptions need it: where handlers are, where instructions
lead. What differs by version is here and nowhere else.

Since 3.11 a code object has a table of its handlers (Objects/exception_handling_notes.txt); before,
instructions set them up at run time, and which are set up at an instruction follows from the ways
that lead there.
"""

import _weakref

from . import code_lines, genuine, versions

_UNITS = 2 if versions.JUMPS_COUNT_INSTRUCTIONS else 1      # bytes in a unit of a jump's argument
_TABLES = versions.HAS_EXCEPTION_TABLE

# The argument of COMPARE_OP in `except`, up to 3.8.
EXCEPTION_MATCH = 10 if versions.COMPARES_EXCEPTIONS else None
WITH_EXITS = ('WITH_EXCEPT_START', 'WITH_CLEANUP_START')
RERAISES = ('RERAISE', 'END_FINALLY')
RETURNS = ('RETURN_VALUE', 'RETURN_CONST')
ENTERS = ('SETUP_FINALLY', 'SETUP_EXCEPT', 'SETUP_WITH', 'SETUP_ASYNC_WITH', 'SETUP_LOOP',
          'CALL_FINALLY')
ALWAYS_JUMPS = ('JUMP_FORWARD', 'JUMP_ABSOLUTE', 'JUMP_BACKWARD', 'JUMP_BACKWARD_NO_INTERRUPT',
                'JUMP_NO_INTERRUPT')
NOTHING = ('NOP', 'PRECALL', 'KW_NAMES', 'NOT_TAKEN', 'CACHE', 'MAKE_CELL', 'COPY_FREE_VARS')
ATTRIBUTES = ('LOAD_ATTR', 'LOAD_METHOD')
_ENDS = RETURNS + ('RAISE_VARARGS', 'RERAISE', 'BREAK_LOOP', 'CONTINUE_LOOP')
_BLOCKS = ('SETUP_FINALLY', 'SETUP_EXCEPT', 'SETUP_WITH', 'SETUP_ASYNC_WITH', 'SETUP_LOOP')
_WITHS = ('SETUP_WITH', 'SETUP_ASYNC_WITH')
_ENTRIES = ('BEFORE_WITH', 'BEFORE_ASYNC_WITH')
_EXIT_SPECIALS = {1: '__exit__', 3: '__aexit__'}        # of LOAD_SPECIAL, since 3.14
_SUSPENDED = ('YIELD_VALUE', 'YIELD_FROM', 'RESUME', 'RETURN_GENERATOR')


class _Opcodes(object):
    """What the standard library's `opcode` says. It takes milliseconds to load, so it is loaded when
    the first code object is looked at."""

    def __init__(self):
        opcode = genuine.unseen('opcode', '_opcode', '_opcode_metadata')
        self.names, self.numbers = opcode.opname, opcode.opmap
        self.absolute, self.relative = frozenset(opcode.hasjabs), frozenset(opcode.hasjrel)
        self.first_with_argument, self.extended = opcode.HAVE_ARGUMENT, opcode.EXTENDED_ARG
        self.common_constants = getattr(opcode, '_common_constants', ())     # since 3.14


_opcodes = []


def _known():
    if not _opcodes:
        _opcodes.append(_Opcodes())
    return _opcodes[0]


def facts(code):
    """The facts of a code object, found once."""
    known = code_lines.memo(code)
    try:
        return known['bytecode']
    except KeyError:
        found = known['bytecode'] = _Facts(code)
        return found


def is_unwinding(frame):
    """True where a frame that ends does so by an exception: its last instruction neither returns
    nor yields."""
    known = facts(frame.f_code)
    if frame.f_lasti < 0:
        return True
    return known.names[known.index(frame.f_lasti)] not in RETURNS + _SUSPENDED


def mentions(frame, name):
    """True where the line at which a frame stands has an instruction about an attribute."""
    known = facts(frame.f_code)
    at = known.index(frame.f_lasti) if frame.f_lasti >= 0 else 0
    near = range(max(0, at - 8), at + 1)
    return any([known.names[each] in ATTRIBUTES + ('LOAD_SUPER_ATTR',)
                and known.name(each) == name for each in near])


class _Facts(object):
    """Instructions as parallel lists (names, arguments, offsets), without caches."""

    def __init__(self, code):
        self.names, self.arguments, self.offsets = [], [], []
        self._at = {}
        self._opcodes = _known()
        self._after = []                # the offset behind each instruction and its caches
        self._own = _weakref.ref(code)  # What is known of it lives as long as it does.
        self._decode(code.co_code)
        if _TABLES:
            self._table = _exception_table(code.co_exceptiontable)
        else:
            self._states = self._find_states()

    @property
    def code(self):
        return self._own()

    def _decode(self, raw):
        extended, prefix, offset = 0, [], 0
        names, extends = self._opcodes.names, self._opcodes.extended
        first = self._opcodes.first_with_argument
        while offset < len(raw):
            operation = raw[offset]
            size = 2 if versions.HAS_WORDCODE else 3 if operation >= first else 1
            if _TABLES and operation == 0:
                self._after[-1] = offset + 2
                self._at[offset] = len(self.names) - 1
            elif operation == extends:
                argument = raw[offset + 1] if size == 2 else raw[offset + 1] | raw[offset + 2] << 8
                extended = (extended | argument) << (8 if size == 2 else 16)
                prefix.append(offset)
            else:
                argument = 0
                if size > 1:
                    argument = raw[offset + 1] if size == 2 else (
                        raw[offset + 1] | raw[offset + 2] << 8)
                for each in prefix + [offset]:
                    self._at[each] = len(self.names)
                self.names.append(names[operation])
                self.arguments.append(argument | extended)
                self.offsets.append(offset)
                self._after.append(offset + size)
                extended, prefix = 0, []
            offset += size

    def index(self, offset):
        return self._at[offset]

    def number(self, at):
        """The number of an instruction's operation."""
        return self._opcodes.numbers[self.names[at]]

    def next_of(self, at, names):
        """The first instruction of these names from `at` on."""
        for index in range(at, len(self.names)):
            if self.names[index] in names:
                return index
        return None

    def jump(self, at):
        """The index of a jump's target, None for all other instructions."""
        name = self.names[at]
        operation = self._opcodes.numbers[name]
        if operation in self._opcodes.absolute:
            return self._at.get(self.arguments[at] * _UNITS)
        if operation not in self._opcodes.relative:
            return None
        distance = self.arguments[at] * _UNITS
        return self._at.get(self._after[at] + (-distance if 'BACKWARD' in name else distance))

    # Handlers

    def handler(self, offset):
        """The offset of the handler of what the instruction at an offset raises, or None."""
        if _TABLES:
            for start, end, target in self._table:
                if start <= offset < end:
                    return target
            return None
        for name, target in reversed(self._states.get(self._at.get(offset), ())):
            if name != 'SETUP_LOOP':
                return self.offsets[target]
        return None

    def _find_states(self):
        """For each instruction, the blocks that are set up there, outermost first."""
        states, work = {}, [(0, ())]
        while work:
            at, blocks = work.pop()
            while at < len(self.names) and at not in states:
                states[at] = blocks
                name, target = self.names[at], self.jump(at)
                if name in _BLOCKS:
                    work.append((target, blocks))
                    blocks += ((name, target),)
                elif name == 'POP_BLOCK':
                    blocks = blocks[:-1]
                elif name in _ENDS:
                    break
                elif target is not None:
                    work.append((target, blocks))
                    if name in ALWAYS_JUMPS:
                        break
                at += 1
        return states

    def begins_finally(self, at):
        """True where a block ends whose `finally` runs next, without an exception (up to 3.7)."""
        blocks = self._states.get(at) if versions.ENDS_FINALLY_ANYWHERE else None
        return bool(blocks) and blocks[-1][0] in ('SETUP_FINALLY',) + _WITHS

    def loop_inside(self, at, first):
        """The end of the loop that `break` leaves, where the loop is inside a handler; else None."""
        outer = self._states.get(first, ())
        for block in reversed(self._states.get(at, ())):
            if block[0] == 'SETUP_LOOP':
                return None if block in outer else block[1]
        return None

    def with_expression(self, target):
        """The index behind the expression of the `with` statement with this handler, and the name of
        the method that it calls at the end; None where they are not found."""
        if not _TABLES:
            wanted = self._at[target]
            for at, name in enumerate(self.names):
                if name in _WITHS and self.jump(at) == wanted:
                    if name == 'SETUP_WITH':
                        return at, '__exit__'
                    while self.names[at] != 'BEFORE_ASYNC_WITH':
                        at -= 1
                    return at, '__aexit__'
            return None
        start = min([entry[0] for entry in self._table if entry[2] == target])
        for at in range(self._at[start], -1, -1):
            if self.names[at] in _ENTRIES:
                return at, '__exit__' if self.names[at] == 'BEFORE_WITH' else '__aexit__'
            if self.names[at] == 'LOAD_SPECIAL' and self.arguments[at] in _EXIT_SPECIALS:
                return at - 1, _EXIT_SPECIALS[self.arguments[at]]       # before the COPY
        return None

    def yields(self):
        """Offsets where a generator is suspended; not those of `await` and `yield from`."""
        found = []
        for at, name in enumerate(self.names):
            if name == 'YIELD_VALUE' and (not at or self.names[at - 1] != 'SEND'):
                found.append(self.offsets[at])
        return found

    # Operands

    def constant(self, at):
        """What an instruction puts on the stack where that is a constant, in a tuple; else None."""
        name, argument = self.names[at], self.arguments[at]
        if name == 'LOAD_CONST' or name == 'RETURN_CONST':
            return (self.code.co_consts[argument],)
        if name == 'LOAD_SMALL_INT':
            return (argument,)
        if name == 'LOAD_COMMON_CONSTANT' and argument < len(self._opcodes.common_constants):
            return (self._opcodes.common_constants[argument],)
        return None

    def name(self, at):
        """The global, name or attribute that an instruction is about."""
        argument = self.arguments[at]
        if self.names[at] == 'LOAD_GLOBAL' and _TABLES:
            argument >>= 1
        elif self.names[at] == 'LOAD_ATTR' and versions.LOAD_ATTR_MAKES_METHODS:
            argument >>= 1
        elif self.names[at] == 'LOAD_SUPER_ATTR':
            argument >>= 2
        return self.code.co_names[argument]

    def pushes_null(self, at):
        name = self.names[at]
        if name == 'LOAD_METHOD':
            return True
        if name == 'LOAD_GLOBAL' and _TABLES or name == 'LOAD_ATTR' and versions.LOAD_ATTR_MAKES_METHODS:
            return bool(self.arguments[at] & 1)
        return False

    def variables(self, at):
        """The local variables that an instruction puts on the stack."""
        name, argument, code = self.names[at], self.arguments[at], self.code
        if name.startswith('LOAD_FAST'):
            if name.count('LOAD_FAST') == 2:            # since 3.13
                return [self._variable(argument >> 4), self._variable(argument & 15)]
            return [self._variable(argument)]
        if name in ('LOAD_DEREF', 'LOAD_CLASSDEREF'):
            if _TABLES:
                return [self._variable(argument)]
            return [(code.co_cellvars + code.co_freevars)[argument]]
        return []

    def _variable(self, number):
        code = self.code
        if _TABLES:
            return code._varname_from_oparg(number)
        return code.co_varnames[number]

    def call(self, at):
        """How many values an instruction takes that puts one in their place; None where it is not
        known to."""
        name, argument = self.names[at], self.arguments[at]
        if name in ATTRIBUTES:
            return 1
        if name == 'BUILD_TUPLE':
            return argument
        if name == 'CALL_FUNCTION':
            # Up to 3.5 keywords are counted in the upper byte.
            return argument + 1 if argument < 256 else None
        if name in ('CALL', 'CALL_METHOD'):
            return argument + 2
        return None

    def stored_name(self, at):
        """The variable that the exception is bound to at the beginning of a handler's body."""
        for index in range(at, min(at + 4, len(self.names))):
            if self.names[index].startswith('STORE_'):
                return self._operand(index)
            if self.names[index] not in ('POP_TOP', 'NOT_TAKEN', 'NOP'):
                return None
        return None

    def loaded_name(self, at):
        name = self.names[at]
        if name == 'STORE_FAST_LOAD_FAST':
            return self._variable(self.arguments[at] & 15)
        return self._operand(at) if name.startswith('LOAD_') else None

    def _operand(self, at):
        name, argument, code = self.names[at], self.arguments[at], self.code
        if name.count('_FAST') == 2:
            return self._variable(argument >> 4)
        if 'FAST' in name or ('DEREF' in name and _TABLES):
            return self._variable(argument)
        if 'DEREF' in name:
            return (code.co_cellvars + code.co_freevars)[argument]
        if name == 'LOAD_GLOBAL':
            return self.name(at)
        return code.co_names[argument] if name.endswith(('_NAME', '_GLOBAL')) else None


def _exception_table(table):
    """Triples of first offset, offset behind, and handler. No instruction is in two of them."""
    entries, position = [], 0

    def number():
        nonlocal position
        byte = table[position]
        position += 1
        value = byte & 63
        while byte & 64:
            byte = table[position]
            position += 1
            value = value << 6 | byte & 63
        return value

    while position < len(table):
        start, length, target = number() * 2, number() * 2, number() * 2
        number()                        # stack depth, and whether the offset is kept
        entries.append((start, start + length, target))
    return entries
