"""The object record: what the wire says of one value."""

import sys

from . import limits, safe_repr, wire

EXPANDABLE, METHOD_CALL, SIDE_EFFECTS, RAW, HAS_RAW_REPR = 1, 2, 4, 8, 16

_INT = wire.text('int')
# By identity: a metaclass may refuse to be compared, or hashed.
_SOLID = frozenset([id(kind) for kind in (int, str, bool, float, object, type(None))])
_WITHOUT_INDEX = frozenset([id(kind) for kind in (str, type(None), float, list, dict, tuple)])
_TEXTUAL = (str, bytes, bytearray)
_ZERO = wire.integer(0)
_ABSENT = wire.NULL + wire.text('') + _ZERO + _ZERO

NORMAL_REPR, RAW_REPR, RAW_LENGTH = 0, 1, 2

UNDEFINED = wire.text('<undefined>') + _ABSENT


def record(value, limit=safe_repr.OUTER_LIMIT):
    """Representation, hexadecimal, type name, length and flags of a value. It never raises, and
    once the time is up it asks the program's own code for nothing."""
    kind = type(value)
    if kind is int and -(1 << 63) < value < (1 << 63):
        digits = str(value).encode('ascii')
        hexadecimal = hex(value).encode('ascii')
        return b''.join((b'U', wire.integer(len(digits)), digits,
                         b'U', wire.integer(len(hexadecimal)), hexadecimal, _INT, _ZERO, _ZERO))
    try:
        if kind is not str and safe_repr.is_foreign(kind):
            if limits.is_over():
                return _late_record(value)
            limits.begin()
        return _any_record(value, kind, limit)
    except limits.Expired:
        return _late_record(value)
    except BaseException:
        name = safe_repr.type_name(value)
        return (wire.text('<no repr available for ' + name + '>') + wire.NULL
                + wire.text(name) + _ZERO + _ZERO)


def plain_tail(kind):
    """What follows the representation in the record of every instance of a type that does nothing
    of its own; None for all other types."""
    if (type(kind) is type and kind.__repr__ is object.__repr__
            and not hasattr(kind, '__len__') and not hasattr(kind, '__index__')):
        flags = 0 if kind is object else EXPANDABLE
        return (wire.NULL + wire.text(safe_repr.name_of(kind)) + _ZERO + wire.integer(flags))
    return None


def _late_record(value):
    return (wire.text(safe_repr.too_late(value)) + wire.NULL
            + wire.text(safe_repr.type_name(value)) + _ZERO + wire.integer(EXPANDABLE))


def _any_record(value, kind, limit):
    length = _length(value)
    flags = 0
    if id(kind) not in _SOLID and length != 0:
        flags |= EXPANDABLE
    if issubclass(kind, _TEXTUAL):
        flags |= HAS_RAW_REPR
    return (wire.text(safe_repr.safe_repr(value, limit)) + wire.text(_hexadecimal(value, kind))
            + wire.text(safe_repr.type_name(value)) + wire.integer(length or 0)
            + wire.integer(flags))


def raw_record(value, repr_kind):
    """The text of a string or of bytes, undecorated, or its length only."""
    kind = type(value)
    if repr_kind == NORMAL_REPR or not issubclass(kind, _TEXTUAL):
        return record(value)
    try:
        if issubclass(kind, str):
            decoded = str.__str__(value)
        else:
            decoded = bytes(value).decode(sys.getfilesystemencoding(), 'ignore')
    except BaseException:
        return record(value)
    shown = decoded if repr_kind == RAW_REPR else None
    return (wire.text(shown) + wire.text(None) + wire.text(safe_repr.type_name(value))
            + wire.integer(len(decoded)) + wire.integer(RAW | HAS_RAW_REPR))


def synthetic(text, flags):
    """A record for something that is shown in place of a value."""
    return (wire.text(text) + wire.NULL + wire.text('') + _ZERO + wire.integer(flags))


def _length(value):
    """None where the value has no length, or refuses to tell."""
    try:
        return len(value)
    except limits.Expired:
        raise
    except BaseException:
        return None


def _hexadecimal(value, kind):
    try:
        if id(kind) in _WITHOUT_INDEX or not hasattr(kind, '__index__'):
            return None
        return hex(value) if kind is not int or value.bit_length() < 200000 else None
    except limits.Expired:
        raise
    except BaseException:
        return None
