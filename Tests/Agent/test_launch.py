"""A program under the agent starts, runs and ends as it does without."""

import os
import signal
import subprocess
import sys
import unittest

import classic_client
from debuggee import DebugTestCase

MIRROR = '''
import sys
main = sys.modules['__main__']
print(list(globals()) == list(vars(main)), __name__, __package__, type(__builtins__).__name__)
for name in sorted(globals()):
    if name not in ('__loader__', '__spec__', 'main', 'sys', '__builtins__'):
        print(name, globals()[name])
print(type(__loader__).__name__, getattr(__loader__, '__name__', None))
print(getattr(__loader__, 'name', None), getattr(__loader__, 'path', None))
print(str(__spec__).replace(hex(id(__loader__)), ''))
print(sys.argv, sys.path, sys._getframe().f_code.co_filename, sys._getframe().f_lineno)
print(getattr(sys, 'orig_argv', None))
print(sys.flags)
print(sorted(name for name in sys.modules if 'matrix' not in name and name not in ALLOWED))
'''
# C modules that are part of every interpreter, what `-m` imports anyway, and what the frame hook is
# made with (up to 3.11).
ALLOWED = ['_socket', 'atexit', '_weakref', 'ctypes', 'ctypes._endian', '_ctypes', 'struct',
           '_struct', 'gc', 'time', 'types']


class LaunchTest(DebugTestCase):
    def bare(self, *arguments, **options):
        process = subprocess.Popen([classic_client.PYTHON] + list(arguments), cwd=self.folder,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, **options)
        output, errors = process.communicate(options.pop('input', b''))
        return process.returncode, output.decode(), errors.decode()

    def under_agent(self, *arguments, **options):
        debugger = self.launch(arguments, **options)
        status = debugger.finish()
        return status, debugger.output(), debugger.errors()

    def assert_as_bare(self, *arguments):
        self.assertEqual(self.under_agent(*arguments), self.bare(*arguments))

    def test_events_from_the_handshake_to_the_end_come_in_the_order_of_the_protocol(self):
        program = self.write('first = 1\nsecond = 2\n')
        debugger = self.launch(program, loads=False)
        load = debugger.wait_for('LOAD')
        codes = [event.code for event in debugger.events]
        first_thread = codes.index('NEWT')
        self.assertGreater(first_thread, 10)
        self.assertEqual(set(codes[:first_thread]), set(['MODL']))
        self.assertEqual(codes[first_thread:], ['NEWT', 'MODL', 'THRF', 'LOAD'])
        self.assertEqual(debugger.events[-3].fields[1], program.path)
        self.assertEqual(load.fields, (debugger.thread,))
        self.assertEqual(debugger.lines(), [1])
        debugger.send('sexi', 0, 0)
        debugger.send('resa')
        debugger.wait_for('LAST')
        self.assertEqual([event.code for event in debugger.events[-2:]], ['EXTT', 'LAST'])
        self.assertEqual(debugger.events[-2].fields, (debugger.thread,))
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0)

    def test_nothing_of_the_program_has_run_at_the_entry_stop(self):
        program = self.write('print("ran", flush=True)\n')
        debugger = self.launch(program)
        self.assertEqual(debugger.output(), '')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'ran\n')

    def test_a_unix_socket_serves_as_well(self):
        program = self.write('value = 1\n')
        debugger = self.launch(program, unix=True)
        self.assertEqual(debugger.finish(), 0)

    def test_a_script_sees_what_it_sees_without_the_agent(self):
        self.write(MIRROR.replace('ALLOWED', repr(ALLOWED)), 'mirror.py')
        self.assert_as_bare('mirror.py', 'one', '-x', 'two words')

    def test_a_script_in_another_folder_sees_what_it_sees_without_the_agent(self):
        self.write(MIRROR.replace('ALLOWED', repr(ALLOWED)), 'deep/mirror.py')
        os.symlink('deep/mirror.py', os.path.join(self.folder, 'link.py'))
        self.assert_as_bare('deep/mirror.py')
        self.assert_as_bare('link.py')

    def test_a_module_sees_what_it_sees_without_the_agent(self):
        self.write('', 'package/__init__.py')
        self.write(MIRROR.replace('ALLOWED', repr(ALLOWED)), 'package/mirror.py')
        self.assert_as_bare('-m', 'package.mirror', 'one')

    def test_code_on_the_command_line_sees_what_it_sees_without_the_agent(self):
        self.assert_as_bare('-c', MIRROR.replace('ALLOWED', repr(ALLOWED)), 'one', '-m')

    def test_a_folder_with_a_main_module_runs(self):
        self.write('import sys\nprint(sys.argv, sys.path[0], __name__)\n', 'app/__main__.py')
        self.assert_as_bare('app', 'one')

    def test_code_on_the_command_line_stops_at_its_first_line(self):
        debugger = self.launch(['-c', 'first = 1\nsecond = 2'])
        self.assertEqual(debugger.lines(), [1])
        self.assertEqual(debugger.frames[debugger.thread][0].filename,
                         os.path.join(self.folder, '<string>'))
        self.assertEqual(debugger.step('over'), ('STPD', 2))

    def test_an_exit_status_is_the_programs(self):
        self.assert_as_bare('-c', 'import sys; sys.exit(3)')
        self.assert_as_bare('-c', 'raise SystemExit("a message")')

    def test_an_uncaught_exception_is_printed_without_frames_of_the_agent(self):
        self.write('''
            def fail():
                raise ValueError("no")
            try:
                {}['key']
            except KeyError:
                fail()
            ''', 'fails.py')
        status, _, errors = self.under_agent('fails.py')
        self.assertEqual((status, errors), (1, self.bare('fails.py')[2]))
        self.assertIn('ValueError: no', errors)
        self.assertNotIn('launch', errors)

    def test_an_excepthook_of_the_program_gets_the_programs_traceback(self):
        self.write('''
            import sys, traceback
            def hook(kind, value, found):
                print(kind.__name__, [entry[2] for entry in traceback.extract_tb(found)])
                print([entry[2] for entry in traceback.extract_tb(sys.last_traceback)])
            sys.excepthook = hook
            def fail():
                1 / 0
            fail()
            ''', 'hooked.py')
        self.assert_as_bare('hooked.py')

    def test_a_syntax_error_is_printed_as_without_the_agent(self):
        self.write('x = 1\ny = )\n', 'broken.py')
        debugger = self.launch(['broken.py'], loads=False)
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual((debugger.exit_status(), debugger.errors()),
                         (1, self.bare('broken.py')[2]))

    def test_a_missing_script_ends_with_status_two(self):
        debugger = self.launch(['missing.py'], loads=False)
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), self.bare('missing.py')[0])
        self.assertIn("can't open file", debugger.errors())

    def test_exit_functions_run_before_the_debugger_hears_of_the_end(self):
        self.write('''
            import atexit, threading
            atexit.register(print, 'first registered', flush=True)
            atexit.register(print, 'second registered', flush=True)
            main = threading.main_thread()
            def last():
                main.join()
                print('thread', flush=True)
            threading.Thread(target=last).start()
            print('end of main', flush=True)
            ''', 'exits.py')
        debugger = self.launch(['exits.py'])
        debugger.send('resa')
        debugger.wait_for('LAST')
        self.assertEqual(debugger.output(), self.bare('exits.py')[1])
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0)

    def test_values_are_shown_at_a_stop_in_an_exit_function(self):
        """Since 3.12 there can be no new threads then, and so no watcher."""
        program = self.write('''
            import atexit
            class Value:
                def __repr__(self):
                    return 'shown'
            def last(value):
                return value                # @last
            atexit.register(last, Value())
            ''')
        debugger = self.run_to(program, 'last')
        self.assertEqual(debugger.variables()['value'].repr, 'shown')
        self.assertEqual(debugger.evaluate('value').repr, 'shown')
        debugger.send('thrf', debugger.thread)
        self.assertEqual(debugger.wait_for('THRF').fields[0], debugger.thread)
        self.assertEqual(debugger.finish(), 0)

    def test_standard_input_is_the_programs(self):
        program = self.write('import sys\nprint(sys.stdin.read().upper())\n')
        debugger = self.launch(program)
        debugger.process.stdin.write(b'hello')
        debugger.process.stdin.flush()
        debugger.process.stdin.close()
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'HELLO\n')

    def test_an_interrupt_ends_the_program_as_without_the_agent(self):
        program = self.write('''
            import os, signal
            os.kill(os.getpid(), signal.SIGINT)
            for second in range(10 ** 9):
                pass
            ''')
        debugger = self.launch(program)
        status = debugger.finish()
        # Killed by the signal itself since 3.8 (bpo-1054041).
        self.assertEqual(status, -signal.SIGINT if sys.version_info >= (3, 8) else 1)
        self.assertIn('KeyboardInterrupt', debugger.errors())

    def test_an_interrupt_at_a_stop_is_delivered_when_the_program_goes_on(self):
        program = self.write('''
            try:
                first = 1           # @first
                for second in range(10 ** 9):
                    pass
            except KeyboardInterrupt:
                print('interrupted')
            ''')
        debugger = self.run_to(program, 'first')
        debugger.process.send_signal(signal.SIGINT)
        self.assertEqual(debugger.evaluate('1 + 1').repr, '2')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'interrupted\n')

    def test_an_isolated_interpreter_keeps_its_search_path(self):
        self.write('import sys\nprint(sys.path)\n', 'isolated.py')
        status, output, _ = self.bare('-I', 'isolated.py')
        debugger = self.launch(['isolated.py'], interpreter_options=['-I'])
        self.assertEqual(debugger.finish(), status)
        self.assertEqual(debugger.output(), output)

    def test_the_agent_imports_no_threading_on_the_programs_behalf(self):
        program = self.write('import sys\nprint("threading" in sys.modules)\n')
        debugger = self.launch(program)
        debugger.finish()
        self.assertEqual(debugger.output(), self.bare(program.path)[1])

    def test_source_in_another_encoding_and_with_other_line_ends_is_read(self):
        path = os.path.join(self.folder, 'latin.py')
        with open(path, 'wb') as file:
            file.write(b'# -*- coding: latin-1 -*-\r\ntext = "\xe9"\r\nprint(ascii(text))\r\n')
        self.assert_as_bare('latin.py')

    def test_no_debugger_at_the_address_is_said_and_is_an_error(self):
        program = self.write('print("ran")\n')
        process = subprocess.Popen(
            [classic_client.PYTHON, classic_client.LAUNCHER, self.folder, 'nonsense', 'guid',
             'None', program.path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = process.communicate()
        self.assertEqual((process.returncode, output), (1, b''))
        self.assertIn(b'no debugger at nonsense', errors)


if __name__ == '__main__':
    unittest.main()
