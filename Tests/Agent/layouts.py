"""The bytes of the classic wire protocol, version 6, and of our additions, written down from the
protocol's facts. Nothing here is the agent's: what it sends is read by these layouts, and every
event is written again and compared.
"""

import struct

INTEGER = 'integer'             # 8 bytes, signed, big-endian
PREFIXED = 'prefixed string'    # agent to debugger: N, or U or A, a byte count and the bytes
STRING = 'string'               # debugger to agent: a byte count and UTF-8
NAMES = 'names'                 # debugger to agent: strings up to a lone '-'


class Many(object):
    """An integer, and as many records as it says."""

    def __init__(self, *fields):
        self.fields = fields


def _i(count):
    return (INTEGER,) * count


# Representation, hexadecimal form, type name, length, flags.
OBJECT = (PREFIXED, PREFIXED, PREFIXED, INTEGER, INTEGER)
_CHILDREN = Many(PREFIXED, PREFIXED, *OBJECT)
_FRAME = _i(3) + (PREFIXED, PREFIXED) + _i(2) + (Many(PREFIXED, *OBJECT),)

COMMANDS = {
    'stpi': _i(1), 'stpo': _i(1), 'stpv': _i(1),
    'brkp': (INTEGER, INTEGER, STRING, INTEGER, STRING, INTEGER, INTEGER),
    'brkc': (INTEGER, INTEGER, STRING),
    'bkpc': _i(3), 'bkgh': _i(2), 'bksh': _i(2), 'brkr': _i(2),
    'bkda': (INTEGER, INTEGER, STRING), 'bkdr': (INTEGER, INTEGER, STRING),
    'brka': (), 'resa': (), 'rest': _i(1), 'ares': _i(1), 'clst': _i(1), 'thrf': _i(1),
    'exec': (STRING,) + _i(5), 'chld': (STRING,) + _i(4), 'setl': _i(3),
    'sexi': (INTEGER, Many(INTEGER, STRING)),
    'sehi': (STRING, Many(INTEGER, INTEGER, NAMES)),
    'detc': (), 'crep': _i(1), 'drep': (), 'lack': (),
}
ADDED_COMMANDS = {'mtrx': (INTEGER, STRING), 'chlp': (STRING,) + _i(6)}

EVENTS = {
    'NEWT': _i(1), 'EXTT': _i(1), 'LOAD': _i(1), 'STPD': _i(1), 'ASBR': _i(1),
    'MODL': (INTEGER, PREFIXED),
    'BRKS': _i(1), 'BRKF': _i(1), 'BRKH': _i(2), 'BKHC': _i(2),
    'EXCP': (PREFIXED, INTEGER, INTEGER, PREFIXED),
    'EXC2': (INTEGER, Many(PREFIXED, PREFIXED)),
    'THRF': (INTEGER, PREFIXED, Many(*_FRAME)),
    'EXCR': (INTEGER,) + OBJECT, 'EXCE': (INTEGER, PREFIXED),
    'CHLD': (INTEGER, _CHILDREN),
    'SETL': _i(3), 'OUTP': (INTEGER, PREFIXED), 'REQH': (PREFIXED,),
    'DETC': (), 'LAST': (),
}
ADDED_EVENTS = {
    'MTRX': (INTEGER, PREFIXED, PREFIXED, PREFIXED),
    'CHLP': _i(3) + (_CHILDREN,),
    'OUTC': _i(2) + (PREFIXED,), 'ACKN': (INTEGER, PREFIXED),
    'BRKL': _i(2), 'BRK2': (INTEGER, Many(INTEGER)), 'BRKE': (INTEGER, PREFIXED),
}
ALL_COMMANDS = dict(COMMANDS, **ADDED_COMMANDS)
ALL_EVENTS = dict(EVENTS, **ADDED_EVENTS)


def integer(value):
    return struct.pack('!q', value)


def string(text):
    data = text.encode('utf-8')
    return integer(len(data)) + data


def prefixed(text):
    """On Python 3 every `str` goes out as UTF-8, even where it is ASCII."""
    if text is None:
        return b'N'
    return (b'A' + integer(len(text)) + text) if isinstance(text, bytes) else b'U' + string(text)


def encoded(layout, values):
    """The bytes of the values; a record of `Many` is a tuple."""
    parts = []
    assert len(layout) == len(values), (layout, values)
    for field, value in zip(layout, values):
        if isinstance(field, Many):
            parts.append(integer(len(value)))
            parts += [encoded(field.fields, record) for record in value]
        elif field is NAMES:
            parts += [string(name) for name in list(value) + ['-']]
        else:
            parts.append({INTEGER: integer, STRING: string, PREFIXED: prefixed}[field](value))
    return b''.join(parts)


def command(name, *values):
    return name.encode('ascii') + encoded(ALL_COMMANDS[name], values)


def event(name, *values):
    return name.encode('ascii') + encoded(ALL_EVENTS[name], values)


def decoded(layout, take):
    """The values that `take`, a function from a count to so many bytes, leads to."""
    values = []
    for field in layout:
        if isinstance(field, Many):
            values.append([decoded(field.fields, take) for _ in range(_count(take))])
        elif field is INTEGER:
            values.append(struct.unpack('!q', take(8))[0])
        else:
            values.append(_prefixed(take))
    return tuple(values)


def _count(take):
    count = struct.unpack('!q', take(8))[0]
    assert 0 <= count < 1 << 24, 'a count of %d' % count
    return count


def _prefixed(take):
    prefix = take(1)
    if prefix == b'N':
        return None
    assert prefix in (b'U', b'A'), 'a string that begins with %r' % prefix
    data = take(_count(take))
    return data.decode('utf-8') if prefix == b'U' else data
