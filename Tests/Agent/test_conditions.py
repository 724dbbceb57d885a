"""Conditions of breakpoints that fail, never end or block: the program stops, and the debugger is
told why where it wants to know."""

import os
import sys
import unittest

from debuggee import DebugTestCase
from attaching import AttachTestCase, INJECTED, wait_until

PROGRAM = '''
import sys, threading
lock = threading.Lock()
def spin():
    while True: pass
def unlock():
    sys.stdin.readline()
    lock.release()
def work(number):
    return number + 1               # @work
waiting = threading.Thread(target=unlock)
waiting.start()
lock.acquire()
print(work(1))                      # @call
waiting.join()
'''


class ConditionTest(AttachTestCase):
    def stopped_by(self, condition, deadline='0.2', wanted='errors'):
        """A debugger that has just let the program run towards a breakpoint."""
        program = self.write(PROGRAM)
        debugger = self.run_to(program, 'call', environment=dict(
            os.environ, MATRIX_EVALUATION_DEADLINE=deadline))
        if wanted:
            debugger.send('mtrx', 1, wanted)
            self.assertEqual(debugger.wait_for('MTRX').fields[3], wanted)
        debugger.break_at(2, program.path, program['work'], (1, condition))
        debugger.send('resa')
        return debugger

    def finish(self, debugger):
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '2\n')
        self.assertEqual(debugger.errors(), '')

    def test_a_condition_that_fails_says_why(self):
        debugger = self.stopped_by('nothing > 1')
        self.assertEqual(debugger.wait_for('BRKE').fields,
                         (2, "name 'nothing' is not defined"))
        self.assertEqual(debugger.wait_for_stop()[0], 'BRKH')
        self.finish(debugger)

    def test_a_condition_that_never_ends_is_ended_and_holds(self):
        debugger = self.stopped_by('spin()')
        self.assertIn('was ended after 0.2 seconds', debugger.wait_for('BRKE').fields[1])
        self.assertEqual(debugger.wait_for_stop()[0], 'BRKH')
        self.assertEqual(debugger.evaluate('number').repr, '1')
        self.finish(debugger)

    def test_a_classic_debugger_is_told_of_the_stop_alone(self):
        debugger = self.stopped_by('spin()', wanted=None)
        self.assertEqual(debugger.wait_for_stop()[0], 'BRKH')
        self.assertNotIn('BRKE', [event.code for event in debugger.events])
        self.finish(debugger)

    def test_a_condition_that_blocks_in_c_is_told_of_and_ends_when_the_code_returns(self):
        debugger = self.stopped_by('lock.acquire()', '0.1')
        self.assertIn('cannot be ended', debugger.wait_for('BRKE').fields[1])
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()
        # An exception may or may not have been under way just then.
        if debugger.wait_for('BRKE', 'BRKH').code == 'BRKE':
            debugger.wait_for('BRKH')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '2\n')

    def test_many_conditions_are_watched_by_one_thread_that_ends_with_the_session(self):
        program = self.write(INJECTED + '''
import time
stop = []
def work(number):
    return number + 1               # @work
print('ready', flush=True)
number = 0
while not stop:
    number = work(number)
    time.sleep(0.0001)
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        threads = running.threads()
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.settle()
        # The debugger's own thread, and this one.
        debugger.break_at(1, program.path, program['work'], (1, 'number < 0'))
        debugger.break_at(2, program.path, program['work'], (1, 'number % 500 == 499'))
        for _ in range(3):
            debugger.wait_for('BRKH')
            self.assertEqual(running.threads(), threads + 2)
            debugger.send('resa')
        debugger.detach()
        wait_until(lambda: running.threads() == threads)
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.errors(), '')


class HandlerTest(DebugTestCase):
    # A known defect, seen in 3 of 150 runs on a loaded machine: a thread that is being started has the
    # identifier of the one that starts it, so that PyThreadState_SetAsyncExc may reach the wrong one.
    @unittest.skipIf(sys.version_info < (3, 12) and not os.environ.get('MATRIX_TEST_DEFECTS'),
                     'up to 3.11 the exception is lost now and then; MATRIX_TEST_DEFECTS=1 runs this')
    def test_what_a_signal_handler_raises_in_a_condition_is_the_programs(self):
        program = self.write('''
            import os, signal, time
            class Interrupted(Exception):
                pass
            class Handlers(object):
                def handle(self, number, frame):
                    raise Interrupted('from the handler')
            signal.signal(signal.SIGUSR1, Handlers().handle)
            def work(number):
                number += 1
                return number           # @work
            caught, number = [], 0
            try:
                while True:
                    number = work(number)
                    # Up to 3.11 it comes when the trace function is over.
                    time.sleep(0.001)
            except Interrupted as error:
                caught.append(str(error))
            print(caught)               # @end
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['work'],
                          (1, 'number == 2 and os.kill(os.getpid(), signal.SIGUSR1)'))
        debugger.break_at(2, program.path, program['end'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['end']), debugger.errors())
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()),
                         ("['from the handler']\n", ''))


if __name__ == '__main__':
    unittest.main()
