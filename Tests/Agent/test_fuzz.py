"""Whatever bytes a debugger sends, the program's result is what it is.

MATRIX_TEST_STREAMS says how many mutated streams there are (200 unless told), MATRIX_TEST_SEED
the seed of the first; a failure prints the seed of its stream.
"""

import os
import random
import socket
import struct
import time
import unittest

import classic_client
from attaching import AttachTestCase, Attached, Running

STREAMS = int(os.environ.get('MATRIX_TEST_STREAMS') or 200)
SEED = int(os.environ.get('MATRIX_TEST_SEED') or time.time())

PROGRAM = '''
import sys, threading, time
stop, rounds, wrong = [], [0], []
def compute(number):
    total = 0
    for index in range(number):
        total += index              # @total
    return total                    # @return
def work():
    while not stop:
        rounds[0] += 1
        if compute(20) != 190:
            wrong.append(rounds[0])
        time.sleep(0.0005)
worker = threading.Thread(target=work)
worker.start()
print('ready', flush=True)
sys.stdin.readline()
stop.append(1)
worker.join()
print(wrong, rounds[0] > 10, sys.gettrace())
'''


class FuzzTest(AttachTestCase):
    def setUp(self):
        AttachTestCase.setUp(self)
        self.path = os.path.join(self.folder, 'agent')
        self.program = self.write(PROGRAM)
        self.running = Running([classic_client.LAUNCHER, '--listen', 'unix:' + self.path,
                                'env:MATRIX_TEST_SECRET', 'None', self.program.path])
        self.addCleanup(self.running.close)
        self.running.wait_for_output('ready')

    def test_mutated_streams_do_the_program_no_harm(self):
        threads = self.known_threads()
        counts = self.running.threads(), self.running.descriptors()
        for seed in range(SEED, SEED + STREAMS):
            chance = random.Random(seed)
            stream = mutated(chance, b''.join(messages(chance, self.program, threads)))
            try:
                self.play(chance, stream)
            except Exception as error:
                self.fail('seed %d: %r; %s' % (seed, error, self.running.errors()))
            if self.running.process.poll() is not None:
                self.fail('seed %d: the program ended; %s' % (seed, self.running.errors()))
        self.running.process.stdin.write(b'\n')
        self.running.process.stdin.flush()
        note = 'seeds %d to %d' % (SEED, SEED + STREAMS - 1)
        self.assertEqual(self.running.exit_status(), 0, note + self.running.errors())
        self.assertEqual(self.running.output(), 'ready\n[] True None\n', note)
        self.assertEqual(self.running.errors(), '', note)
        self.assertGreater(counts, (0, 0))

    def known_threads(self):
        debugger = self.attach_to(self.running, self.path, 'NoBreakOnAttach')
        debugger.settle()
        debugger.detach()
        return [event.fields[0] for event in debugger.events if event.code == 'NEWT']

    def attached(self, options):
        """The agent may not have seen yet that the debugger before has vanished."""
        end = time.time() + classic_client.DEADLINE
        while True:
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connected.connect(self.path)
            debugger = Attached(self.running, connected)
            try:
                if (debugger.greet('secret'), debugger.ask_to_attach(options)) == (
                        b'ACPT', b'ACPT'):
                    return connected
            except classic_client.Closed:
                pass
            connected.close()
            assert time.time() < end, 'the session before does not end'

    def play(self, chance, stream):
        options = chance.choice(['None', 'NoBreakOnAttach', 'NoBreakOnAttach, RedirectOutput'])
        connected = self.attached(options)
        try:
            try:
                connected.sendall(stream)
                connected.shutdown(socket.SHUT_WR)
            except OSError:
                pass                    # The agent was faster.
            if chance.random() < 0.1:
                return                  # A debugger that vanishes.
            while True:
                try:
                    if not connected.recv(1 << 16):
                        return
                except ConnectionError:
                    return
        finally:
            connected.close()


def messages(chance, program, threads):
    """Commands that make sense, but for some of the identifiers. None moves a line."""
    def thread():
        return chance.choice(threads + [0, -1, 1 << 62])

    for _ in range(chance.randrange(1, 12)):
        kind = chance.randrange(13)
        if kind == 0:
            yield message(b'brkp', chance.randrange(3), chance.randrange(12), program.path,
                          chance.randrange(4), 'total > 3', chance.randrange(5), 2)
        elif kind == 1:
            yield message(chance.choice([b'stpi', b'stpv', b'stpo', b'rest', b'ares', b'clst',
                                         b'thrf']), thread())
        elif kind == 2:
            yield message(chance.choice([b'resa', b'brka', b'drep', b'lack', b'detc']))
        elif kind == 3:
            yield message(b'exec', 'len([1, 2])', thread(), chance.randrange(3), 1, 1,
                          chance.randrange(3))
        elif kind == 4:
            yield message(b'chld', 'rounds', thread(), chance.randrange(3), 1, 1)
        elif kind == 5:
            yield message(b'sexi', 1, 1, 33, 'ValueError')
        elif kind == 6:
            yield message(b'sehi', program.path, 1, 1, 9, 'ValueError', '-')
        elif kind == 7:
            yield message(b'mtrx', 1, chance.choice([
                'acknowledge,pages,channels', 'lazy',
                'completions,functions,lazy,logs,sources,targets']))
        elif kind == 8:
            code, fields = chance.choice([(b'frms', 3), (b'scps', 2), (b'vals', 5)])
            yield message(code, 7, thread(),
                          *[chance.randrange(-2, 30) for _ in range(fields - 1)])
        elif kind == 9:
            yield message(b'valu', 7, thread(), chance.randrange(3), 'rounds', 9)
            yield message(b'setv', 7, thread(), chance.randrange(9), 'rounds', '[1]', 0)
        elif kind == 10:
            yield message(b'brkl', chance.randrange(3), chance.randrange(12), program.path,
                          0, '', chance.randrange(5), 2, chance.choice(['', '{total', '{total}']))
            yield message(b'brkf', chance.randrange(3), chance.choice(['work', '', '.', 'a.b']),
                          0, '', 0, 0, chance.choice(['', '{', '{1}']))
        elif kind == 11:
            yield message(b'cmpl', 7, thread(), chance.randrange(3), 'rou', chance.randrange(-1, 9))
            yield message(b'srcf', 7, thread(), chance.randrange(3), chance.choice(['', '<string>']))
            yield message(b'tgts', 7, thread(), chance.randrange(3))
            yield message(b'stpt', thread(), chance.randrange(30))
        else:
            yield message(b'brkr', chance.randrange(12), chance.randrange(3))


def message(code, *fields):
    parts = [code]
    for field in fields:
        if isinstance(field, int):
            parts.append(struct.pack('!q', field))
        else:
            data = field.encode('utf-8')
            parts.append(struct.pack('!q', len(data)) + data)
    return b''.join(parts)


def mutated(chance, data):
    data = bytearray(data)
    for _ in range(chance.randrange(5)):
        at = chance.randrange(len(data) + 1)
        size = chance.randrange(1, 12)
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(data):
            data[at] = chance.choice([0, 1, 0x7f, 0x80, 0xff])
        elif kind == 2:
            del data[at:at + size]
        elif kind == 3:
            data[at:at] = bytes(chance.randrange(256) for _ in range(size))
        elif kind == 4:
            data[at:at] = data[at:at + size]
        else:
            del data[at:]
    return bytes(data)


if __name__ == '__main__':
    unittest.main()
