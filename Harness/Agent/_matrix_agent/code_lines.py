"""What a code object's line table says: the lines that have code, and the last of them."""

import _weakref

_cache = {}


def line_numbers(code):
    """The set of line numbers with code, nested functions not included."""
    return _facts(code)[0]


def last_line(code):
    """The largest line number of the code object's own table."""
    return _facts(code)[1]


def memo(code):
    """A dictionary that lives as long as the code object, for what others derive from it."""
    return _facts(code)[2]


def line_at(code, offset):
    """The line of the instruction at a byte offset, or None. Needs `co_lines` (3.10)."""
    known = memo(code)
    try:
        return known[offset]
    except KeyError:
        for start, end, line in code.co_lines():
            if start <= offset < end:
                known[offset] = line
                return line
        return None


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
