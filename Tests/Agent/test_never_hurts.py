"""A debugger that misbehaves costs the program nothing but the debugger."""

import os
import socket
import sys
import time
import unittest

import classic_client
from attaching import AttachTestCase, INJECTED, wait_until

sys.path.insert(0, os.path.dirname(classic_client.LAUNCHER))

from _matrix_agent import connection  # noqa: E402

LOOP = INJECTED + '''
import threading, time
stop, big = [], ['x' * 1000] * 3000
def work():
    while not stop:
        number = 1                  # @work
        time.sleep(0.001)
worker = threading.Thread(target=work)
worker.start()
print('ready', flush=True)
worker.join()
print('end', sys.gettrace())
'''


class NeverHurtsTest(AttachTestCase):
    def run_loop(self):
        program = self.write(LOOP)
        running = self.run_program(
            program, environment=dict(os.environ, MATRIX_SEND_TIMEOUT='0.3'))
        running.wait_for_output('ready')
        return program, running

    def finish(self, running):
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nend None\n')
        self.assertEqual(running.errors(), '')

    def test_a_debugger_that_stops_reading_is_let_go_of(self):
        program, running = self.run_loop()
        counts = running.threads(), running.descriptors()
        debugger = self.attach(running)
        thread = debugger.wait_for('LOAD').fields[0]
        debugger.send('chld', 'big', thread, 0, 1, 1)       # three megabytes
        wait_until(lambda: (running.threads(), running.descriptors()) == counts, running.errors)
        again = self.attach(running)
        again.wait_for('LOAD')
        again.detach()
        self.finish(running)

    def test_a_debugger_that_vanishes_is_let_go_of_and_the_next_one_is_welcome(self):
        program, running = self.run_loop()
        counts = running.threads(), running.descriptors()
        for number in range(4):
            debugger = self.attach(running, 'NoBreakOnAttach' if number % 2 else 'None')
            if number % 2:
                debugger.break_at(1, program.path, program['work'])
                debugger.wait_for('BRKH')
            else:
                debugger.wait_for('LOAD')
            debugger.socket.close()
            wait_until(lambda: (running.threads(), running.descriptors()) == counts)
        self.finish(running)

    def test_garbage_and_unknown_commands_end_the_session_and_nothing_else(self):
        program, running = self.run_loop()
        for garbage in (b'exit', b'\xff' * 40, b'brkp' + b'\xff' * 100, b'setl\0',
                        b'sexi' + b'\0' * 8 + b'\x7f' + b'\xff' * 7):
            debugger = self.attach(running)
            debugger.wait_for('LOAD')
            debugger.socket.sendall(garbage)
            debugger.socket.shutdown(socket.SHUT_WR)
            debugger.until_closed()
        self.finish(running)

    def test_unknown_threads_and_frames_get_an_answer_where_there_is_one(self):
        program, running = self.run_loop()
        debugger = self.attach(running)
        thread = debugger.wait_for('LOAD').fields[0]
        for code in ('rest', 'clst', 'thrf'):
            debugger.send(code, 5)
        self.assertEqual(debugger.evaluate('1', thread=5), 'there is no thread 5')
        self.assertEqual(debugger.evaluate('1', thread=thread, frame=99), 'there is no frame 99')
        debugger.send('setl', 5, 0, 1)
        self.assertEqual(debugger.wait_for('SETL').fields, (0, 5, 0))
        debugger.detach()
        self.finish(running)

    def test_an_attached_agent_uses_no_time_while_nothing_happens(self):
        program, running = self.run_loop()
        running.inject('import __main__; __main__.stop.append(1)')
        program = self.write(INJECTED + 'import time, threading\nlock = threading.Event()\n'
                             'print("ready", flush=True)\nlock.wait()\n', 'idle.py')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running)
        debugger.settle()

        def ticks():
            with open('/proc/%d/stat' % running.process.pid) as file:
                return sum(int(field) for field in file.read().split()[13:15])

        before = ticks()
        time.sleep(0.5)
        self.assertLessEqual(ticks() - before, 3)
        debugger.detach()


class SendTest(unittest.TestCase):
    def test_bytes_that_nobody_takes_are_given_up_after_the_bound(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            link = connection.Connection(ours._sock if hasattr(ours, '_sock') else ours, 0.1)
            begin = time.time()
            self.assertFalse(link.send(b'x' * (1 << 24)))
            self.assertFalse(link.send(b'x'))
            self.assertLess(time.time() - begin, 5)


if __name__ == '__main__':
    unittest.main()
