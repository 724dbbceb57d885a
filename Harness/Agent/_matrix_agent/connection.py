"""The socket to the debugger, and nothing else.

Uses `_socket`, the C half of `socket`: the Python half imports `selectors`, `enum` and more, which
would cost the program start-up time and show in its `sys.modules`.
"""

import os
import sys

from . import genuine, wire
from .genuine import _thread, posix, time

_socket = genuine.stdlib('_socket')

ATTEMPTS = 50
PAUSE = 0.05
SEND_TIMEOUT = 10               # seconds in which the debugger must take some bytes
POLL = 0.05
_LOOK = 1                       # seconds between looks at the descriptor, while nothing comes
_MANY = 1000                    # batches that wait for being sent


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
        time.sleep(PAUSE)
    raise failure


def connect_now(address, seconds):
    """As `connect`, once, and bounded: a debugger that listens may be busy."""
    return _connect_once(address, seconds)


def _connect_once(address, seconds=None):
    if address.startswith('unix:'):
        family, target = _socket.AF_UNIX, address[len('unix:'):]
    else:
        family, target = _socket.AF_INET, ('127.0.0.1', int(address))
    raw = _socket.socket(family, _socket.SOCK_STREAM)
    try:
        if seconds is not None:
            _set_timeout(raw, 'SO_SNDTIMEO', seconds)
        raw.connect(target)
        if family == _socket.AF_INET:
            raw.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    except OSError:
        raw.close()
        raise
    return raw


class Own(object):
    """A socket whose descriptor the program may close, as daemons close all, and open anew for a socket
    of its own: that is left alone."""

    def __init__(self, raw):
        self.raw = raw
        self._identity = _identity(raw)

    def is_there(self):
        return _identity(self.raw) == self._identity

    def shut_down(self):
        """Ends both directions, which also wakes the thread that waits."""
        try:
            if self.is_there():
                self.raw.shutdown(_socket.SHUT_RDWR)
        except OSError:
            pass

    def close(self):
        try:
            if self.is_there():
                self.raw.close()
            else:
                self.raw.detach()
        except OSError:
            pass


def _identity(raw):
    try:
        found = posix.fstat(raw.fileno())
        return found.st_dev, found.st_ino
    except OSError:
        return None


class Connection(object):
    """Sends whole batches of events, one at a time, and reads commands.

    A batch is put into a queue, which one thread at a time sends. A signal handler or a finalizer may
    have something to send in the middle of that, on the same thread: nobody waits for a lock.
    """

    def __init__(self, raw, send_timeout=None):
        self._raw = raw
        self._own = Own(raw)
        self._idle = None
        self._deadline = None
        if send_timeout is None:
            send_timeout = float(os.environ.get('MATRIX_SEND_TIMEOUT') or SEND_TIMEOUT)
        _set_timeout(raw, 'SO_SNDTIMEO', send_timeout)
        _set_timeout(raw, 'SO_RCVTIMEO', _LOOK)
        self._queue = []
        self._held = []
        self._sending = _thread.allocate_lock()
        self._send_timeout = send_timeout
        self._broken = False
        self.closed = False
        self.reader = wire.Reader(self._receive)

    def poll(self, idle):
        """Has the thread that reads call `idle` every POLL seconds in which nothing comes."""
        self._idle = idle
        self._set_pause()

    def _receive(self, size):
        while True:
            if self._deadline is not None:
                if time.monotonic() > self._deadline:
                    raise wire.ProtocolError('the debugger takes too long')
            if not self._own.is_there():
                raise wire.ProtocolError('the program closed the descriptor')
            try:
                return self._raw.recv(size)
            except BlockingIOError:
                if self._idle is not None:
                    self._idle()

    def set_deadline(self, seconds):
        """Everything is to be read within so many seconds from now; None lifts that."""
        self._deadline = None
        if seconds is not None:
            self._deadline = time.monotonic() + seconds
        self._set_pause()

    def _set_pause(self):
        busy = self._idle is not None or self._deadline is not None
        if self._own.is_there():
            _set_timeout(self._raw, 'SO_RCVTIMEO', POLL if busy else _LOOK)

    def hold(self, data):
        """Sends this before the next batch that goes behind what is held."""
        self._held.append(data)

    def holds(self):
        return bool(self._held)

    def send(self, data, behind_held=False):
        """Sends one batch, after those that wait. False where the debugger is gone, or takes
        nothing for as long as the bound says; it never raises for that."""
        if self.closed:
            return False
        self._queue.append((data, behind_held))
        self._send_queue()
        if len(self._queue) > _MANY and self._sending.acquire(True, POLL):
            self._sending.release()     # The debugger reads more slowly than the program writes.
            self._send_queue()
        return not self._broken

    def _send_queue(self):
        """The sending thread looks again after it has released the lock: nothing stays in the queue."""
        while self._queue and self._sending.acquire(False):
            whole = False
            try:
                while self._queue:
                    batches = self._queue[:]
                    del self._queue[:len(batches)]
                    if not self._broken and self._own.is_there():
                        self._raw.sendall(b''.join([self._whole(*each) for each in batches]))
                whole = self._own.is_there()
            except OSError:
                pass
            finally:
                if not whole:           # Part of it may have gone out: nothing can follow.
                    self._broken = self.closed = True
                self._sending.release()

    def _whole(self, data, behind_held):
        """On the sending thread, so that what is held goes out once, and before what is behind it."""
        if not behind_held:
            return data
        held = self._held[:]
        del self._held[:len(held)]
        return b''.join(held) + data

    def close(self):
        """Ends both directions, which also wakes the thread that reads."""
        self.closed = True
        if self._sending.acquire(True, self._send_timeout):
            self._sending.release()
            self._send_queue()
        self._own.shut_down()

    def release(self):
        """Closes the descriptor. Called by the reading thread, or by a child after a fork."""
        self.closed = True
        self._own.close()


def _set_timeout(raw, name, seconds):
    """Bounds one direction. The socket's own timeout would bound both, and end blocking mode."""
    option = getattr(_socket, name, None)
    if option is not None and os.name == 'posix':
        whole = int(seconds)
        raw.setsockopt(_socket.SOL_SOCKET, option, b''.join([
            value.to_bytes(8, sys.byteorder)
            for value in (whole, int((seconds - whole) * 1000000))]))
