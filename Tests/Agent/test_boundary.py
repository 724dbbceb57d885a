"""What is the program's passes through the agent, and watching goes on."""

import os
import sys
import unittest

from attaching import wait_until
from debuggee import DebugTestCase


class BoundaryTest(DebugTestCase):
    def test_an_exception_of_a_signal_handler_at_a_stop_is_the_programs(self):
        program = self.write("""
            import signal, sys, os, time
            def leave(number, frame):
                raise SystemExit(42)
            signal.signal(signal.SIGTERM, leave)
            place = 1               # @stop
            try:
                for _ in range(5000):
                    time.sleep(0.001)
            finally:
                left = 1            # @left
                print('left')
            """)
        debugger = self.run_to(program, 'stop')
        debugger.break_at(2, program.path, program['left'])
        debugger.process.send_signal(15)
        self.assertEqual(debugger.evaluate('1 + 1').repr, '2')
        self.assertEqual(debugger.go_on(), ('BRKH', program['left']))
        self.assertEqual(debugger.finish(), 42)
        self.assertEqual((debugger.output(), debugger.errors()), ('left\n', ''))

    def test_a_caught_stack_overflow_does_not_end_watching(self):
        program = self.write("""
            import traceback
            def deeper(number):
                return deeper(number + 1)
            def overflow():
                try:
                    deeper(0)
                except RecursionError:
                    return traceback.format_exc()
            text = overflow()
            def late():
                value = 1           # @late
                return value        # @next
            import time
            for _ in range(200):
                time.sleep(0.001)
            late()
            try:
                raise ValueError('seen')            # @raise
            except ValueError:
                pass
            print('_matrix_agent' in text)
            """)
        debugger = self.launch(program)
        debugger.send('sexi', 0, 1, 1, 'ValueError')
        debugger.break_at(1, program.path, program['late'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['late']))
        self.assertEqual(debugger.step('over'), ('STPD', program['next']))
        self.assertEqual(debugger.go_on(), ('EXCP', program['raise']))
        self.assertEqual(debugger.finish(), 0)
        shown = sys.version_info < (3, 9)       # There it must not be caught.
        self.assertEqual((debugger.output(), debugger.errors()), ('%s\n' % shown, ''))


if __name__ == '__main__':
    unittest.main()
