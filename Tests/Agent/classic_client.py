"""A small debugger for the classic wire protocol, version 6, written from the protocol's facts.

It launches a program under the agent, decodes every event byte for byte, and refuses whatever the
protocol does not have. Every wait has a deadline.
"""

import collections
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(os.path.dirname(os.path.dirname(HERE)), 'Harness', 'Agent', 'launcher.py')
PYTHON = os.environ.get('MATRIX_TEST_PYTHON') or sys.executable
DEADLINE = float(os.environ.get('MATRIX_TEST_DEADLINE') or 20)

Object = collections.namedtuple('Object', 'repr hex type length flags')
Variable = collections.namedtuple('Variable', 'name value')
Child = collections.namedtuple('Child', 'name expression value')
Head = collections.namedtuple('Head', 'first_line last_line line name filename argument_count flags')
Referred = collections.namedtuple('Referred', 'name expression value reference')
Turn = collections.namedtuple('Turn', 'identifier kind state name head')
Frame = collections.namedtuple(
    'Frame', 'first_line last_line line name filename argument_count kind variables')
Event = collections.namedtuple('Event', 'code fields')

EVENTS = {
    'NEWT': 'i', 'EXTT': 'i', 'MODL': 'is', 'LOAD': 'i', 'STPD': 'i', 'ASBR': 'i', 'BRKS': 'i',
    'BRKF': 'i', 'BRKH': 'ii', 'BKHC': 'ii', 'EXCP': 'siis', 'EXCR': 'io', 'EXCE': 'is',
    'SETL': 'iii', 'OUTP': 'is', 'REQH': 's', 'DETC': '', 'LAST': '', 'THRF': None, 'CHLD': None,
    'EXC2': None,
    # ours
    'MTRX': 'isss', 'ACKN': 'is', 'OUTC': 'iis', 'CHLP': None, 'BRKE': 'is', 'BRKL': 'ii',
    'BRK2': None, 'STND': 'i', 'FAIL': 'is', 'FRMS': None, 'SCPS': None, 'VALS': None, 'VALU': None,
    'PROC': None, 'NOTE': 's',
    'LOGP': 'iis', 'SRCF': 'is', 'CMPL': None, 'TGTS': None, 'SUSP': None,
}
STOPS = ('LOAD', 'STPD', 'ASBR', 'BRKH', 'BRK2', 'EXCP', 'EXC2')


class Timeout(Exception):
    """Something that was waited for did not come."""


class Refused(Exception):
    """The agent said by number why it cannot debug the program; and the exit status."""


class Closed(Exception):
    """The agent closed the connection."""


class Debugger(object):
    """One debuggee and its debugger. Use as a context manager: the process never outlives it."""

    def __init__(self, arguments, options='None', unix=False, cwd=None, environment=None,
                 interpreter_options=()):
        self._begin()
        self._folder = tempfile.mkdtemp(prefix='matrix-') if unix else None
        self._output = tempfile.TemporaryFile()
        self._errors = tempfile.TemporaryFile()
        self.guid = 'd7b0a1e4-1f5c-4d7e-9a57-000000000001'
        listener, address = self._listen(unix)
        try:
            self.process = subprocess.Popen(
                [PYTHON] + list(interpreter_options)
                + [LAUNCHER, cwd or os.getcwd(), address, self.guid, options] + list(arguments),
                stdin=subprocess.PIPE, stdout=self._output, stderr=self._errors,
                env=environment)
            listener.settimeout(DEADLINE)
            self.socket, _ = listener.accept()
            if not unix:
                # Else a command behind an unanswered one waits 40 ms for a delayed acknowledgement.
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except socket.timeout:
            self.close()
            raise Timeout('the agent did not connect: ' + self.errors())
        finally:
            listener.close()
        assert self._string() == self.guid
        status = self._integer()
        if status:
            code = self.exit_status()
            self.close()
            raise Refused(status, code)

    def _begin(self):
        self.events = []
        self.modules = {}
        self.frames = {}
        self.names = {}
        self.thread = None
        self.request = 100
        self._buffer, self._position = b'', 0

    def _listen(self, unix):
        self.socket = None
        if unix:
            path = os.path.join(self._folder, 's')
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(path)
            address = 'unix:' + path
        else:
            listener = socket.socket()
            listener.bind(('127.0.0.1', 0))
            address = str(listener.getsockname()[1])
        listener.listen(1)
        return listener, address

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """Ends the process and frees everything, in whatever state it is."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.stdin.close()
        self.process.wait()
        if self.socket is not None:
            self.socket.close()
        self._output.close()
        self._errors.close()
        if self._folder is not None:
            try:
                os.unlink(os.path.join(self._folder, 's'))
            except OSError:
                pass
            os.rmdir(self._folder)

    # Bytes

    def _bytes(self, count):
        if self._position + count > len(self._buffer):
            self._fill(count)
        data = self._buffer[self._position:self._position + count]
        self._position += count
        return data

    def _fill(self, count):
        end = time.time() + DEADLINE
        parts = [self._buffer[self._position:]]
        have = len(parts[0])
        while have < count:
            self.socket.settimeout(max(0.01, end - time.time()))
            try:
                data = self.socket.recv(1 << 20)
            except socket.timeout:
                raise Timeout('after %r' % ([event.code for event in self.events[-12:]],))
            except OSError:
                data = b''
            if not data:
                raise Closed()
            parts.append(data)
            have += len(data)
        self._buffer, self._position = b''.join(parts), 0

    def _integer(self):
        return struct.unpack('!q', self._bytes(8))[0]

    def _string(self):
        prefix = self._bytes(1)
        if prefix == b'N':
            return None
        if prefix not in (b'U', b'A'):
            raise AssertionError('string prefix %r' % prefix)
        data = self._bytes(self._integer())
        return data.decode('utf-8' if prefix == b'U' else 'latin-1')

    def _object(self):
        return Object(self._string(), self._string(), self._string(), self._integer(),
                      self._integer())

    # Events

    def event(self):
        """The next event, whichever it is."""
        code = self._bytes(4).decode('ascii')
        if code not in EVENTS:
            raise AssertionError('event %r' % code)
        if code == 'THRF':
            fields = self._frames()
        elif code == 'CHLD':
            request, count = self._integer(), self._integer()
            fields = (request, [Child(self._string(), self._string(), self._object())
                                for _ in range(count)])
        elif code == 'CMPL':
            fields = (self._integer(), self._integer(), [
                (self._string(), self._integer()) for _ in range(self._integer())])
        elif code == 'TGTS':
            fields = (self._integer(), [
                (self._integer(), self._string(), [self._integer() for _ in range(4)])
                for _ in range(self._integer())])
        elif code in ('FRMS', 'SCPS', 'VALS', 'VALU'):
            fields = self._lazily(code)
        elif code == 'SUSP':
            fields = (self._integer(), self._integer(), self._integer(), self._integer(), [
                Turn(self._integer(), self._integer(), self._integer(), self._string(),
                     [self._head() for _ in range(self._integer())])
                for _ in range(self._integer())])
        elif code == 'BRK2':
            fields = (self._integer(), [self._integer() for _ in range(self._integer())])
        elif code == 'CHLP':
            request, start, more = self._integer(), self._integer(), self._integer()
            fields = (request, start, more, [Child(self._string(), self._string(), self._object())
                                             for _ in range(self._integer())])
        elif code == 'PROC':
            fields = (self._integer(), self._integer(), self._string(), self._string(),
                      [self._string() for _ in range(self._integer())])
        elif code == 'EXC2':
            thread, count = self._integer(), self._integer()
            fields = (thread, dict((self._string(), self._string()) for _ in range(count)))
        else:
            read = {'i': self._integer, 's': self._string, 'o': self._object}
            fields = tuple(read[kind]() for kind in EVENTS[code])
        event = Event(code, fields)
        self.events.append(event)
        if code == 'MODL':
            self.modules[fields[1]] = fields[0]
        elif code == 'NEWT' and self.thread is None:
            self.thread = fields[0]
        return event

    def _frames(self):
        thread, name, count = self._integer(), self._string(), self._integer()
        found = []
        for _ in range(count):
            head = [self._integer(), self._integer(), self._integer(), self._string(),
                    self._string(), self._integer(), self._integer()]
            if head[-1] != 1:
                raise AssertionError('frame kind %d' % head[-1])
            variables = [Variable(self._string(), self._object())
                         for _ in range(self._integer())]
            found.append(Frame(*(head + [variables])))
        self.frames[thread] = found
        self.names[thread] = name
        return thread, name, found

    def _lazily(self, code):
        """What is told by the feature `lazy`."""
        request = self._integer()
        if code == 'SCPS':
            return request, dict((self._integer(), self._integer())
                                 for _ in range(self._integer()))
        if code == 'VALU':
            return request, self._object(), self._integer()
        if code == 'VALS':
            more = self._integer()
            return request, more, [
                Referred(self._string(), self._string(), self._object(), self._integer())
                for _ in range(self._integer())]
        thread, name, start, total = (
            self._integer(), self._string(), self._integer(), self._integer())
        heads = [self._head() for _ in range(self._integer())]
        if not request:
            self.frames[thread] = heads
        return request, thread, name, start, total, heads

    def _head(self):
        return Head(self._integer(), self._integer(), self._integer(), self._string(),
                    self._string(), self._integer(), self._integer())

    def ask(self, code, *fields):
        """What follows the request in the answer; the text of a failure."""
        self.request += 1
        self.send(code, self.request, *fields)
        event = self.wait_for(
            'FRMS', 'SCPS', 'VALS', 'VALU', 'CMPL', 'SRCF', 'TGTS', 'SUSP',
            'FAIL')
        assert event.fields[0] == self.request, event
        return event.fields[1] if event.code == 'FAIL' else event.fields[1:]

    def wait_for(self, *codes):
        """The next event with one of these codes. No stop may come in between unseen."""
        while True:
            event = self.event()
            if event.code in codes:
                return event
            if event.code in STOPS or event.code in ('LAST', 'DETC'):
                raise AssertionError('%s%.200r while waiting for %s; %s' % (
                    event.code, event.fields, '/'.join(codes), self.errors()))

    def wait_for_stop(self):
        """The next stop as its code and the line of the innermost frame."""
        event = self.wait_for('LAST', *STOPS)
        if event.code == 'LAST':
            return 'LAST', None
        thread = event.fields[1] if event.code in ('BRKH', 'EXCP') else event.fields[0]
        return event.code, self.frames[thread][0].line

    def load(self):
        """Everything up to the entry stop, with exception stops switched off."""
        self.wait_for('LOAD')
        self.send('sexi', 0, 0)
        return self.thread

    # Commands

    def send(self, code, *fields):
        data = code.encode('ascii')
        for field in fields:
            data += self.encoded(field)
        self.socket.sendall(data)

    def encoded(self, field):
        if isinstance(field, int):
            return struct.pack('!q', field)
        data = field.encode('utf-8')
        return struct.pack('!q', len(data)) + data

    def send_bytes(self, data):
        self.socket.sendall(data)

    def break_at(self, identifier, filename, line, condition=(0, ''), passes=(0, 0)):
        """Sets a breakpoint; the answer is BRKS or BRKF."""
        self.send('brkp', identifier, line, filename, condition[0], condition[1], passes[0],
                  passes[1])
        return self.wait_for('BRKS', 'BRKF').code

    def step(self, kind, thread=None):
        self.send({'into': 'stpi', 'over': 'stpv', 'out': 'stpo'}[kind], thread or self.thread)
        return self.wait_for_stop()

    def go_on(self):
        self.send('resa')
        return self.wait_for_stop()

    def evaluate(self, text, frame=0, thread=None, kind=0):
        """The object, or the error's text."""
        self.send('exec', text, thread or self.thread, frame, 91, 1, kind)
        event = self.wait_for('EXCR', 'EXCE')
        assert event.fields[0] == 91
        return event.fields[1]

    def children(self, text, frame=0):
        self.send('chld', text, self.thread, frame, 92, 1)
        event = self.wait_for('CHLD')
        assert event.fields[0] == 92
        return event.fields[1]

    def variables(self, frame=0, thread=None):
        return collections.OrderedDict(self.frames[thread or self.thread][frame].variables)

    def lines(self, thread=None):
        return [frame.line for frame in self.frames[thread or self.thread]]

    # The end

    def finish(self):
        """Lets the program run to its end; the exit status."""
        self.send('resa')
        self.wait_for('LAST')
        self.send('lack')
        return self.exit_status()

    def exit_status(self):
        end = time.time() + DEADLINE
        while self.process.poll() is None:
            if time.time() > end:
                raise Timeout('the program did not end: ' + self.errors())
            try:
                self.process.wait(0.5)
            except subprocess.TimeoutExpired:
                pass
        return self.process.returncode

    def output(self):
        return self._read(self._output)

    def errors(self):
        return self._read(self._errors)

    def _read(self, file):
        # The program shares the place that `seek` sets.
        return os.pread(file.fileno(), 1 << 24, 0).decode('utf-8', 'replace')
