"""The other handshake: the agent listens, and debuggers connect, one after the other.

    agent     `PTVSDBG`, integer 6
    debugger  the same, then the secret
    agent     `ACPT`, or `RJCT` and the end
    debugger  `INFO`, `ATCH` and options, or `REPL`

Before the secret is told, nothing is read but a few bytes of bounded length, in bounded time.
"""

import os
import sys

from . import connection, forks, genuine, serving, thread_start, versions, wire
from .genuine import posix, time

_socket = genuine.stdlib('_socket')

MAGIC, VERSION = b'PTVSDBG', 6
DEFAULT_PORT = '5678'
SILENCE = 1                     # seconds for the secret
TIMEOUT = 5                     # seconds for the rest of the handshake
BACKLOG = 5
MOST = 8                        # handshakes at a time
_LONGEST = 4096
_PAUSE = 0.1


class Server(object):
    """A listening socket and the thread that greets its clients."""

    def __init__(self, endpoint, secret, option_text, on_attached):
        self._path = None
        self._secret = secret
        self._options = option_text
        self._pid = posix.getpid()
        self._closed = False
        self._greeted = []
        self._on_closed = None
        self._on_attached = on_attached
        self._raw = self._bind(endpoint or DEFAULT_PORT)
        self._own = connection.Own(self._raw)
        self._forget_fork = forks.let_go_in_children(self)

    def _bind(self, endpoint):
        if endpoint.startswith('unix:'):
            self._path = endpoint[len('unix:'):]
            raw = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
            os.fchmod(raw.fileno(), 0o600)      # Linux gives the mode to what `bind` creates.
            target = self._path
        else:
            raw = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
            raw.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
            target = ('127.0.0.1', int(endpoint))
        try:
            raw.bind(target)
            raw.listen(BACKLOG)
        except BaseException:
            raw.close()
            raise
        self.endpoint = endpoint if self._path else str(raw.getsockname()[1])
        return raw

    def start(self):
        thread_start.start_agent_thread(self._run, (), self.close)

    def close(self, on_closed=None):
        """Lets no debugger in any more. A session that is under way goes on. `on_closed` is called
        as the last act of the thread, when the socket is closed; False: it is closed already."""
        if self._closed or posix.getpid() != self._pid:
            return False
        self._closed = True
        self._on_closed = on_closed
        self._forget_fork()
        for raw in list(self._greeted):
            _hang_up(raw)
        self._own.shut_down()
        if self._path is not None:
            try:
                os.unlink(self._path)
            except OSError:
                pass
        return True

    def let_go_in_child(self):
        """A forked child listens to nobody; the parent's socket is left as it is."""
        self._closed = True
        self._own.close()

    def _run(self):
        try:
            while not self._closed and self._own.is_there():
                try:
                    descriptor, _ = self._raw._accept()
                except OSError:
                    if not self._closed:
                        time.sleep(_PAUSE)      # Out of descriptors, most likely.
                    continue
                raw = _socket.socket(
                    self._raw.family, self._raw.type, self._raw.proto, descriptor)
                if len(self._greeted) >= MOST:
                    _hang_up(self._greeted[0])  # The one that has been silent for longest.
                self._greeted.append(raw)
                try:
                    thread_start.start_agent_thread(
                        self._greet, (raw,), lambda raw=raw: _hang_up(raw))
                except RuntimeError:            # On 3.12 the program's end allows no new threads.
                    self._forget(raw)
                    raw.close()
        finally:
            self._own.close()
            self._closed = True
            if self._on_closed is not None:
                self._on_closed()

    def _greet(self, raw):
        link = connection.Connection(raw)
        text = None
        try:
            link.set_deadline(SILENCE)
            text = self._handshake(link, raw)
        except (wire.ProtocolError, OSError):
            pass
        finally:
            self._forget(raw)
        if text is not None:
            link.set_deadline(None)
            self._attach(link, text)
            return
        link.close()
        link.release()

    def _forget(self, raw):
        """This connection is none of the silent ones any more."""
        try:
            self._greeted.remove(raw)
        except ValueError:
            pass

    def _handshake(self, link, raw):
        """The options of a debugger that wants to attach, or None where that was all."""
        reader = link.reader
        link.send(MAGIC + wire.integer(VERSION))
        if reader.bytes(len(MAGIC)) != MAGIC or reader.integer() != VERSION:
            return None
        secret = reader.string(_LONGEST)
        if self._secret is not None and not genuine.stdlib('_operator')._compare_digest(
                secret.encode('utf-8', 'replace'), self._secret.encode('utf-8', 'replace')):
            link.send(b'RJCT')
            return None
        self._forget(raw)
        link.set_deadline(TIMEOUT)
        link.send(b'ACPT')
        request = reader.bytes(4)
        if request == b'ATCH':
            return reader.string(_LONGEST)
        if request == b'INFO':
            link.send(_information())
            reader.bytes(1)                     # The debugger closes first.
        else:
            link.send(b'RJCT')                  # `REPL`: there is no debug console.
        return None

    def _attach(self, link, text):
        def answer(code):
            if code != serving.ACCEPTED:
                return link.send(b'RJCT')
            return link.send(b'ACPT' + wire.message(b'', posix.getpid(), *versions.NUMBERS))

        serving.serve(link, ','.join([self._options, text]), answer, _nothing, self._on_attached)


def _hang_up(raw):
    try:
        raw.shutdown(_socket.SHUT_RDWR)
    except OSError:
        pass


def _nothing():
    """There is nothing of ours to undo when a session ends: the next one may come."""


def _information():
    version = 'CPython %d.%d.%d (%s %d-bit)' % (
        versions.NUMBERS + (os.uname().sysname, 64 if sys.maxsize > 1 << 32 else 32))
    return (wire.integer(posix.getpid()) + wire.text(sys.executable or '') + wire.text(_user())
            + wire.text(version))


def _user():
    """As `getpass.getuser` tells it, without importing that."""
    for name in ('LOGNAME', 'USER', 'LNAME', 'USERNAME'):
        if os.environ.get(name):
            return os.environ[name]
    try:
        pwd = genuine.stdlib('pwd')
        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return '<unknown>'
