"""Evaluation at a stop, assignment, and moving the line."""

import unittest

from debuggee import DebugTestCase

PROGRAM = '''
def outer():
    name = 'outer'
    inner(1)                    # @call
    print('outer', name)
def inner(value):
    cell = 1
    def closure():
        return cell
    before = value              # @before
    after = value + 1           # @stop
    print('inner', value, after, closure())
outer()
'''


class EvaluationTest(DebugTestCase):
    def stopped(self):
        return self.run_to(self.write(PROGRAM), 'stop')

    def test_an_expression_sees_the_variables_of_its_frame(self):
        debugger = self.stopped()
        self.assertEqual(debugger.evaluate('value + 1').repr, '2')
        self.assertEqual(debugger.evaluate('name', frame=1).repr, "'outer'")
        self.assertEqual(debugger.evaluate(' before ').type, 'int')

    def test_new_frames_come_before_the_result(self):
        debugger = self.stopped()
        debugger.evaluate('value')
        self.assertEqual([event.code for event in debugger.events[-2:]], ['THRF', 'EXCR'])
        debugger.evaluate('missing')
        self.assertEqual([event.code for event in debugger.events[-2:]], ['THRF', 'EXCE'])

    def test_an_error_is_its_text_and_nothing_more(self):
        debugger = self.stopped()
        self.assertEqual(debugger.evaluate('missing'), "name 'missing' is not defined")
        self.assertEqual(debugger.evaluate('1 / 0'), 'division by zero')
        self.assertEqual(debugger.evaluate('[].pop()'), 'pop from empty list')
        self.assertIn('invalid syntax', debugger.evaluate('1 +'))
        self.assertEqual(debugger.evaluate('exit_now()'), "name 'exit_now' is not defined")
        self.assertEqual(debugger.evaluate('(_ for _ in ()).throw(SystemExit(3))'), '3')

    def test_an_assignment_reaches_the_program(self):
        program = self.write(PROGRAM)
        debugger = self.run_to(program, 'stop')
        self.assertEqual(debugger.evaluate('value = 40').repr, 'None')
        self.assertEqual(debugger.variables()['value'].repr, '40')
        debugger.evaluate("name = 'changed'", frame=1)
        debugger.evaluate('cell = 7')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'inner 40 41 7\nouter changed\n')

    def test_an_assignment_in_a_module_reaches_the_program(self):
        program = self.write('value = 1\nstop = True     # @stop\nprint(value)\n')
        debugger = self.run_to(program, 'stop')
        debugger.evaluate('value = 2; extra = 3')
        self.assertEqual(debugger.variables()['extra'].repr, '3')
        debugger.finish()
        self.assertEqual(debugger.output(), '2\n')

    def test_stepping_goes_on_where_it_was_after_an_evaluation_that_calls_functions(self):
        program = self.write('''
            def helper():
                return 5            # @helper
            def function():
                first = helper()    # @first
                second = 2          # @second
            function()              # @call
            ''')
        debugger = self.run_to(program, 'first')
        debugger.break_at(2, program.path, program['helper'])
        self.assertEqual(debugger.evaluate('helper()').repr, '5')
        debugger.send('brkr', program['helper'], 2)
        self.assertEqual(debugger.step('over'), ('STPD', program['second']))
        self.assertEqual(debugger.evaluate('helper()').repr, '5')
        self.assertEqual(debugger.step('over'), ('STPD', program['call']))

    def test_text_is_sent_raw_when_asked(self):
        debugger = self.stopped()
        self.assertEqual(debugger.evaluate(r"'a\nb'", kind=1)[:2], ('a\nb', None))
        self.assertEqual(debugger.evaluate(r"'a\nb'", kind=1)[3:], (3, 24))
        self.assertEqual(debugger.evaluate("b'abc'", kind=1).repr, 'abc')
        self.assertEqual(tuple(debugger.evaluate("'abc'", kind=2)),
                         (None, None, 'str', 3, 24))
        self.assertEqual(debugger.evaluate('12', kind=1).repr, '12')

    def test_what_cannot_be_evaluated_is_refused_and_the_agent_lives_on(self):
        program = self.write(PROGRAM)
        debugger = self.run_to(program, 'stop')
        self.assertIn('no thread 4711', debugger.evaluate('1', thread=4711))
        self.assertIn('no frame 99', debugger.evaluate('1', frame=99))
        self.assertIn('no frame -1', debugger.evaluate('1', frame=-1))
        self.assertEqual(debugger.children('name', frame=99), [])
        for command in ('rest', 'ares', 'clst', 'thrf'):
            if command != 'ares':
                debugger.send(command, 4711)
        debugger.send('setl', 4711, 0, 1)
        self.assertEqual(debugger.wait_for('SETL').fields, (0, 4711, 0))
        self.assertEqual(debugger.evaluate('value').repr, '1')

    def test_a_running_thread_cannot_evaluate(self):
        program = self.write('import sys\nsys.stdin.read(1)\n')
        debugger = self.launch(program)
        debugger.send('resa')
        self.assertEqual(debugger.evaluate('1'),
                         '<expression cannot be evaluated at this time>')
        debugger.send('chld', '1', debugger.thread, 0, 5, 1)
        self.assertEqual(debugger.wait_for('CHLD').fields, (5, []))
        debugger.process.stdin.write(b'x')
        debugger.process.stdin.flush()
        debugger.wait_for('LAST')

    def test_a_second_evaluation_is_refused_while_the_first_runs(self):
        program = self.write('import sys\nstop = True     # @stop\n')
        debugger = self.run_to(program, 'stop')
        debugger.send('exec', 'sys.stdin.read(1)', debugger.thread, 0, 1, 1, 0)
        debugger.send('exec', '2', debugger.thread, 0, 2, 1, 0)
        debugger.send('chld', '2', debugger.thread, 0, 3, 1)
        self.assertEqual(debugger.wait_for('EXCE').fields,
                         (2, '<error: previous evaluation has not completed>'))
        self.assertEqual(debugger.wait_for('CHLD').fields, (3, []))
        debugger.process.stdin.write(b'x')
        debugger.process.stdin.flush()
        event = debugger.wait_for('EXCR')
        self.assertEqual((event.fields[0], event.fields[1].repr), (1, "'x'"))

    def test_the_line_can_be_moved(self):
        program = self.write('''
            def function():
                first = 1           # @first
                second = 2          # @second
                third = 3           # @third
                print('end', first)
            function()
            print('module')         # @module
            last = 1                # @last
            ''')
        debugger = self.run_to(program, 'third')
        debugger.send('setl', debugger.thread, 0, program['first'])
        self.assertEqual(debugger.wait_for('SETL').fields,
                         (1, debugger.thread, program['first']))
        debugger.evaluate('first = 5')
        self.assertEqual(debugger.step('over'), ('STPD', program['second']))
        self.assertEqual(debugger.step('over'), ('BRKH', program['third']))
        debugger.send('clst', debugger.thread)
        debugger.break_at(2, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        debugger.send('setl', debugger.thread, 0, program['module'])
        self.assertEqual(debugger.wait_for('SETL').fields[0], 1)
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        debugger.finish()
        self.assertEqual(debugger.output(), 'end 1\nmodule\nmodule\n')
        self.assertEqual(debugger.errors(), '')

    def test_a_line_that_cannot_be_reached_is_refused(self):
        program = self.write(PROGRAM)
        debugger = self.run_to(program, 'stop')
        debugger.send('setl', debugger.thread, 0, 1000)
        self.assertEqual(debugger.wait_for('SETL').fields, (0, debugger.thread, 0))
        self.assertEqual(debugger.finish(), 0)


if __name__ == '__main__':
    unittest.main()
