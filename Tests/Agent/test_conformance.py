"""Every command of the protocol is sent as bytes, every event is read as bytes, field by field, and
none is left out. Under both ways of watching, where there are two."""

import os
import socket
import subprocess
import sys
import unittest

import classic_client
import layouts
from attaching import AttachTestCase, INJECTED
from classic_client import DEADLINE
from layouts import integer, prefixed, string

DOCUMENT = os.path.join(os.path.dirname(os.path.dirname(classic_client.HERE)), 'docs',
                        'wire-protocol.md')
GUID = 'd7b0a1e4-1f5c-4d7e-9a57-000000000002'
STOPS = ('LOAD', 'STPD', 'ASBR', 'BRKH', 'BRK2', 'EXCP', 'EXC2')
ALL_FEATURES = 'acknowledge,channels,errors,hits,pages,sliding'

PROGRAM = '''
import sys                          # @first
def add(number):
    total = number + 1              # @add
    # nothing @nothing
    return total                    # @return
values = [7, 'x']                   # @values
result = add(1)                     # @call
again = 0                           # @again
import helper                       # @import
sys.stdout.write('out')             # @out
def fail():
    raise ValueError('wrong')       # @raise
try:
    fail()                          # @fail
except ValueError:
    pass                            # @caught
last = 1                            # @last
'''
HELPER = 'value = 1                 # @value\n'

LOOP = '''
import sys, threading
stop = []
def spin():
    while not stop:
        count = 1                   # @spin
thread = threading.Thread(target=spin, name='spinner')
# Not the user's code: no break stops the main thread there.
exec(compile('thread.start(); thread.join()', '<join>', 'exec'))
'''

NOTHING = (None, '', 0, 0)


def number_record(value):
    return (str(value), hex(value), 'int', 0, 0)


class Wire(object):
    """The debugger's end: sends commands and keeps events, both as bytes."""

    def __init__(self, connected, seen):
        self._socket = connected
        self._buffer = b''
        self._message = b''
        self.driven, self.seen = seen
        self.events = []

    def take(self, count):
        self._socket.settimeout(DEADLINE)
        while len(self._buffer) < count:
            try:
                data = self._socket.recv(1 << 16)
            except socket.timeout:
                raise classic_client.Timeout(repr(self.events[-8:]))
            if not data:
                raise classic_client.Closed(self._buffer)
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        self._message += taken
        return taken

    def send(self, name, *values):
        self.driven.add(name)
        self._socket.sendall(layouts.command(name, *values))

    def send_bytes(self, data):
        self._socket.sendall(data)

    def event(self):
        """The next event. What was read of it is what it is written as, to the last byte."""
        self._message = b''
        name = self.take(4).decode('ascii')
        values = layouts.decoded(layouts.ALL_EVENTS[name], self.take)
        assert layouts.event(name, *values) == self._message, self._message
        self.seen.add(name)
        self.events.append((name, values))
        return name, values

    def wait_for(self, wanted):
        while True:
            name, values = self.event()
            if name == wanted:
                return values
            assert name not in STOPS + ('LAST', 'DETC'), (wanted, self.events[-4:])

    def expect(self, name, *values):
        """The next event has exactly these bytes."""
        data = layouts.event(name, *values)
        taken = self.take(len(data))
        assert taken == data, (taken, data)
        self.seen.add(name)

    def expect_end(self):
        """Nothing is left over when the agent closes."""
        try:
            left = self.take(1)
        except classic_client.Closed as closed:
            assert closed.args == (b'',), closed.args
            return
        raise AssertionError(left)

    def close(self):
        self._socket.close()


class ConformanceTest(AttachTestCase):
    def setUp(self):
        AttachTestCase.setUp(self)
        self.seen = set(), set()

    def test_under_the_trace_function(self):
        self.whole_protocol('trace')

    @unittest.skipUnless(hasattr(sys, 'monitoring'), 'there is one way only before 3.12')
    def test_under_monitoring(self):
        self.whole_protocol('monitoring')

    def whole_protocol(self, control):
        self.control = control
        for session in (self.launched, self.with_threads, self.rich, self.with_additions,
                        self.listening, self.injected):
            session()
        driven, seen = self.seen
        self.assertEqual(sorted(layouts.ALL_COMMANDS), sorted(driven))
        self.assertEqual(sorted(layouts.ALL_EVENTS), sorted(seen))

    def test_no_name_is_undocumented_or_unknown_to_this_test(self):
        sys.path.insert(0, os.path.dirname(classic_client.LAUNCHER))
        self.addCleanup(sys.path.pop, 0)
        from _matrix_agent import commands
        self.assertEqual(sorted(name.decode() for name in commands.COMMANDS),
                         sorted(set(layouts.ALL_COMMANDS) - set(['chlp'])))
        with open(DOCUMENT) as file:
            text = file.read()
        for name in sorted(layouts.ALL_COMMANDS) + sorted(layouts.ALL_EVENTS):
            self.assertIn('`%s`' % name, text)

    # Handshakes

    def start(self, source, options='', name='program.py'):
        """A wire to a launched program, up to its entry stop."""
        program = self.write(source, name)
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(('127.0.0.1', 0))
        listener.listen(1)
        listener.settimeout(DEADLINE)
        # A comma list of names; those that the agent does not know are nothing to it.
        options = ', '.join(['CreateNoWindow', 'ExecutionControl=' + self.control, options])
        with open(os.path.join(self.folder, 'output'), 'wb') as output:
            self.process = subprocess.Popen(
                [classic_client.PYTHON, classic_client.LAUNCHER, self.folder,
                 str(listener.getsockname()[1]), GUID, options, program.path],
                stdin=subprocess.PIPE, stdout=output, stderr=output)
        self.addCleanup(self.end, self.process)
        wire = self.wire(listener.accept()[0])
        hello = prefixed(GUID) + integer(0)
        self.assertEqual(wire.take(len(hello)), hello)
        self.main = wire.wait_for('LOAD')[0]
        names = [name for name, _ in wire.events]
        modules = names.index('NEWT')
        self.assertEqual(names, ['MODL'] * modules + ['NEWT', 'MODL', 'THRF', 'LOAD'])
        self.assertEqual(wire.events[modules][1], (self.main,))
        self.assertEqual(wire.events[modules + 1][1][1], program.path)
        thread, name, frames = wire.events[-2][1]
        self.assertEqual((thread, name, len(frames)), (self.main, 'MainThread', 1))
        self.assertEqual(frames[0][2:7], (1, '<module>', program.path, 0, 1))
        wire.send('sexi', 0, [])
        return wire, program

    def wire(self, connected):
        wire = Wire(connected, self.seen)
        self.addCleanup(wire.close)
        return wire

    def end(self, process):
        if process.poll() is None:
            process.kill()
        process.stdin.close()
        process.wait()

    def finish(self, wire, output='', acknowledged=False):
        """To the end of the program, and of the stream."""
        wire.send('resa')
        while wire.event()[0] != 'EXTT' or wire.events[-1][1] != (self.main,):
            self.assertNotIn(wire.events[-1][0], STOPS)
        if acknowledged:
            while wire.event()[0] != 'LAST':
                self.assertEqual(wire.events[-1][0], 'ACKN')
        else:
            wire.expect('LAST')
        wire.send('lack')
        while acknowledged:             # That of `lack` itself may be cut off by the end.
            try:
                self.assertEqual(wire.event()[0], 'ACKN')
            except classic_client.Closed:
                break
        else:
            wire.expect_end()
        self.process.wait(DEADLINE)
        with open(os.path.join(self.folder, 'output')) as file:
            self.assertEqual((self.process.returncode, file.read()), (0, output))

    def step(self, wire, kind, thread=None):
        """The innermost frame after a step."""
        thread = thread or self.main
        wire.send(kind, thread)
        wire.wait_for('THRF')
        frames = wire.events[-1][1][2]
        wire.expect('STPD', thread)
        return frames[0]

    # Sessions

    def launched(self):
        helper = self.write(HELPER, 'helper.py')
        wire, program = self.start(PROGRAM, 'RedirectOutput')
        for name, values in (('bkda', (1, 2, 'page.html')), ('bkdr', (2, 1, 'page.html')),
                             ('crep', (1,)), ('drep', ()), ('clst', (self.main,))):
            wire.send(name, *values)

        wire.send('brkp', 1, program['add'], program.path, 0, '', 0, 0)
        wire.expect('BRKS', 1)
        wire.send('brkp', 2, helper['value'], helper.path, 0, '', 0, 0)
        wire.expect('BRKF', 2)
        wire.send('brkc', 1, 1, 'number == 1')
        wire.send('bkpc', 1, 3, 2)
        wire.send('bksh', 1, 5)
        wire.send('bkgh', 31, 1)
        wire.expect('BKHC', 31, 5)
        wire.send('bkgh', -(1 << 63), 99)
        wire.expect('BKHC', -(1 << 63), 0)
        wire.send('resa')
        frames = wire.wait_for('THRF')[2]
        wire.expect('BRKH', 1, self.main)
        self.assertEqual(frames[0], (
            program['add'] - 1, program['return'], program['add'], 'add', program.path, 1, 1,
            [('number',) + number_record(1), ('total', '<undefined>') + NOTHING]))
        self.assertEqual(frames[1][2:4], (program['call'], '<module>'))
        wire.send('thrf', self.main)
        wire.expect('THRF', self.main, 'MainThread', frames)

        self.evaluations(wire, frames)
        wire.send('setl', self.main, 0, program['return'])
        wire.expect('SETL', 1, self.main, program['return'])
        wire.send('setl', self.main, 0, program['add'])
        wire.expect('SETL', 1, self.main, program['add'])
        wire.send('setl', self.main, 0, 1000)
        wire.expect('SETL', 0, self.main, 0)

        self.assertEqual(self.step(wire, 'stpv')[2], program['return'])
        self.assertEqual(self.step(wire, 'stpo')[2], program['call'])
        self.assertEqual(self.step(wire, 'stpi')[2], program['again'])
        wire.send('brkr', program['add'], 1)
        # A breakpoint hides the end of a step: `ares` tells of it.
        wire.send('brkp', 3, program['import'], program.path, 0, '', 0, 0)
        wire.expect('BRKS', 3)
        wire.send('stpv', self.main)
        wire.wait_for('THRF')
        wire.expect('BRKH', 3, self.main)
        wire.send('ares', self.main)
        wire.expect('STPD', self.main)
        wire.send('rest', self.main)
        self.assertEqual(wire.event()[0], 'MODL')
        self.assertEqual(wire.events[-1][1][1], helper.path)
        wire.expect('BRKS', 2)
        wire.wait_for('THRF')
        wire.expect('BRKH', 2, self.main)

        wire.send('sexi', 0, [(32, 'ValueError')])
        wire.send('resa')
        wire.expect('OUTP', self.main, 'out')
        wire.expect('REQH', os.path.normcase(program.path))
        wire.send('sehi', program.path, [(program['fail'], program['fail'] + 1, ['KeyError'])])
        wire.wait_for('THRF')
        wire.expect('EXCP', 'ValueError', self.main, 1, 'wrong')
        self.finish(wire, 'out')

    def evaluations(self, wire, frames):
        def evaluate(text, kind, name, *answer):
            wire.send('exec', text, self.main, 0, 41, 1, kind)
            wire.expect('THRF', self.main, 'MainThread', frames)
            wire.expect(name, 41, *answer)

        evaluate('number + 41', 0, 'EXCR', *number_record(42))
        evaluate('"\\u20ac"', 0, 'EXCR', "'\u20ac'", None, 'str', 1, 16)
        evaluate('"ab"', 1, 'EXCR', 'ab', None, 'str', 2, 24)
        evaluate('b"ab"', 2, 'EXCR', None, None, 'bytes', 2, 24)
        evaluate('[]', 0, 'EXCR', '[]', None, 'list', 0, 0)
        evaluate('True', 0, 'EXCR', 'True', '0x1', 'bool', 0, 0)
        evaluate('None', 0, 'EXCR', 'None', None, 'NoneType', 0, 0)
        evaluate('pass', 0, 'EXCR', 'None', None, 'NoneType', 0, 0)
        evaluate('1 / 0', 0, 'EXCE', 'division by zero')
        wire.send('exec', '1', self.main, 99, 42, 1, 0)
        wire.expect('EXCE', 42, 'there is no frame 99')
        wire.send('chld', 'values', self.main, 1, 43, 1)
        wire.expect('CHLD', 43, [('[0]', 'values[0]') + number_record(7),
                                 ('[1]', 'values[1]', "'x'", None, 'str', 1, 16)])
        wire.send('chld', 'nothing', self.main, 0, 44, 1)
        wire.expect('CHLD', 44, [])
        wire.send('chld', '{"a": 1}', self.main, 0, 45, 1)
        wire.expect('CHLD', 45, [('items()', '{"a": 1}.items()', '', None, '', 0, 3),
                                 ("['a']", '{"a": 1}[\'a\']') + number_record(1)])
        wire.send('chld', 'iter("")', self.main, 0, 46, 1)
        wire.expect('CHLD', 46, [(
            'Results View', 'tuple(iter(""))',
            'Expanding the Results View will run the iterator', None, '', 0, 7)])

    def with_threads(self):
        wire, program = self.start(LOOP)
        wire.send('resa')
        worker = wire.wait_for('NEWT')[0]
        wire.send('brka')
        wire.wait_for('THRF')
        wire.wait_for('ASBR')
        self.assertEqual(wire.events[-1][1], (worker,))
        self.assertEqual(wire.events[-2][1][:2], (worker, 'spinner'))
        wire.send('exec', '1', self.main, 0, 1, 1, 0)
        wire.expect('EXCE', 1, '<expression cannot be evaluated at this time>')
        wire.send('chld', '1', self.main, 0, 2, 1)
        wire.expect('CHLD', 2, [])
        wire.send('exec', 'stop.append(1)', worker, 0, 3, 1, 0)
        wire.wait_for('THRF')
        wire.expect('EXCR', 3, 'None', None, 'NoneType', 0, 0)
        self.finish(wire)
        self.assertIn(('EXTT', (worker,)), wire.events)

    def rich(self):
        wire, program = self.start(PROGRAM, 'RichExceptions')
        self.write(HELPER, 'helper.py')
        wire.send('sexi', 0, [(1, 'ValueError')])
        wire.send('resa')
        while wire.event()[0] != 'EXC2':
            self.answer_handlers(wire)
        trace = "'%s',%d,'fail',%r" % (
            program.path, program['raise'], "raise ValueError('wrong')       # @raise")
        pairs = [('typename', 'ValueError'), ('message', 'wrong'),
                 ('trace', trace), ('excvalue', '__exception_info')]
        self.assertEqual(wire.events[-1][1], (self.main, pairs))
        wire.send('detc')
        wire.expect('DETC')
        wire.expect_end()
        self.process.wait(DEADLINE)
        self.assertEqual(self.process.returncode, 0)

    def answer_handlers(self, wire):
        """`*`, the empty list, catches everything."""
        if wire.events[-1][0] == 'REQH':
            wire.send('sehi', wire.events[-1][1][0], [(1, 99, [])])

    def with_additions(self):
        self.write(HELPER, 'helper.py')
        wire, program = self.start(PROGRAM, 'RedirectOutput')
        wire.send('mtrx', 1, ALL_FEATURES + ', telepathy')
        version, agent, control, granted = wire.wait_for('MTRX')
        # With the frame hook it is `trace+frames`.
        self.assertEqual((version, control.partition('+')[0], granted),
                         (1, self.control, ALL_FEATURES))
        wire.expect('ACKN', 1, None)
        wire.send('brkp', 1, program['nothing'], program.path, 0, '', 0, 0)
        wire.expect('BRKS', 1)
        wire.expect('BRKL', 1, program['return'])
        wire.expect('ACKN', 2, None)
        wire.send('brkp', 2, program['return'], program.path, 1, 'nothing', 0, 0)
        wire.expect('BRKS', 2)
        wire.expect('ACKN', 3, None)
        wire.send('resa')
        self.assertEqual(wire.wait_for('BRKE'), (2, "name 'nothing' is not defined"))
        wire.wait_for('THRF')
        self.wait_for_beside_acknowledgement(wire, 'BRK2', self.main, [(1,), (2,)])
        wire.send('chlp', 'list(range(5))', self.main, 0, 7, 1, 3, 1)
        self.assertEqual(wire.wait_for('CHLP'),
                         (7, 3, 1, [('[3]', 'list(range(5))[3]') + number_record(3)]))
        wire.send('clst', 5)
        while wire.wait_for('ACKN')[0] != 6:
            pass
        self.assertEqual(wire.events[-1][1], (6, 'there is no thread 5'))
        wire.send('resa')
        self.assertEqual(wire.wait_for('OUTC'), (self.main, 1, 'out'))
        self.finish(wire, 'out', acknowledged=True)

    def wait_for_beside_acknowledgement(self, wire, name, *values):
        """The acknowledgement of what let the program run may come before or after."""
        if wire.event()[0] == 'ACKN':
            wire.event()
        self.assertEqual(wire.events[-1], (name, values))

    def listening(self):
        path = os.path.join(self.folder, 'agent')
        program = self.write(INJECTED + 'import threading\nend = threading.Event()\nend.wait()\n')
        running = self.run_program(
            program, environment=dict(os.environ, MATRIX_EXECUTION_CONTROL=self.control))
        running.load('listen', 'unix:' + path, 'secret', '')
        hello = b'PTVSDBG' + integer(6)

        def greeted(secret='secret', version=6):
            wire = self.wire(self.connect(running, path).socket)
            self.assertEqual(wire.take(len(hello)), hello)
            wire.send_bytes(b'PTVSDBG' + integer(version) + string(secret))
            return wire

        greeted(version=5).expect_end()
        wire = greeted('wrong')
        self.assertEqual(wire.take(4), b'RJCT')
        wire.expect_end()
        for request in (b'INFO', b'REPL', b'ATCH'):
            wire = greeted()
            self.assertEqual(wire.take(4), b'ACPT')
            wire.send_bytes(request + (string('NoBreakOnAttach') if request == b'ATCH' else b''))
            if request == b'INFO':
                pid, executable, user, version = layouts.decoded(
                    (layouts.INTEGER,) + (layouts.PREFIXED,) * 3, wire.take)
                self.assertEqual(pid, running.process.pid)
                self.assertEqual(executable, sys.executable)
                self.assertRegex(version, r'^CPython %d\.%d\.%d \(Linux 64-bit\)$'
                                 % sys.version_info[:3])
                wire.send_bytes(b'x')
            elif request == b'REPL':
                self.assertEqual(wire.take(4), b'RJCT')
            else:
                answer = b'ACPT' + b''.join(
                    integer(value) for value in (running.process.pid,) + sys.version_info[:3])
                self.assertEqual(wire.take(len(answer)), answer)
                wire.wait_for('NEWT')
                wire.wait_for('MODL')
                # There is one session at a time.
                other = greeted()
                self.assertEqual(other.take(4), b'ACPT')
                other.send_bytes(b'ATCH' + string(''))
                self.assertEqual(other.take(4), b'RJCT')
                other.expect_end()
                wire.send('detc')
                while wire.event()[0] != 'DETC':
                    pass
            wire.expect_end()
        running.inject('__import__("__main__").end.set()')
        self.assertEqual(running.exit_status(), 0, running.errors())

    def injected(self):
        program = self.write(INJECTED + 'import threading\nend = threading.Event()\nend.wait()\n')
        running = self.run_program(program)
        listening, endpoint = self.listener()
        running.load('attach', endpoint, 'token', 'NoBreakOnAttach, ExecutionControl='
                     + self.control)
        wire = self.wire(listening.accept()[0])
        hello = prefixed('token') + integer(0)
        self.assertEqual(wire.take(len(hello)), hello)
        # What a debugger sent in pieces is read as if it had come in one.
        for byte in layouts.command('bkgh', 8, 9):
            wire.send_bytes(bytes([byte]))
        self.assertEqual(wire.wait_for('BKHC'), (8, 0))
        names = [name for name, _ in wire.events[:-1]]
        self.assertEqual(names, sorted(names, key=['NEWT', 'MODL'].index))
        # `exit` is in no version of the agent since 2012: unknown, which ends the session.
        wire.send_bytes(b'exit')
        wire.expect_end()
        running.inject('__import__("__main__").end.set()')
        self.assertEqual(running.exit_status(), 0, running.errors())


if __name__ == '__main__':
    unittest.main()
