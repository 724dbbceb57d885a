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
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
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
    """The source, its labels, and what its comments say."""

    def __init__(self, name):
        self.path = os.path.join(HERE, name + '.py')
        with open(self.path) as file:
            text = file.read()
        self.lines = dict(
            (label, number) for number, line in enumerate(text.splitlines(), 1)
            for label in re.findall(r'@(\w+)', line.partition('# ')[2]))

        said = re.search(r'(?m)^# workers: (\d+)$', text)
        # Those of the agent's show in their frames all the same.
        self.pool = '# threads: vary' in text
        self.takes_threads = '# trace function: in C' in text
        self.workers = int(said.group(1)) if said else 0


class Questions(object):
    """What the program answers to, by HTTP or by channels; `workers` processes of it do."""

    def __init__(self, listening, workers):
        listening.settimeout(DEADLINE)
        self.port, self.channels = None, collections.OrderedDict()
        for _ in range(workers):
            channel = Channel(listening.accept()[0])
            words = channel.line().split()
            if words[0] == 'serving':
                self.port = int(words[1])
                channel.close()
            self.channels[int(words[-1])] = channel
        self.pids = sorted(self.channels)

    def ask(self, number, pid=None):
        """Which process answers is the server's choice, and ours where there are channels."""
        if self.port is None:
            return self.channels[pid or self.pids[0]].ask(number)
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=DEADLINE)
        try:
            connection.request('GET', '/answer/%d' % number)
            response = connection.getresponse()
            return '%d %s' % (response.status, response.read().decode())
        finally:
            connection.close()

    def ask_all(self, count):
        """One after the other, and then, where the program can, four at a time."""
        if self.port is None:
            return [channel.ask(number) for channel in self.channels.values()
                    for number in range(count)]
        answers = [self.ask(number) for number in range(count // 2)]
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            return answers + list(pool.map(self.ask, range(count // 2, count)))

    def end(self):
        for channel in self.channels.values():
            channel.connected.sendall(b'end\n')


class Channel(object):
    def __init__(self, connected):
        self.connected = connected
        self.connected.settimeout(DEADLINE)
        self.reader = self.connected.makefile('rb')

    def line(self):
        line = self.reader.readline().decode()
        if not line.endswith('\n'):
            raise Wrong('the program closed its channel')
        return line.rstrip('\n')

    def ask(self, number):
        self.connected.sendall(b'%d\n' % number)
        return self.line()

    def close(self):
        self.reader.close()
        self.connected.close()


class Followers(object):
    """Takes the sessions of all processes that the program starts."""

    def __init__(self, cell, debugger):
        self.cell = cell
        self.listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        path = os.path.join(cell.folder, 'children')
        self.listening.bind(path)
        self.listening.listen(16)
        self.sessions = {}
        self.changed = threading.Condition()
        threading.Thread(target=self._take, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()
        debugger.send('mtrx', 1, 'processes')
        expect('granted', debugger.wait_for('MTRX').fields[3], 'processes')
        debugger.send('foll', 1, 'unix:' + path, SECRET, '')

    def _take(self):
        while True:
            connected = self.listening.accept()[0]
            child = Child(self.cell, connected)
            expect('secret', child._string(), SECRET)
            expect('status', child._integer(), 0)
            pid = child.event().fields[0]
            child.send_raw(b'ATCH', 'NoBreakOnAttach')
            expect('taking', child._bytes(4), b'ACPT')
            child.wait_for('MTRX')
            with self.changed:
                self.sessions[pid] = child
                self.changed.notify_all()

    def _drain(self):
        """An agent lets go of its program where its debugger takes nothing for ten seconds."""
        while True:
            with self.changed:
                waiting = list(self.sessions.values())
                for child in waiting:
                    while not child.ended and child.has_bytes(0):
                        child.take_events(0)
            select.select([child.socket for child in waiting if not child.ended], [], [], 0.05)

    def session(self, pid):
        with self.changed:
            if not self.changed.wait_for(lambda: pid in self.sessions, DEADLINE):
                raise Wrong('process %d has no session; these have: %r' % (pid, sorted(self.sessions)))
            return self.sessions.pop(pid)

    def rest(self):
        """The sessions that nobody has asked for."""
        with self.changed:
            return [child for child in self.sessions.values() if not child.ended]


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
            PYTHONDONTWRITEBYTECODE='1', PYTHONWARNINGS='ignore',
            HYPOTHESIS_STORAGE_DIRECTORY=os.path.join(folder, 'hypothesis'),
            MATRIX_AGENT_LOG=os.path.join(folder, 'agent.log'))
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
        self.seen['answers'] = [self.questions.ask(AT_BREAKPOINT, pid) for pid in self.pids]
        self.settled()
        self.last_answers()

    def attached(self):
        self.start()
        self.warm()
        before = self.settled()
        for number, pid in enumerate(self.pids):
            self.step('attach')
            path = os.path.join(self.folder, 'agent%d' % number)
            self.matrix(pid, '--listen', 'unix:' + path)
            debugger = self.connect(path)
            self.stop_and_step(debugger, pid)
            self.step('detach')
            debugger.detach()
            self.matrix(pid, '--close', 'all')
        self.step('what is left')
        self.compare(before)
        self.last_answers()
        self.compare(before)

    def launched(self):
        self.step('launch')
        classic_client.PYTHON = self.python
        debugger = Launched([self.program.path], unix=True, cwd=HERE, environment=self.environment)
        self.process = debugger.process
        self.read_output = lambda: (debugger.output(), debugger.errors())
        debugger.load()
        followers = None
        if self.program.workers:
            followers = Followers(self, debugger)
        else:
            self.set_breakpoint(debugger)
        debugger.send('resa')
        self.step('the program begins')
        debugger.drain_while(self.begin)
        if followers is None:
            self.stop_and_step(debugger, self.pids[0])
            debugger.drain_while(self.warm)
        else:
            self.follow(followers, debugger)
        self.step('detach')
        debugger.detach()
        self.step('what is left')
        self.compare(self.natively())
        self.last_answers()

    def follow(self, followers, debugger):
        for pid in self.pids:
            self.step('the session of a child')
            child = debugger.drain_while(lambda: followers.session(pid))
            self.set_breakpoint(child)
            self.stop_and_step(child, pid)
            child.detach()
        debugger.drain_while(self.warm)
        for other in followers.rest():
            other.detach()

    def natively(self):
        with open(os.path.join(self.folder, os.pardir, 'native', 'result.json')) as file:
            return json.load(file)['seen']

    # Their parts

    def start(self):
        output = [tempfile.TemporaryFile(), tempfile.TemporaryFile()]
        self.process = subprocess.Popen(
            [self.python, self.program.path], cwd=HERE, env=self.environment,
            stdin=subprocess.PIPE, stdout=output[0], stderr=output[1])
        self.read_output = lambda: tuple(
            os.pread(file.fileno(), 1 << 24, 0).decode('utf-8', 'replace') for file in output)
        self.begin()

    def begin(self):
        self.questions = Questions(self.listening, self.program.workers or 1)
        self.pids = self.questions.pids

    def warm(self):
        self.step('the first answers')
        self.seen['first answers'] = self.questions.ask_all(BEFORE)

    def last_answers(self):
        self.step('the last answers')
        self.seen['last answers'] = self.questions.ask_all(AFTER)

    def matrix(self, pid, *arguments):
        ran = subprocess.run(
            [os.environ['MATRIX'], 'attach', str(pid), '--timeout', '20'] + list(arguments),
            env=dict(os.environ, MATRIX_SECRET=SECRET), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, universal_newlines=True)
        if ran.returncode:
            raise Wrong('matrix attach %s: exit %d: %s' % (
                ' '.join(arguments)[:40], ran.returncode, ran.stderr.strip()[-2000:]))
        return ran.stdout

    def connect(self, path):
        self.step('connect')
        connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connected.connect(path)
        debugger = Debugger(self, connected)
        expect('greeting', debugger.greet(SECRET), b'ACPT')
        expect('attaching', debugger.ask_to_attach('NoBreakOnAttach'), b'ACPT')
        debugger.send('sexi', 0, 0)
        self.set_breakpoint(debugger)
        return debugger

    def set_breakpoint(self, debugger):
        self.step('set the breakpoint')
        debugger.break_at(1, self.program.path, self.program.lines['stop'])
        debugger.settle()

    def stop_and_step(self, debugger, pid):
        """One question, whose answer waits until the debugger has looked and gone on."""
        lines = self.program.lines
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            self.step('the breakpoint')
            answer = self.ask_until_stopped(pool, debugger, pid)
            expect('stop', debugger.wait_for_stop(), ('BRKH', lines['stop']))
            expect('n', debugger.evaluate('n').repr, str(AT_BREAKPOINT))
            for label in ('wait', 'call'):
                if label in lines:
                    self.step('step over to @' + label)
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
            self.seen.setdefault('answers', []).append(
                debugger.drain_while(lambda: answer.result(DEADLINE)))

    def ask_until_stopped(self, pool, debugger, pid):
        """A server with workers may have any of them answer: it is asked until it is this one. So is
        a program whose thread has just been taken from the agent, which is noticed 50 ms later."""
        several = self.program.workers and self.questions.port is not None
        end = time.time() + DEADLINE
        while True:
            answer = pool.submit(self.questions.ask, AT_BREAKPOINT, pid)
            if not several and not self.program.takes_threads or time.time() > end:
                return answer
            while not answer.done():
                if debugger.has_bytes(0.01):
                    return answer

    def end(self):
        """By SIGTERM where it serves, else by the end of the questions."""
        self.step('the end')
        if self.questions.port is not None:
            self.process.send_signal(signal.SIGTERM)
        else:
            self.questions.end()
        try:
            self.seen['exit'] = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            raise Wrong('the program did not end')
        self.seen['output'], self.seen['errors'] = map(self.plain, self.read_output())
        log = os.path.join(self.folder, 'agent.log')
        if os.path.exists(log):
            with open(log) as file:
                lines = [line for line in file
                         if not (self.program.takes_threads and 'took a thread' in line)]
            expect("the agent's log", ''.join(lines)[-3000:], '')
        if self.mode != 'native':
            native = self.natively()
            for key in ('answers', 'first answers', 'last answers', 'output', 'errors', 'exit'):
                expect(key, self.seen[key], native[key])

    def plain(self, text):
        """Without what differs between two runs."""
        text = text.replace(self.folder, 'FOLDER').replace(str(self.process.pid), 'PID')
        text = re.sub(r'0x[0-9a-f]+', '0x', re.sub(r'\d+\.\d+ ?s', 'N s', text))
        return re.sub(r'={3,}', '===', text)

    # What is left

    def resources(self, pid):
        """The descriptors by kind, and how many threads."""
        kinds = collections.Counter()
        folder = '/proc/%d/fd' % pid
        for name in os.listdir(folder):
            try:
                kind = os.readlink(os.path.join(folder, name))
            except OSError:
                continue
            # What docs/wire-protocol.md says of libffi.
            if int(name) < 3 or os.path.basename(kind).startswith('libffi.so'):
                continue
            kind = kind.replace(self.folder, 'FOLDER')
            kinds[re.sub(r':\[\d+\]$|-?\w{8} \(deleted\)$', '', kind)] += 1
        return {'descriptors': dict(kinds), 'threads': len(os.listdir('/proc/%d/task' % pid))}

    def settled(self):
        """When connections that were closed are gone: the same for a quarter of a second."""
        self.step('settle')
        end = time.time() + DEADLINE

        def look():
            return [self.resources(pid) for pid in self.pids]

        last, since = look(), time.time()
        while time.time() - since < 0.25:
            time.sleep(0.02)
            now = look()
            if now != last:
                last, since = now, time.time()
            if time.time() > end:
                raise Wrong('the program does not come to rest: %r' % now)
        self.seen['settled'] = last
        self.seen['left'] = [self.left(pid) for pid in self.pids]
        return self.seen

    def left(self, pid):
        return ast.literal_eval(re.sub(r'0x[0-9a-f]+', '0x', self.matrix(pid, '--eval', LEFT)))

    def compare(self, wanted):
        for number, pid in enumerate(self.pids):
            left = self.left(pid)
            expect('frames', left['frames'], [])
            expect('left', left, wanted['left'][number])
            for kind in ('descriptors',) if self.program.pool else ('threads', 'descriptors'):
                self.wait_for_equal(kind, lambda: self.resources(pid)[kind], wanted['settled'][number][kind])

    def wait_for_equal(self, name, look, wanted):
        end = time.time() + 10
        while look() != wanted:
            if time.time() > end:
                raise Wrong('%s: %r instead of %r' % (name, look(), wanted))
            time.sleep(0.02)


class Reading(object):
    """What both kinds of debugger need beside the classic client."""

    stopped = None

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
        while self.has_bytes(0):
            self.take_events(0)
        return done.result()

    def has_bytes(self, seconds):
        if self._position < len(self._buffer):
            return True
        if not select.select([self.socket], [], [], seconds)[0]:
            return False
        if not self.socket.recv(1, socket.MSG_PEEK):
            raise Wrong('the agent closed the connection: ' + self.errors())
        return True

    def take_events(self, seconds):
        if not self.has_bytes(seconds):
            return
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


class Child(Debugger):
    """The session of a process that the program has started. It may end at any time."""

    ended = False

    def has_bytes(self, seconds):
        try:
            return super().has_bytes(seconds)
        except (Wrong, OSError):
            self.ended = True
            return False


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
