"""Output of the program, shown to the debugger as well."""

import sys

from . import wire
from .genuine import _thread

STDOUT, STDERR = 1, 2


class Tee(object):
    """Stands in for a text stream: everything goes to the stream, and to the debugger as OUTP."""

    def __init__(self, stream, session, channel):
        self.__dict__['_stream'] = stream
        self.__dict__['_channel'] = channel
        self.__dict__['_session'] = session

    def write(self, text):
        if isinstance(text, str):
            self._session.output(text, self._channel)
        return self._quietly(self._stream.write, text)

    def flush(self):
        thread = self._session.threads.get(_thread.get_ident())
        if thread is not None:
            self._session.flush_output(thread)
        return self._quietly(self._stream.flush)

    def __enter__(self):
        self._stream.__enter__()
        return self

    def __exit__(self, *exception):
        return self._stream.__exit__(*exception)

    def __next__(self):
        return next(self._stream)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def _quietly(self, function, *arguments):
        """The stream may be the user's own code; a stop inside `print` would confuse."""
        thread = self._session.threads.get(_thread.get_ident())
        if thread is None or thread.quiet:
            return function(*arguments)
        thread.quiet = True
        try:
            return function(*arguments)
        finally:
            thread.quiet = False

    @property
    def buffer(self):
        return _Buffer(self._stream.buffer, self)

    def __iter__(self):
        return iter(self._stream)

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def __setattr__(self, name, value):
        setattr(self._stream, name, value)


class _Buffer(object):
    """The binary half of a stream."""

    def __init__(self, stream, tee):
        self._stream = stream
        self._tee = tee

    def write(self, data):
        tee = self._tee
        encoding = tee.encoding or 'utf-8'
        tee._session.output(bytes(data).decode(encoding, 'replace'), tee._channel)
        return self._stream.write(data)

    def __getattr__(self, name):
        return getattr(self._stream, name)


def redirect(session):
    """Puts tees over standard output and error; the result takes them away again."""
    tees = []
    for channel, name in ((STDOUT, 'stdout'), (STDERR, 'stderr')):
        stream = getattr(sys, name)
        if stream is not None:
            tee = Tee(stream, session, channel)
            setattr(sys, name, tee)
            tees.append((name, tee, stream))

    def restore():
        for name, tee, stream in tees:
            if getattr(sys, name) is tee:
                setattr(sys, name, stream)

    return restore


def event(text, channel=None):
    """OUTP, or OUTC where the debugger wants to know which of the two streams it was."""
    if channel is None:
        return b'OUTP' + wire.integer(_thread.get_ident()) + wire.text(text)
    return wire.message(b'OUTC', _thread.get_ident(), channel) + wire.text(text)
