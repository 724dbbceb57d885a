"""What a code object's line table says: the lines that have code, and the last of them."""

import _weakref

from . import genuine

_cache = {}
_SUSPENDS = 0x20 | 0x80 | 0x100 | 0x200     # generators, coroutines, asynchronous generators


def line_numbers(code):
    """The set of line numbers with code, nested functions not included."""
    return _facts(code)[0]


def last_line(code):
    """The largest line number of the code object's own table."""
    return _facts(code)[1]


def next_line(known, line):
    """`line` where one of the code objects has code there; else the next line with code in the
    innermost of them that the line lies in; `line` again where there is none."""
    innermost = None
    for code in known:
        if line in line_numbers(code):
            return line
        if code.co_name == '<module>':
            inside = True
        else:
            inside = code.co_firstlineno <= line <= last_line(code)
        if inside and (innermost is None or _starts(code) >= _starts(innermost)):
            innermost = code
    if innermost is None:
        return line
    return min([other for other in line_numbers(innermost) if other > line] or [line])


def _starts(code):
    return 0 if code.co_name == '<module>' else code.co_firstlineno


def memo(code):
    """A dictionary that lives as long as the code object, for what others derive from it."""
    return _facts(code)[2]


def is_last(frame):
    """Whether no other line of its code comes behind the one at which the frame stands."""
    code, own = frame.f_code, frame.f_lineno
    for offset in range(frame.f_lasti, len(code.co_code), 2):
        if line_at(code, offset) not in (None, own):
            return False
    return True


def line_at(code, offset):
    """The line of the instruction at a byte offset, or None."""
    known = memo(code)
    try:
        return known[offset]
    except KeyError:
        if not hasattr(code, 'co_lines'):
            return _line_by_lnotab(code, offset)
        for start, end, line in code.co_lines():
            if start <= offset < end:
                known[offset] = line
                return line
        return None


def is_clean_up(frame):
    """True where a suspended `yield from` or `await` is closed. CPython gives its line to code of
    its own then (CLEANUP_THROW, since 3.12), and reports that line by `sys.settrace` since 3.13 and
    by `sys.monitoring` now and then."""
    code = frame.f_code
    if not code.co_flags & _SUSPENDS:
        return False
    known = memo(code)
    try:
        offsets = known['clean-up']
    except KeyError:
        offsets = known['clean-up'] = _offsets_of(code, 'CLEANUP_THROW')
    return frame.f_lasti in offsets


def _offsets_of(code, name):
    wanted = genuine.stdlib('opcode').opmap.get(name)
    instructions = code.co_code
    return frozenset([offset for offset in range(0, len(instructions), 2)
                      if instructions[offset] == wanted])


def _facts(code):
    key = id(code)
    try:
        return _cache[key][1]
    except KeyError:
        pass
    lines = frozenset(_read(code))
    facts = (lines, max(lines) if lines else code.co_firstlineno, {})

    def forget(_reference, _key=key, _cache=_cache):
        _cache.pop(_key, None)

    _cache[key] = (_weakref.ref(code, forget), facts)
    return facts


def _read(code):
    if hasattr(code, 'co_lines'):
        # Since 3.10 (PEP 626). Line None is code without a line, 0 the entry of a module (3.11+).
        return [line for _, _, line in code.co_lines() if line]
    return _read_lnotab(code)


def _line_by_lnotab(code, offset):
    line, reached = code.co_firstlineno, 0
    for byte_step, line_step in zip(code.co_lnotab[::2], code.co_lnotab[1::2]):
        reached += byte_step
        if reached > offset:
            break
        line += line_step - 0x100 if line_step >= 0x80 else line_step
    return line


def _read_lnotab(code):
    """Up to 3.9: pairs of byte and line increments, the latter signed since 3.6 (bpo-26107)."""
    line = code.co_firstlineno
    lines = []
    table = code.co_lnotab
    started = False
    for index in range(0, len(table) - 1, 2):
        byte_step, line_step = table[index], table[index + 1]
        if byte_step and (started or lines or line):
            lines.append(line)
            started = True
        if line_step >= 0x80:
            line_step -= 0x100
        line += line_step
    lines.append(line)
    return lines
