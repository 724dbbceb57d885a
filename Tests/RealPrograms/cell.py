#!/usr/bin/env python3
"""Tries one real program under the debugger: natively, attached, or launched.

Usage: cell.py PROGRAM PYTHON MODE FOLDER

PYTHON is the interpreter of the program's virtual environment, FOLDER an empty folder. What is seen
is written to FOLDER/result.json. Each mode asks the same questions of the program, so that what it
counts of itself is the same in each: 1 at the breakpoint, 100 before or behind it, and 200 when the
debugger has gone. MATRIX is the path of matrix.
"""

import ast
import collections
import concurrent.futures
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), 'Agent'))
import attaching  # noqa: E402
import classic_client  # noqa: E402

DEADLINE = float(os.environ.get("REAL_DEADLINE") or 40)
classic_client.DEADLINE = DEADLINE

AT_BREAKPOINT, BEFORE, AFTER = 5000, 100, 200
SECRET = 'real-programs'

# Evaluated in the program: what there may be of the agent's, and who watches.
LEFT = r'''(lambda sys, threading, walk: {
    "frames": sorted({frame.f_code.co_filename
        for top in sys._current_frames().values() for frame, _ in walk(top)
        if "_matrix_agent" in frame.f_code.co_filename}),
    "trace": repr(sys.gettrace()), "profile": repr(sys.getprofile()),
    "threading": [repr(getattr(threading, name, None)) for name in ("_trace_hook", "_profile_hook")],
    "tools": [sys.monitoring.get_tool(n) for n in range(6)] if hasattr(sys, "monitoring") else [],
    "hooks": [getattr(hook, "__module__", "?") for hook in (
        sys.excepthook, sys.displayhook, sys.breakpointhook, sys.unraisablehook,
        threading.excepthook)],
})(__import__("sys"), __import__("threading"), __import__("traceback").walk_stack)'''


class Wrong(Exception):
    """What the program or the debugger did that it must not."""


def expect(name, seen, wanted):
    if seen != wanted:
        raise Wrong('%s: %r instead of %r' % (name, seen, wanted))


class Program(object):
    """The source, its labels, and what its first comments say."""

    def __init__(self, name):
        self.path = os.path.join(HERE, name + '.py')
        with open(self.path) as file:
            self.text = file.read()
        self.lines = dict(
            (label, number) for number, line in enumerate(self.text.splitlines(), 1)
            for label in re.findall(r'@(\w+)', line.partition('# ')[2]))

    def said(self, key):
        found = re.search(r'(?m)^# %s: (.*)$' % key, self.text)
        return found.group(1).split() if found else []


class Questions(object):
    """What the program answers to, by HTTP or by the channel."""

    def __init__(self, listening):
        listening.settimeout(DEADLINE)
        self.connected, _ = listening.accept()
        self.connected.settimeout(DEADLINE)
        self.reader = self.connected.makefile('rb')
        words = self.line().split()
        self.port = int(words[1]) if words[0] == 'serving' else None
        self.pid = int(words[-1])
        if self.port is not None:
            self.close()

    def line(self):
        line = self.reader.readline().decode()
        if not line.endswith('\n'):
            raise Wrong('the program closed its channel')
        return line.rstrip('\n')

    def ask(self, number):
        if self.port is None:
            self.connected.sendall(b'%d\n' % number)
            return self.line()
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=DEADLINE)
        try:
            connection.request('GET', '/answer/%d' % number)
            response = connection.getresponse()
            return '%d %s' % (response.status, response.read().decode())
        finally:
            connection.close()

    def ask_all(self, count):
        """One after the other, and then, where the program can, four at a time."""
        answers = [self.ask(number) for number in range(count // 2)]
        if self.port is None:
            return answers + [self.ask(number) for number in range(count // 2, count)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return answers + list(pool.map(self.ask, range(count // 2, count)))

    def close(self):
        self.reader.close()
        self.connected.close()


class Cell(object):
    def __init__(self, program, python, mode, folder):
        self.program, self.python, self.mode, self.folder = program, python, mode, folder
        self.seen = collections.OrderedDict()
        self.at = 'start'
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path = os.path.join(folder, 'channel')
        self.listening.bind(path)
        self.listening.listen(8)
        self.environment = dict(
            os.environ, REAL_PROGRAM_CHANNEL=path, TMPDIR=folder, HOME=folder, PYTHONHASHSEED='0',
            PYTHONDONTWRITEBYTECODE='1', PYTHONWARNINGS='ignore', MATRIX_AGENT_LOG=os.path.join(folder, 'agent.log'))
        self.process = None

    def step(self, name):
        self.at = name

    def try_it(self):
        try:
            getattr(self, self.mode)()
            self.end()
        finally:
            if self.process is not None and self.process.poll() is None:
                self.process.kill()
                self.process.wait()

    # The three modes

    def native(self):
        self.start()
        self.warm()
        self.seen['answer'] = self.questions.ask(AT_BREAKPOINT)
        self.settled()
        self.last_answers()

    def attached(self):
        self.start()
        self.warm()
        before = self.settled()
        watched = self.left()
        self.step('attach')
        endpoint = 'unix:' + os.path.join(self.folder, 'agent')
        self.matrix('--listen', endpoint)
        debugger = self.connect()
        self.stop_and_step(debugger)
        self.step('detach')
        debugger.detach()
        self.matrix('--close', 'all')
        self.step('what is left')
        self.compare(before, watched)
        self.last_answers()
        self.compare(before, watched)

    def launched(self):
        self.step('launch')
        classic_client.PYTHON = self.python
        debugger = Launched([self.program.path], unix=True, cwd=HERE, environment=self.environment)
        self.process = debugger.process
        self.read_output = lambda: (debugger.output(), debugger.errors())
        debugger.load()
        self.set_breakpoint(debugger)
        debugger.send('resa')
        self.step('the program begins')
        debugger.drain_while(self.begin)
        self.stop_and_step(debugger)
        debugger.drain_while(self.warm)
        self.step('detach')
        debugger.detach()
        self.step('what is left')
        native = self.natively()
        left = self.left()
        expect('frames', left.pop('frames'), [])
        expect('left', left, dict((key, native['left'][key]) for key in left))
        for kind in ('threads', 'descriptors'):
            self.wait_for_equal(kind, lambda: self.resources()[kind], native['settled'][kind])
        self.last_answers()

    def natively(self):
        with open(os.path.join(self.folder, os.pardir, 'native', 'result.json')) as file:
            return json.load(file)['seen']

    # Their parts

    def start(self):
        output = [open(os.path.join(self.folder, name), 'w+b') for name in ('output', 'errors')]
        self.process = subprocess.Popen(
            [self.python, self.program.path], cwd=HERE, env=self.environment,
            stdin=subprocess.PIPE, stdout=output[0], stderr=output[1])
        self.read_output = lambda: tuple(
            os.pread(file.fileno(), 1 << 24, 0).decode('utf-8', 'replace') for file in output)
        self.begin()

    def begin(self):
        self.questions = Questions(self.listening)
        self.pid = self.questions.pid

    def warm(self):
        self.step('the first answers')
        self.seen['first answers'] = self.questions.ask_all(BEFORE)

    def last_answers(self):
        self.step('the last answers')
        self.seen['last answers'] = self.questions.ask_all(AFTER)

    def matrix(self, *arguments):
        ran = subprocess.run(
            [os.environ['MATRIX'], 'attach', str(self.pid), '--timeout', '20'] + list(arguments),
            env=dict(os.environ, MATRIX_SECRET=SECRET), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, universal_newlines=True)
        if ran.returncode:
            raise Wrong('matrix attach %s: exit %d: %s' % (
                ' '.join(arguments)[:40], ran.returncode, ran.stderr.strip()[-2000:]))
        return ran.stdout

    def connect(self):
        self.step('connect')
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connected.connect(os.path.join(self.folder, 'agent'))
        debugger = Debugger(self, connected)
        expect('greeting', debugger.greet(SECRET), b'ACPT')
        expect('attaching', debugger.ask_to_attach('NoBreakOnAttach'), b'ACPT')
        debugger.send('sexi', 0, 0)
        self.set_breakpoint(debugger)
        return debugger

    def set_breakpoint(self, debugger):
        self.step('set the breakpoint')
        debugger.break_at(1, self.program.path, self.program.lines['stop'])
        debugger.settle()               # The answer comes before it has its effect.

    def stop_and_step(self, debugger):
        """One question, whose answer waits until the debugger has looked and gone on."""
        lines = self.program.lines
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(self.questions.ask, AT_BREAKPOINT)
            self.step('the breakpoint')
            expect('stop', debugger.next_stop(), ('BRKH', lines['stop']))
            expect('n', debugger.evaluate('n').repr, str(AT_BREAKPOINT))
            for label in ('wait', 'call'):
                if label in lines:
                    self.step('step over to ' + label)
                    expect('step over', debugger.step('over', debugger.stopped), ('STPD', lines[label]))
            expect('label', debugger.evaluate("label + '!'").repr, repr('answer %d!' % AT_BREAKPOINT))
            self.step('step into')
            expect('step into', debugger.step('into', debugger.stopped), ('STPD', lines['inside']))
            expect('n', debugger.evaluate('n * 2').repr, str(AT_BREAKPOINT * 2))
            self.step('step out')
            expect('step out', debugger.step('out', debugger.stopped), ('STPD', lines['call']))
            debugger.send('brkr', lines['stop'], 1)
            debugger.send('clst', debugger.stopped)
            debugger.send('resa')
            self.step('the answer of the breakpoint')
            self.seen['answer'] = debugger.drain_while(lambda: answer.result(DEADLINE))

    def end(self):
        """By SIGTERM where it serves, else by the end of the questions."""
        self.step('the end')
        if self.questions.port is not None:
            self.process.send_signal(signal.SIGTERM)
        else:
            self.questions.connected.sendall(b'end\n')
        try:
            self.seen['exit'] = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise Wrong('the program did not end')
        self.seen['output'], self.seen['errors'] = map(self.plain, self.read_output())
        log = os.path.join(self.folder, 'agent.log')
        if os.path.exists(log) and os.path.getsize(log):
            with open(log) as file:
                raise Wrong("the agent's log: " + file.read()[-3000:])
        if self.mode != 'native':
            native = self.natively()
            for key in ('answer', 'first answers', 'last answers', 'output', 'errors', 'exit'):
                expect(key, self.seen[key], native[key])

    def plain(self, text):
        """Without what differs between two runs."""
        text = text.replace(self.folder, 'FOLDER').replace(str(self.process.pid), 'PID')
        return re.sub(r'0x[0-9a-f]+', '0x', re.sub(r'\d+\.\d+ ?s', 'N s', text))

    # What is left

    def resources(self):
        """The descriptors by kind, and how many threads."""
        kinds = collections.Counter()
        folder = '/proc/%d/fd' % self.pid
        for name in os.listdir(folder):
            try:
                kind = os.readlink(os.path.join(folder, name))
            except OSError:
                continue
            # What docs/wire-protocol.md says of libffi.
            if int(name) < 3 or os.path.basename(kind).startswith('libffi.so'):
                continue
            kinds[re.sub(r':\[\d+\]$', '', kind.replace(self.folder, 'FOLDER'))] += 1
        return {'descriptors': dict(kinds), 'threads': len(os.listdir('/proc/%d/task' % self.pid))}

    def settled(self):
        """When connections that were closed are gone: the same for a quarter of a second."""
        self.step('settle')
        end = time.time() + DEADLINE
        last, since = self.resources(), time.time()
        while time.time() - since < 0.25:
            time.sleep(0.02)
            now = self.resources()
            if now != last:
                last, since = now, time.time()
            if time.time() > end:
                raise Wrong('the program does not come to rest: %r' % now)
        self.seen['settled'] = last
        self.seen['left'] = self.left()
        return last

    def left(self):
        return ast.literal_eval(self.matrix('--eval', LEFT))

    def compare(self, before, watched):
        for kind in ('threads', 'descriptors'):
            self.wait_for_equal(kind, lambda: self.resources()[kind], before[kind])
        expect('left', self.left(), watched)

    def wait_for_equal(self, name, look, wanted):
        end = time.time() + 10
        while look() != wanted:
            if time.time() > end:
                raise Wrong('%s: %r instead of %r' % (name, look(), wanted))
            time.sleep(0.02)


class Reading(object):
    """What both kinds of debugger need beside the classic client."""

    stopped = None

    def next_stop(self):
        return self.wait_for_stop()

    def wait_for_stop(self):
        event = self.wait_for('LAST', *classic_client.STOPS)
        if event.code == 'LAST':
            return 'LAST', None
        self.stopped = event.fields[1] if event.code in ('BRKH', 'EXCP') else event.fields[0]
        return event.code, self.frames[self.stopped][0].line

    def evaluate(self, text, frame=0, thread=None, kind=0):
        found = super().evaluate(text, frame, thread or self.stopped, kind)
        if isinstance(found, str):
            raise Wrong('evaluating %s: %s' % (text, found))
        return found

    def drain_while(self, work):
        """Takes the agent's bytes while something else is waited for; no stop may be among them."""
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            done = pool.submit(work)
            while not done.done():
                self.take_events(0.01)
        self.take_events(0)
        return done.result()

    def take_events(self, seconds):
        self.socket.settimeout(seconds or 0.0001)
        try:
            data = self.socket.recv(1 << 20, socket.MSG_PEEK)
        except (socket.timeout, BlockingIOError):
            return
        finally:
            self.socket.settimeout(DEADLINE)
        if not data:
            raise Wrong('the agent closed the connection: ' + self.errors())
        event = self.event()
        if event.code in classic_client.STOPS:
            raise Wrong('a stop that nobody asked for: %r' % (event,))


class Debugger(Reading, attaching.Attached):
    def __init__(self, cell, connected):
        self._begin()
        self.cell = cell
        self.process = cell.process
        self.socket = connected

    def errors(self):
        return self.cell.read_output()[1]


class Launched(Reading, classic_client.Debugger):
    settle = attaching.Attached.settle
    detach = attaching.Attached.detach
    until_closed = attaching.Attached.until_closed


def main(name, python, mode, folder):
    cell = Cell(Program(name), python, mode, folder)
    began = time.time()
    result = {'verdict': 'pass', 'reason': None}
    try:
        cell.try_it()
    except Exception as problem:
        result['verdict'] = 'fail'
        result['reason'] = '%s: %s%s' % (
            cell.at, '' if isinstance(problem, Wrong) else type(problem).__name__ + ': ', problem)
        result['traceback'] = traceback.format_exc()
        if cell.process is not None:
            result['errors'] = cell.read_output()[1][-4000:]
    result['seen'] = cell.seen
    result['seconds'] = round(time.time() - began, 2)
    with open(os.path.join(folder, 'result.json'), 'w') as file:
        json.dump(result, file)


if __name__ == '__main__':
    main(*sys.argv[1:])
