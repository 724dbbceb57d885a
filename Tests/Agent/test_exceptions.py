"""Exceptions that stop the program."""

import os
import sys
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
        self.assertEqual(debugger.lines()[0], program['raise'])
        # Once more in each of the user's frames that it passes through, as the historic agent did.
        self.assertEqual(debugger.go_on(), ('EXCP', program['call']))
        self.assertEqual(debugger.events[-1].fields[2], 0)
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

    def unanswered(self, source, options='None'):
        """The first exception that stops, with a debugger that does not say who handles what."""
        program = self.write(source)
        debugger = self.launch(program, loads=False, options=options)
        debugger.wait_for('LOAD')
        code, line = debugger.go_on()
        label = [name for name in program.labels if program[name] == line]
        return code, label and label[0], debugger

    def test_the_agent_finds_handlers_by_itself(self):
        code, label, debugger = self.unanswered('''
            import json
            def fail(kind):
                raise kind('x')             # @raise
            for kind in (ValueError, OSError, json.JSONDecodeError):
                try:
                    try:
                        if kind is json.JSONDecodeError:
                            json.loads('{')
                        fail(kind)
                    except (OSError, json.JSONDecodeError):
                        pass
                except ValueError as error:
                    chained = error
            try:
                fail(IndentationError)
            finally:
                done = True
            ''')
        self.assertEqual((code, label), ('EXCP', 'raise'))
        self.assertEqual(debugger.events[-1].fields[0], 'IndentationError')
        self.assertEqual(debugger.finish(), 1)
        self.assertIn('IndentationError: x', debugger.errors())

    def test_an_exception_raised_from_another_stops_where_nobody_handles_it(self):
        code, label, debugger = self.unanswered('''
            def convert():
                try:
                    int('x')
                except ValueError as error:
                    raise RuntimeError('converted') from error      # @from
            convert()
            ''')
        self.assertEqual((code, label), ('EXCP', 'from'))
        self.assertEqual(debugger.evaluate('error').type, 'ValueError')

    def test_an_exit_with_a_status_stops_and_the_status_is_kept(self):
        code, label, debugger = self.unanswered('''
            import sys
            sys.exit(3)                     # @exit
            ''')
        self.assertEqual((code, label), ('EXCP', 'exit'))
        self.assertEqual(debugger.events[-1].fields[0], 'SystemExit')
        self.assertEqual(debugger.finish(), 3)

    @unittest.skipUnless(sys.version_info >= (3, 11), 'exception groups came with 3.11')
    def test_an_exception_group_is_handled_by_except_star(self):
        code, label, debugger = self.unanswered('''
            def fail(*errors):
                raise ExceptionGroup('several', errors)     # @raise
            try:
                fail(ValueError(1))
            except* ValueError:
                pass
            fail(KeyError(2))
            ''')
        self.assertEqual((code, label), ('EXCP', 'raise'))
        self.assertIn('KeyError', debugger.evaluate('errors').repr)

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
        self.assertEqual(debugger.evaluate("__exception_info['message']").repr, "'a message'")
        self.assertIn("['exception_type']",
                      [child.name for child in debugger.children('__exception_info')])

    def test_rich_exceptions_leave_nothing_in_the_program(self):
        program = self.write('''
            def fail():
                name = 1
                try:
                    raise ValueError(name)
                except ValueError:
                    print(sorted(locals()))
            fail()
            try:
                raise KeyError(1)
            except KeyError:
                print('__exception_info' in globals())
            ''')
        debugger = self.launch(program, options='RichExceptions')
        debugger.send('sexi', 1, 0)
        for _ in range(2):
            debugger.send('resa')
            debugger.wait_for('REQH', 'EXC2')
            if debugger.events[-1].code == 'REQH':
                debugger.send('sehi', program.path, 0)
                debugger.wait_for('EXC2')
            self.assertEqual(debugger.evaluate('(lambda: __exception_info)()').type, 'dict')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), "['name']\nFalse\n")

    def test_an_exception_whose_message_never_ends_stops_without_it(self):
        program = self.write('''
            class Endless(Exception):
                def __str__(self):
                    while True: pass
            try:
                raise Endless()                     # @raise
            except Endless:
                print('end')
            ''')
        debugger = self.launch(program, environment=dict(
            os.environ, MATRIX_EVALUATION_DEADLINE='0.2'))
        debugger.send('sexi', 1, 0)
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('EXCP').fields[3],
                         '<no message: __str__ took too long>')
        debugger.send('sexi', 0, 0)
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')


if __name__ == '__main__':
    unittest.main()
