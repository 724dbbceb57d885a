"""Primitive encodings of the classic wire protocol, version 6.

Integers are eight bytes, signed, big-endian. Strings from the agent carry a prefix byte ('N' for
null, 'U' for UTF-8, 'A' for raw bytes); strings to the agent carry none.
"""

MAX_STRING = 64 * 1024 * 1024
NULL = b'N'

_small = {}


class ProtocolError(Exception):
    """The peer sent bytes that are no protocol, or left in the middle of a message."""


def integer(value):
    """Eight bytes for `value`; small ones are remembered, since lengths dominate the stream."""
    try:
        return _small[value]
    except KeyError:
        packed = int(value).to_bytes(8, 'big', signed=True)
        if 0 <= value < 4096:
            _small[value] = packed
        return packed


def text(value):
    """A prefixed string. What UTF-8 cannot hold (lone surrogates) is spelled as an escape."""
    if value is None:
        return NULL
    if isinstance(value, bytes):
        return b'A' + integer(len(value)) + value
    try:
        data = value.encode('utf-8')
    except UnicodeEncodeError:
        data = value.encode('utf-8', 'backslashreplace')
    return b'U' + integer(len(data)) + data


def message(code, *integers):
    """An event that consists of integers only."""
    return code + b''.join([integer(value) for value in integers])


class Reader(object):
    """Decodes what the debugger sends, from a `recv` function."""

    def __init__(self, receive):
        self._receive = receive
        self._buffer = b''
        self._position = 0

    @classmethod
    def over(cls, data):
        """Decodes what is there already."""
        reader = cls(lambda size: b'')
        reader._buffer = data
        return reader

    def rest(self):
        """What was read from the stream and not decoded yet."""
        return self._buffer[self._position:]

    def bytes(self, count):
        """Exactly `count` bytes; `ProtocolError` where the stream ends before them."""
        end = self._position + count
        if end > len(self._buffer):
            self._fill(count)
            end = count
        data = self._buffer[self._position:end]
        self._position = end
        return data

    def _fill(self, count):
        parts = [self._buffer[self._position:]]
        have = len(parts[0])
        self._buffer = b''
        self._position = 0
        while have < count:
            data = self._receive(65536)
            if not data:
                raise ProtocolError('the debugger closed the connection')
            parts.append(data)
            have += len(data)
        self._buffer = b''.join(parts)

    def integer(self):
        return int.from_bytes(self.bytes(8), 'big', signed=True)

    def count(self, limit=MAX_STRING):
        """An integer that says how many follow."""
        value = self.integer()
        if value < 0 or value > limit:
            raise ProtocolError('a count of %d' % value)
        return value

    def string(self, limit=MAX_STRING):
        data = self.bytes(self.count(limit))
        return data.decode('utf-8', 'replace')
