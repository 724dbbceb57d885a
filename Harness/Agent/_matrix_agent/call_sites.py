"""The calls on the line at which a frame stands, read from its bytecode."""

from . import bytecode, code_lines, genuine, versions

_CALLS = ('CALL', 'CALL_KW', 'CALL_FUNCTION', 'CALL_FUNCTION_KW', 'CALL_FUNCTION_EX', 'CALL_METHOD',
          'CALL_FUNCTION_VAR', 'CALL_FUNCTION_VAR_KW')
_ONLY_POP = ('STORE_', 'POP_', 'DELETE_')
_NULL = object()


class Site(object):
    """One call. `number` is that of its instruction; `positions` are first line and column, last line
    and column, in bytes, 0 where CPython does not know (before 3.11)."""

    def __init__(self, number, name, positions):
        self.number = number
        self.name = name
        self.positions = positions


def sites(frame, line, done):
    """The calls of a line in the order in which they are made, from where the frame stands on. `done`:
    the call at which it stands has been made."""
    code = frame.f_code
    facts = bytecode.facts(code)
    standing = facts.index(frame.f_lasti) if frame.f_lasti >= 0 else 0
    names = _callees(facts)
    found = []
    for at in sorted(names):
        if at < standing or (done and at == standing):
            continue
        if code_lines.line_at(code, facts.offsets[at]) == line:
            found.append(Site(at, names[at], _positions(code, facts.offsets[at])))
    return found


def is_under_way(frame, number):
    """True while the frame is in that call."""
    facts = bytecode.facts(frame.f_code)
    return frame.f_lasti >= 0 and facts.index(frame.f_lasti) == number


def _positions(code, offset):
    if hasattr(code, 'co_positions'):
        for index, (first, last, start, end) in enumerate(code.co_positions()):
            if index == offset // 2:
                return [number or 0 for number in (first, start, last, end)]
    return [0, 0, 0, 0]


def _callees(facts):
    """What each call calls, by following names over the stack; jumps are not followed, so a name is
    what it most likely is, or `?`."""
    stack, found = [], {}
    for at, operation in enumerate(facts.names):
        if operation in _CALLS:
            values = _pop(stack, 1 - _effect(facts, at))
            found[at] = _callee(values)
            stack.append(None)
        elif operation in bytecode.NOTHING or operation in ('EXTENDED_ARG', 'RESUME'):
            continue
        elif operation == 'PUSH_NULL':
            stack.append(_NULL)
        elif operation in bytecode.ATTRIBUTES:
            value = _pop(stack, 1)[0]
            stack.append('%s.%s' % (value if type(value) is str else '?', facts.name(at)))
            if facts.pushes_null(at):
                stack.append(None)
        elif operation == 'LOAD_GLOBAL':
            pushed = [facts.name(at)]
            if facts.pushes_null(at):
                pushed.insert(1 if versions.NULL_IS_PUSHED_SECOND else 0, _NULL)
            stack += pushed
        elif operation == 'LOAD_BUILD_CLASS':
            stack.append('class')
        elif facts.variables(at):
            stack += facts.variables(at)
        elif operation == 'LOAD_NAME' or operation.endswith('_DEREF'):
            stack.append(facts.loaded_name(at)) if operation.startswith('LOAD') else _pop(stack, 1)
        elif operation in ('DUP_TOP', 'COPY'):
            stack.append(stack[-1] if stack else None)
        else:
            effect = _effect(facts, at)
            _pop(stack, -effect)
            if effect > 0:
                stack += [None] * effect
            elif stack and not operation.startswith(_ONLY_POP):
                stack[-1] = None
    return found


def _pop(stack, count):
    """The last values, the first of them first; None for those that are not known."""
    if count <= 0:
        return []
    values = stack[-count:]
    del stack[-count:]
    return [None] * (count - len(values)) + values


def _callee(values):
    named = [value for value in values[:2] if value is not _NULL]
    return named[0] if named and type(named[0]) is str else '?'


def _effect(facts, at):
    """How many values more there are on the stack after an instruction."""
    operation, argument = facts.names[at], facts.arguments[at]
    if operation == 'CALL' and versions.CALL_HAS_PRECALL:
        return -argument - 1            # PRECALL has taken the arguments into account.
    stack_effect = genuine.unseen('_opcode').stack_effect
    number = facts.number(at)
    for arguments in ((number, argument), (number,)):
        try:
            return stack_effect(*arguments)
        except ValueError:
            continue
    return 0
