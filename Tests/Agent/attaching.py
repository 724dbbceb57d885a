"""Programs that run already, and debuggers that attach to them, in either direction."""

import os
import signal
import socket
import subprocess
import tempfile
import time

import classic_client
from debuggee import DebugTestCase

AGENT = os.path.dirname(classic_client.LAUNCHER)
LOADER = os.path.join(AGENT, '_matrix_agent', 'load.py')

# What a launched agent that listens is told by its environment.
SECRET = {'MATRIX_TEST_SECRET': 'secret'}

# Stands for an injector: executes lines of Python that come in on standard input.
INJECTED = '''
import sys, _thread
exec(compile("""
def _inject():
    for line in sys.stdin:
        exec(line, {})
""", '<injector>', 'exec'))
_thread.start_new_thread(_inject, ())
'''

BUSY = INJECTED + '''
import threading, time
stop = []
def count(number):
    return number + 1               # @count
def spin():
    number = 0
    while not stop:
        number = count(number)      # @spin
        time.sleep(PAUSE)
workers = [threading.Thread(target=spin, name='worker-%d' % n) for n in range(WORKERS)]
for worker in workers:
    worker.start()
print('ready', flush=True)
for worker in workers:
    worker.join()                   # @join
print('end')
'''


class Running(object):
    """A program that runs, with a way to inject code into it."""

    def __init__(self, arguments, environment=None):
        self._output = tempfile.TemporaryFile()
        self._errors = tempfile.TemporaryFile()
        self._log = tempfile.NamedTemporaryFile()
        environment = dict(environment or os.environ, MATRIX_AGENT_LOG=self._log.name,
                           PYTHONFAULTHANDLER='1', **SECRET)
        self.process = subprocess.Popen(
            [classic_client.PYTHON] + arguments, stdin=subprocess.PIPE, stdout=self._output,
            stderr=self._errors, env=environment)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        try:
            self.process.stdin.close()
        except OSError:
            pass
        self.process.wait()
        self._output.close()
        self._errors.close()
        self._log.close()

    def inject(self, code):
        self.process.stdin.write(code.encode('utf-8') + b'\n')
        self.process.stdin.flush()

    def load(self, *arguments):
        """What an injector does: the loader's text, and one call."""
        with open(LOADER) as file:
            text = file.read()
        self.inject('exec(%r)' % (text + '\nload(%r, %s)\n' % (
            AGENT, ', '.join(repr(argument) for argument in arguments))))

    def wait_for_output(self, text):
        wait_until(lambda: text in self.output(), lambda: self.output() + self.errors())

    def output(self):
        return self._read(self._output)

    def errors(self):
        return self._read(self._errors) + self._read(self._log)

    def _read(self, file):
        return os.pread(file.fileno(), 1 << 24, 0).decode('utf-8', 'replace')

    def exit_status(self):
        wait_until(lambda: self.process.poll() is not None, self.where)
        return self.process.returncode

    def where(self):
        """What was written so far, and where every thread stands, for a program that hangs."""
        self.process.send_signal(signal.SIGABRT)
        self.process.wait()
        return self.errors()

    def threads(self):
        return len(os.listdir('/proc/%d/task' % self.process.pid))

    def descriptors(self):
        return len(os.listdir('/proc/%d/fd' % self.process.pid))


def wait_until(condition, describe=lambda: ''):
    end = time.time() + classic_client.DEADLINE
    while not condition():
        if time.time() > end:
            raise classic_client.Timeout(describe())
        time.sleep(0.002)


class Attached(classic_client.Debugger):
    """A debugger that came later."""

    def __init__(self, running, connected):
        self._begin()
        self._running = running
        self.process = running.process
        self.socket = connected

    def close(self):
        self.socket.close()

    def errors(self):
        return self._running.errors()

    def output(self):
        return self._running.output()

    def send_raw(self, *fields):
        """Bytes as they are, integers and strings as the protocol has them, in one piece."""
        self.socket.sendall(b''.join(
            field if isinstance(field, bytes) else self.encoded(field) for field in fields))

    def settle(self):
        """Until everything that was sent has had its effect."""
        self.send('bkgh', 77, 0)
        self.wait_for('BKHC')

    # The other handshake

    def greet(self, secret, version=6):
        """`ACPT` or `RJCT`."""
        assert self._bytes(7) == b'PTVSDBG'
        assert self._integer() == 6
        self.send_raw(b'PTVSDBG', version, secret)
        return self._bytes(4)

    def ask_to_attach(self, options='None'):
        self.send_raw(b'ATCH', options)
        answer = self._bytes(4)
        if answer == b'ACPT':
            self.process_facts = tuple(self._integer() for _ in range(4))
        return answer

    def information(self):
        self.send_raw(b'INFO')
        return self._integer(), self._string(), self._string(), self._string()

    def detach(self):
        """Until the agent has closed the connection, which is the last thing that it does."""
        self.send('detc')
        self.until_closed()
        codes = [event.code for event in self.events[-9:]]
        assert codes[-1] == 'DETC', (codes, self.errors())
        self.socket.close()

    def until_closed(self):
        try:
            while True:
                self.event()
        except classic_client.Closed:
            pass


class AttachTestCase(DebugTestCase):
    """Programs begin with INJECTED where they are to be attached to from inside."""

    def run_program(self, program, *arguments, **options):
        running = Running([program.path] + list(arguments), **options)
        self.addCleanup(running.close)
        return running

    def listener(self):
        """Where a debugger waits for agents."""
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(listening.close)
        self.number = getattr(self, 'number', 0) + 1
        path = os.path.join(self.folder, 's%d' % self.number)
        listening.bind(path)
        listening.listen(5)
        listening.settimeout(classic_client.DEADLINE)
        return listening, 'unix:' + path

    def accept(self, running, listening, token='token'):
        """The debugger, and the number that the agent says after the token."""
        try:
            connected, _ = listening.accept()
        except socket.timeout:
            raise classic_client.Timeout('the agent did not connect: ' + running.errors())
        debugger = Attached(running, connected)
        self.addCleanup(debugger.close)
        self.assertEqual(debugger._string(), token)
        return debugger, debugger._integer()

    def attach(self, running, options='None', exceptions=False):
        """Injects the agent, which connects to us. Exception stops are off, unless wanted."""
        listening, endpoint = self.listener()
        running.load('attach', endpoint, 'token', options)
        debugger, status = self.accept(running, listening)
        listening.close()
        self.assertEqual(status, 0, running.errors())
        if not exceptions:
            debugger.send('sexi', 0, 0)
        return debugger

    def connect(self, running, path):
        """A connection to an agent that listens; the handshake is still to come."""
        def try_to():
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connected.connect(path)
            except OSError:
                connected.close()
                return False
            found.append(connected)
            return True

        found = []
        wait_until(try_to, running.errors)
        debugger = Attached(running, found[0])
        self.addCleanup(debugger.close)
        return debugger

    def attach_to(self, running, path, options='None'):
        debugger = self.connect(running, path)
        self.assertEqual(debugger.greet('secret'), b'ACPT')
        self.assertEqual(debugger.ask_to_attach(options), b'ACPT')
        return debugger


class BusyTestCase(AttachTestCase):
    """A program with threads that loop until they are told to stop."""

    def busy(self, workers=1, pause=0.0005):
        program = self.write(BUSY.replace('WORKERS', str(workers)).replace('PAUSE', str(pause)))
        running = self.run_program(program)
        running.wait_for_output('ready')
        return program, running

    def finish(self, running, log=''):
        running.inject("import __main__; __main__.stop.append(1)")
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nend\n')
        self.assertIn(log, running.errors())
        if not log:
            self.assertEqual(running.errors(), '')
