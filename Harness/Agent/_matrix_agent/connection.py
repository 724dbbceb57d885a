"""The socket to the debugger, and nothing else.

Uses `_socket`, the C half of `socket`: the Python half imports `selectors`, `enum` and more, which
would cost the program start-up time and show in its `sys.modules`.
"""

import _socket
import _thread

from . import wire

ATTEMPTS = 50
PAUSE = 0.05


def connect(address):
    """A connected socket, or `OSError` after the last attempt.

    `address` is a TCP port on 127.0.0.1 in decimal, or `unix:PATH`.
    """
    failure = None
    for attempt in range(ATTEMPTS):
        try:
            return _connect_once(address)
        except OSError as error:
            failure = error
        import time
        time.sleep(PAUSE)
    raise failure


def _connect_once(address):
    if address.startswith('unix:'):
        family, target = _socket.AF_UNIX, address[len('unix:'):]
    else:
        family, target = _socket.AF_INET, ('127.0.0.1', int(address))
    raw = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        raw.connect(target)
        if family == _socket.AF_INET:
            raw.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    except OSError:
        raw.close()
        raise
    return raw


class Connection(object):
    """Sends whole batches of events, one at a time, and reads commands."""

    def __init__(self, raw):
        self._raw = raw
        self._lock = _thread.allocate_lock()
        self.closed = False
        self.reader = wire.Reader(raw.recv)

    def send(self, data):
        """Sends one batch. False where the debugger is gone; it never raises for that."""
        if self.closed:
            return False
        with self._lock:
            try:
                self._raw.sendall(data)
                return True
            except OSError:
                return False

    def close(self):
        """Ends both directions, which also wakes the thread that reads."""
        self.closed = True
        try:
            self._raw.shutdown(_socket.SHUT_RDWR)
        except OSError:
            pass

    def release(self):
        """Closes the descriptor. Called by the reading thread, or by a child after a fork."""
        self.closed = True
        try:
            self._raw.close()
        except OSError:
            pass
