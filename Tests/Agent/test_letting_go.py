"""The debugger leaves, by agreement or not, and the program runs on as if it had never been."""

import os
import subprocess
import time
import unittest

import classic_client
from debuggee import DebugTestCase

WATCHED = '''
import sys, threading, time, _thread, os
def work(n):
    return n + 1                    # @work
def tasks():
    """The number of threads that the system knows; one that was joined may take a moment to end."""
    end = time.time() + 5
    while len(os.listdir('/proc/self/task')) > 1 and time.time() < end:
        pass
    return len(os.listdir('/proc/self/task'))
def state():
    monitoring = getattr(sys, 'monitoring', None)
    tools = [monitoring.get_tool(tool) for tool in range(6)] if monitoring else []
    return [sys.gettrace(), [tool for tool in tools if tool],
            _thread.start_new_thread is threading._start_new_thread
            if hasattr(threading, '_start_new_thread') else None,
            type(_thread.start_new_thread).__name__, type(sys.stdout).__name__,
            threading.active_count(),
            tasks()]
first = 1                           # @first
sys.stdin.readline()
results = []
thread = threading.Thread(target=lambda: results.append(work(1)))
thread.start()
thread.join()
print(work(1), results, sys._getframe().f_trace)
print(state())
def descriptors():
    """How many are open; not the one by which a libffi with static trampolines keeps its own file
    open from the moment it is loaded, which a launch does and which cannot be undone."""
    found = []
    for name in os.listdir('/proc/self/fd'):
        try:
            found.append(os.readlink('/proc/self/fd/' + name))
        except OSError:
            found.append('the listing itself')
    return len([target for target in found if '/libffi.so' not in target])
print(descriptors())
'''


class LettingGoTest(DebugTestCase):
    def go(self, debugger):
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()

    def assert_untouched(self, debugger, program):
        """The program finds around it what it finds without agent, threads and files included."""
        lines = debugger.output().splitlines()
        self.assertEqual(lines[0], '2 [2] None')
        self.assertTrue(lines[1].startswith('[None, [], '), lines[1])
        self.assertIn("'builtin_function_or_method', 'TextIOWrapper', 1, ", lines[1])
        bare = subprocess.Popen([classic_client.PYTHON, program.path], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=debugger._errors)
        output, _ = bare.communicate(b'\n')
        expected = output.decode().splitlines()
        self.assertEqual(lines[:-1], expected[:-1])
        self.assertLessEqual(int(lines[-1]), int(expected[-1]))

    def wait_until_closed(self, debugger):
        try:
            while True:
                debugger.event()
        except classic_client.Closed:
            pass

    def wait_until_alone(self, debugger):
        """The agent's thread closes the socket as the last thing it does, and then ends."""
        self.wait_until_closed(debugger)
        end = time.time() + classic_client.DEADLINE
        while len(os.listdir('/proc/%d/task' % debugger.process.pid)) > 1:
            self.assertLess(time.time(), end, 'a thread of the agent is left')

    def test_detaching_at_a_stop_leaves_nothing(self):
        program = self.write(WATCHED)
        debugger = self.run_to(program, 'first', options='RedirectOutput')
        debugger.break_at(2, program.path, program['work'])
        debugger.send('stpi', debugger.thread)
        debugger.wait_for('STPD')
        debugger.send('detc')
        debugger.wait_for('DETC')
        self.wait_until_alone(debugger)
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assert_untouched(debugger, program)

    def test_detaching_while_the_program_runs_leaves_nothing(self):
        program = self.write(WATCHED)
        debugger = self.run_to(program, 'first')
        debugger.break_at(2, program.path, program['work'])
        debugger.send('resa')
        debugger.send('detc')
        debugger.wait_for('DETC')
        self.wait_until_alone(debugger)
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assert_untouched(debugger, program)

    def test_a_debugger_that_vanishes_at_the_entry_stop_sets_the_program_free(self):
        program = self.write(WATCHED)
        debugger = self.launch(program)
        debugger.break_at(2, program.path, program['work'])
        debugger.socket.close()
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output().splitlines()[0], '2 [2] None')

    def test_a_debugger_that_vanishes_at_a_stop_sets_all_threads_free(self):
        program = self.write('''
            import threading
            stop = []
            def spin():
                while not stop:
                    count = 1       # @spin
            thread = threading.Thread(target=spin)
            thread.start()
            input()
            stop.append(1)
            thread.join()
            print('end')
            ''')
        debugger = self.run_to(program, 'spin')
        debugger.socket.close()
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_a_debugger_that_vanishes_before_the_end_is_not_waited_for(self):
        program = self.write('print(input())\n')
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.socket.close()
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)

    def test_a_loop_without_calls_is_untraced_after_detaching(self):
        program = self.write('''
            import sys, threading
            stop, traced = [], []
            def spin():
                while not stop:
                    count = 1       # @spin
                traced.append(sys.gettrace())
            thread = threading.Thread(target=spin)
            thread.start()
            input()
            stop.append(1)
            thread.join()
            print(traced, sys.gettrace())
            ''')
        debugger = self.run_to(program, 'spin')
        debugger.send('detc')
        debugger.wait_for('DETC')
        self.wait_until_closed(debugger)
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output(), '[None] None\n')

    def test_an_agent_that_was_left_uses_no_time(self):
        program = self.write('''
            import os, time
            input()
            before = os.times()
            time.sleep(0.3)
            after = os.times()
            print(after.user + after.system - before.user - before.system < 0.1)
            ''')
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.socket.close()
        self.go(debugger)
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output(), 'True\n')

    def test_an_unknown_command_ends_the_session_and_not_the_program(self):
        program = self.write(WATCHED)
        for garbage in (b'exit', b'\xff' * 40, b'brkp' + b'\xff' * 100, b'stp'):
            debugger = self.launch(program)
            debugger.send_bytes(garbage)
            if garbage == b'stp':
                debugger.socket.close()
            else:
                self.assertRaises(classic_client.Closed, debugger.event)
            self.go(debugger)
            self.assertEqual(debugger.exit_status(), 0)
            self.assertEqual(debugger.output().splitlines()[0], '2 [2] None')
            self.assertEqual(debugger.errors(), '')

    def test_every_command_is_read_whole(self):
        program = self.write('first = 1\nlast = 2     # @last\n')
        debugger = self.run_to(program, 'last')
        debugger.send('bkda', 1, 2, 'template.html')
        debugger.send('bkdr', 2, 1, 'template.html')
        debugger.send('crep', 1)
        debugger.send('drep')
        debugger.send('sexi', 0, 1, 0, 'KeyError')
        debugger.send('sehi', 'file.py', 2, 1, 2, 'A', 'b.C', '-', 3, 4, '-')
        debugger.send('brkc', 99, 1, 'x')
        debugger.send('bkpc', 99, 1, 1)
        debugger.send('bksh', 99, 1)
        debugger.send('brkr', 1, 99)
        debugger.send('clst', 99)
        debugger.send('lack')
        self.assertEqual(debugger.evaluate('first').repr, '1')

    def test_the_wait_for_the_last_acknowledgement_ends_with_it(self):
        program = self.write('value = 1\n')
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.wait_for('LAST')
        self.assertIsNone(debugger.process.poll())
        debugger.socket.close()
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(os.path.exists('/proc/%d' % debugger.process.pid), False)

    def test_what_the_program_opens_in_place_of_our_descriptor_is_its_own(self):
        program = self.write("""
            import os, socket
            os.closerange(3, 64)                # as daemons do
            pairs = [socket.socketpair() for _ in range(9)]
            value = 1                           # @stop
            for one, other in pairs:
                one.settimeout(9)
                other.send(b'x')
                print(one.recv(99), end=' ')
                other.settimeout(0)
                one.send(b'y')
                print(other.recv(99))
            """)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['stop'])
        debugger.send('resa')
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output(), "b'x' b'y'\n" * 9)
        self.assertEqual(debugger.errors(), '')


if __name__ == '__main__':
    unittest.main()
