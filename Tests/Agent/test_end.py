"""No thread of the agent outlives the program: one that does may use what is freed already."""

import os
import sys
import unittest

import classic_client
from attaching import AttachTestCase, INJECTED, Running, wait_until

# Runs before everything, so that its exit function is the last.
FIRST = '''
import atexit, os
def tell():
    os.write(2, b'%d threads at the end' % len(os.listdir('/proc/self/task')))
atexit.register(tell)
'''

# Threads that begin late, as they do on a machine that is busy.
LATE = FIRST + '''
import _thread, time
start = _thread.start_new_thread
def start_late(function, arguments):
    def late(*given):
        time.sleep(0.3)
        function(*given)
    return start(late, arguments)
_thread.start_new_thread = start_late
'''

# From its last line on, a thread runs only where another one waits.
SHORT = '''
import sys
class Shown(object):
    def __repr__(self):
        return 'shown'
shown = [Shown()]
sys.setswitchinterval(100)          # @end
'''


@unittest.skipUnless(os.path.isdir('/proc/self/task'), 'threads are counted by /proc')
class EndTest(AttachTestCase):
    def setUp(self):
        AttachTestCase.setUp(self)
        self.write(FIRST, 'sitecustomize.py')
        self.environment = dict(os.environ, PYTHONPATH=self.folder)

    def listen(self, program):
        path = os.path.join(self.folder, 'agent')
        running = Running([classic_client.LAUNCHER, '--listen', 'unix:' + path,
                           'env:MATRIX_TEST_SECRET', 'None', program.path], environment=self.environment)
        self.addCleanup(running.close)
        return running, path

    def assert_left(self, count, debugger):
        self.assertEqual(debugger.exit_status(), 0, debugger.errors())
        self.assertEqual(debugger.errors(), '%d threads at the end' % count)

    def test_a_launched_program_ends_after_the_thread_that_reads_commands(self):
        program = self.write(SHORT)
        debugger = self.launch(program, environment=self.environment)
        debugger.finish()
        self.assert_left(1, debugger)

    def test_threads_that_watched_an_evaluation_have_ended_as_well(self):
        program = self.write(SHORT)
        debugger = self.run_to(program, 'end', environment=self.environment)
        for _ in range(10):
            self.assertEqual(debugger.children('shown')[0].value.repr, 'shown')
        debugger.finish()
        self.assert_left(1, debugger)

    def test_threads_that_have_not_begun_yet_are_waited_for(self):
        self.write(LATE, 'sitecustomize.py')
        program = self.write(SHORT)
        debugger = self.run_to(program, 'end', environment=self.environment)
        debugger.children('shown')
        debugger.finish()
        self.assert_left(1, debugger)

    def test_an_end_without_agreement_waits_as_well(self):
        program = self.write(SHORT)
        debugger = self.run_to(program, 'end', environment=self.environment)
        debugger.children('shown')
        debugger.socket.close()
        self.assert_left(1, debugger)

    def test_an_evaluation_that_goes_on_in_another_thread_is_watched_no_more(self):
        program = self.write('''
            import sys, threading, time
            def work():
                value = 1           # @work
            threading.Thread(target=work, daemon=True).start()
            sys.stdin.readline()
            ''')
        debugger = self.launch(program, environment=dict(
            self.environment, MATRIX_EVALUATION_DEADLINE='1000'))
        debugger.break_at(1, program.path, program['work'])
        debugger.send('resa')
        thread = debugger.wait_for('BRKH').fields[1]
        debugger.send('exec', 'print("busy", flush=True) or time.sleep(1000)', thread, 0, 91, 1, 0)
        wait_until(lambda: debugger.output() == 'busy\n', debugger.output)
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()
        debugger.send('resa')
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assert_left(2, debugger)           # The program's own are its own affair.

    def test_an_attached_program_ends_after_the_session(self):
        program = self.write(INJECTED + '''
import threading
end = threading.Event()
print('ready', flush=True)
end.wait()
sys.setswitchinterval(100)
''')
        running = self.run_program(program, environment=self.environment)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.settle()
        running.inject('import __main__; __main__.end.set()')
        debugger.until_closed()
        self.assertEqual(debugger.events[-1].code, 'DETC')
        self.assert_left(2, running)       # `_inject` is the program's.

    def test_a_listening_program_ends_after_the_server_and_whoever_has_not_greeted(self):
        program = self.write('''
            import sys
            print('ready', flush=True)
            sys.stdin.readline()
            sys.setswitchinterval(100)
            ''')
        running, path = self.listen(program)
        running.wait_for_output('ready')
        silent = self.connect(running, path)
        self.assertEqual(silent._bytes(7), b'PTVSDBG')
        running.inject('')
        self.assert_left(1, running)
        self.assertFalse(os.path.exists(path))

    @unittest.skipIf(sys.version_info[:2] == (3, 12), 'no thread can be started then on 3.12')
    def test_a_debugger_that_comes_while_exit_functions_run_is_let_go_of(self):
        program = self.write('''
            import atexit, sys
            def last():
                print('ready', flush=True)
                sys.stdin.readline()
            atexit.register(last)
            ''')
        running, path = self.listen(program)
        running.wait_for_output('ready')
        debugger = self.attach_to(running, path, 'NoBreakOnAttach')
        debugger.settle()
        running.inject('')
        debugger.until_closed()
        self.assertEqual(debugger.events[-1].code, 'DETC')
        self.assert_left(1, running)

    def test_a_forked_child_waits_for_nobody(self):
        program = self.write('''
            import os, signal
            if os.fork():
                os._exit(os.wait()[1] and 1)
            signal.alarm(4)
            ''')
        self.environment['PYTHONWARNINGS'] = 'ignore'
        running, _ = self.listen(program)
        self.assert_left(1, running)


if __name__ == '__main__':
    unittest.main()
