"""Exceptions that stop the program."""

import unittest

from debuggee import DebugTestCase

CAUGHT = '''
def fail():
    raise ValueError('a message')       # @raise
try:                                    # @try
    fail()                              # @call
except ValueError:                      # @except
    pass
done = True                             # @done
'''


class ExceptionTest(DebugTestCase):
    def test_an_exception_that_nobody_handles_stops_where_it_is_raised(self):
        program = self.write('''
            def fail():
                raise ValueError('a message')       # @raise
            fail()
            ''')
        debugger = self.launch(program, loads=False)
        debugger.wait_for('LOAD')
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('REQH').fields, (program.path,))
        debugger.send('sehi', program.path, 0)
        self.assertEqual(debugger.wait_for('EXCP').fields,
                         ('ValueError', debugger.thread, 1, 'a message'))
        self.assertEqual(debugger.lines()[0], program['raise'])
        self.assertEqual(debugger.finish(), 1)

    def test_an_exception_that_somebody_handles_does_not_stop(self):
        program = self.write(CAUGHT)
        for names in ((), ('ValueError',), ('OSError', 'Exception')):
            debugger = self.launch(program, loads=False)
            debugger.wait_for('LOAD')
            debugger.send('resa')
            debugger.wait_for('REQH')
            debugger.send('sehi', program.path, 1, program['try'], program['call'] + 1,
                          *(names + ('-',)))
            self.assertEqual(debugger.wait_for_stop(), ('LAST', None))

    def test_a_handler_for_something_else_does_not_count(self):
        program = self.write(CAUGHT)
        for names, end in ((('KeyError', 'unknown.Name'), program['call'] + 1),
                           (('ValueError',), program['call'])):
            debugger = self.launch(program, loads=False)
            debugger.wait_for('LOAD')
            debugger.send('resa')
            debugger.wait_for('REQH')
            debugger.send('sehi', program.path, 1, program['try'], end, *(names + ('-',)))
            self.assertEqual(debugger.wait_for('EXCP').fields[2], 1)

    def test_a_debugger_that_does_not_answer_holds_nothing_up(self):
        program = self.write(CAUGHT)
        debugger = self.launch(program, loads=False)
        debugger.wait_for('LOAD')
        debugger.send('resa')
        debugger.wait_for('REQH')
        self.assertEqual(debugger.wait_for_stop(), ('LAST', None))

    def test_an_exception_stops_by_name_whether_handled_or_not(self):
        program = self.write(CAUGHT)
        debugger = self.launch(program)
        debugger.send('sexi', 0, 2, 1, 'builtins.ValueError', 0, 'KeyError')
        debugger.send('resa')
        debugger.wait_for('REQH')
        debugger.send('sehi', program.path, 1, program['try'], program['call'] + 1, '-')
        self.assertEqual(debugger.wait_for('EXCP').fields,
                         ('ValueError', debugger.thread, 0, 'a message'))
        self.assertEqual(debugger.finish(), 0)

    def test_an_exception_of_the_program_has_its_module_in_its_name(self):
        self.write('class Failure(Exception): pass\n', 'failures.py')
        program = self.write('''
            import failures
            raise failures.Failure()        # @raise
            ''')
        debugger = self.launch(program)
        debugger.send('sexi', 0, 1, 1, 'failures.Failure')
        debugger.send('resa')
        debugger.wait_for('REQH')
        debugger.send('sehi', program.path, 0)
        self.assertEqual(debugger.wait_for('EXCP').fields[0], 'failures.Failure')

    def test_an_exception_from_the_library_stops_at_the_users_call(self):
        program = self.write('''
            import json
            json.loads('{')         # @call
            ''')
        debugger = self.launch(program, loads=False)
        debugger.wait_for('LOAD')
        debugger.send('resa')
        debugger.wait_for('REQH')
        debugger.send('sehi', program.path, 0)
        debugger.wait_for('EXCP')
        self.assertEqual(debugger.lines()[0], program['call'])

    def test_quiet_exceptions_and_a_normal_exit_do_not_stop(self):
        program = self.write('''
            for quiet in ({}.__getitem__, [].__getitem__):
                try:
                    quiet(0)
                except LookupError:
                    pass
            try:
                quiet.missing
            except AttributeError:
                pass
            raise SystemExit(0)
            ''')
        debugger = self.launch(program, loads=False)
        debugger.wait_for('LOAD')
        self.assertEqual(debugger.go_on(), ('LAST', None))

    def test_a_normal_exit_stops_when_asked(self):
        program = self.write('raise SystemExit(0)\n')
        debugger = self.launch(program, loads=False, options='BreakOnSystemExitZero')
        debugger.wait_for('LOAD')
        debugger.send('resa')
        debugger.wait_for('REQH')
        debugger.send('sehi', program.path, 0)
        self.assertEqual(debugger.wait_for('EXCP').fields[0], 'SystemExit')

    def test_rich_exceptions_carry_their_trace_and_a_name_for_the_value(self):
        program = self.write('''
            def fail():
                raise ValueError('a message')       # @raise
            fail()                                  # @call
            ''')
        debugger = self.launch(program, loads=False, options='RichExceptions, RedirectOutput')
        debugger.wait_for('LOAD')
        debugger.send('resa')
        debugger.wait_for('REQH')
        debugger.send('sehi', program.path, 0)
        thread, pairs = debugger.wait_for('EXC2').fields
        self.assertEqual(thread, debugger.thread)
        self.assertEqual((pairs['typename'], pairs['message'], pairs['breaktype']),
                         ('ValueError', 'a message', 'unhandled'))
        self.assertIn("%d,'fail'" % program['raise'], pairs['trace'])
        self.assertEqual(pairs['excvalue'], '__exception_info')


if __name__ == '__main__':
    unittest.main()
