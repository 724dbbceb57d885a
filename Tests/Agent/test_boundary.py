"""What is the program's passes through the agent, and watching goes on."""

import os
import sys
import unittest

from attaching import AttachTestCase, INJECTED
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
        shown = sys.version_info < (3, 10)      # There it must not be caught.
        self.assertEqual((debugger.output(), debugger.errors()), ('%s\n' % shown, ''))

    @unittest.skipUnless((3, 9) <= sys.version_info < (3, 12), 'frames are hooked by this name')
    def test_a_frame_hook_that_a_library_takes_away_is_put_back(self):
        program = self.write("""
            import ctypes, time
            def early():
                return 1            # @early
            def late():
                return 2            # @late
            def take():
                api = ctypes.pythonapi
                get = api.PyInterpreterState_Get
                get.restype = ctypes.c_void_p
                put = api._PyInterpreterState_SetEvalFrameFunc
                put.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
                put(get(), ctypes.cast(api._PyEval_EvalFrameDefault, ctypes.c_void_p))
            early()
            time.sleep(0.3)
            take()
            for _ in range(20):
                time.sleep(0.05)
                late()
            """)
        debugger = self.run_to(program, 'early')
        debugger.break_at(2, program.path, program['late'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['late']))
        debugger.send('brkr', program['late'], 2)
        self.assertEqual(debugger.finish(), 0)

    def test_what_the_program_sets_on_functions_of_ctypes_is_its_own(self):
        program = self.write("""
            import ctypes
            ctypes.pythonapi.PyThreadState_SetAsyncExc.argtypes = [ctypes.c_char_p]
            ctypes.pythonapi.PyThreadState_SetAsyncExc.restype = ctypes.c_char_p
            def endless():
                while True:
                    pass
            place = 1               # @stop
            """)
        debugger = self.run_to(program, 'stop', environment=dict(
            os.environ, MATRIX_EVALUATION_DEADLINE='0.2'))
        self.assertIn('was ended after', debugger.evaluate('endless()'))
        self.assertEqual(debugger.finish(), 0)


class OddThreadsTest(AttachTestCase):
    def test_threading_may_have_been_imported_first_by_another_thread(self):
        program = self.write(INJECTED + """
import time
stop = []
def other():
    import threading
    threading.current_thread()
    print('ready', flush=True)
    while not stop:
        time.sleep(0.001)       # @loop
    stop.append('other')
_thread.start_new_thread(other, ())
while len(stop) < 2:
    time.sleep(0.001)
print('end')
import os, sys
sys.stdout.flush()
os._exit(0)                     # `threading` would wait for the thread that it takes for the main one.
""")
        running = self.run_program(program)
        running.wait_for_output('ready')
        for _ in range(2):
            debugger = self.attach(running, 'NoBreakOnAttach')
            debugger.break_at(1, program.path, program['loop'])
            debugger.thread = debugger.wait_for('BRKH').fields[1]
            self.assertEqual(debugger.evaluate('len(stop)').repr, '0')
            debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))


if __name__ == '__main__':
    unittest.main()
