"""Where steps lead."""

import unittest

from debuggee import DebugTestCase

GENERATOR = '''
def numbers():
    first = 1               # @first
    yield first             # @yield_first
    second = 2              # @second
    yield second            # @yield_second

for number in numbers():    # @loop
    print(number)           # @body
done = True                 # @done
'''


class StepTest(DebugTestCase):
    def steps(self, debugger, kind, count):
        return [debugger.step(kind)[1] for _ in range(count)]

    def test_step_over_runs_a_call_to_its_end(self):
        program = self.write('''
            def function():
                return 1
            value = function()      # @call
            done = True             # @done
            ''')
        debugger = self.run_to(program, 'call')
        self.assertEqual(debugger.step('over'), ('STPD', program['done']))

    def test_step_into_stops_at_the_first_line_of_the_function(self):
        program = self.write('''
            def function():
                return 1            # @inside
            value = function()      # @call
            done = True             # @done
            ''')
        debugger = self.run_to(program, 'call')
        self.assertEqual(debugger.step('into'), ('STPD', program['inside']))
        self.assertEqual(debugger.lines(), [program['inside'], program['call']])

    def test_the_end_of_a_function_is_shown_in_the_caller_at_the_call(self):
        program = self.write('''
            def function():
                return 1            # @inside
            value = function()      # @call
            done = True             # @done
            ''')
        for kind in ('over', 'out', 'into'):
            debugger = self.run_to(program, 'inside')
            self.assertEqual(debugger.step(kind), ('STPD', program['call']))
            self.assertEqual(debugger.lines(), [program['call']])
            self.assertEqual(debugger.step('over'), ('STPD', program['done']))

    def test_step_over_does_not_stop_inside_a_recursive_call(self):
        program = self.write('''
            def factorial(n):
                if n == 0:
                    return 1
                result = n * factorial(n - 1)   # @recurse
                return result                   # @return
            value = factorial(3)
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['recurse'], passes=(2, 1))
        self.assertEqual(debugger.go_on(), ('BRKH', program['recurse']))
        self.assertEqual(debugger.step('over'), ('STPD', program['return']))
        self.assertEqual(debugger.variables()['n'].repr, '3')

    def test_a_breakpoint_in_a_recursive_call_is_honoured_and_the_next_step_starts_there(self):
        program = self.write('''
            def factorial(n):
                if n == 0:
                    return 1
                rest = factorial(n - 1)         # @recurse
                return n * rest                 # @return
            value = factorial(3)
            ''')
        debugger = self.run_to(program, 'recurse')
        self.assertEqual(debugger.step('over'), ('BRKH', program['recurse']))
        self.assertEqual(debugger.variables()['n'].repr, '2')
        debugger.send('brkr', program['recurse'], 1)
        self.assertEqual(debugger.step('over'), ('STPD', program['return']))
        self.assertEqual(debugger.variables()['n'].repr, '2')

    def test_step_out_passes_the_lines_that_are_left(self):
        program = self.write('''
            def function():
                first = 1           # @first
                second = 2
                return second
            value = function()      # @call
            done = True
            ''')
        debugger = self.run_to(program, 'first')
        self.assertEqual(debugger.step('out'), ('STPD', program['call']))

    def test_the_end_of_the_module_is_shown_one_line_below_and_the_next_step_ends_it(self):
        program = self.write('first = 1\nsecond = 2     # @second\n')
        for kind in ('over', 'into', 'out'):
            debugger = self.run_to(program, 'second')
            self.assertEqual(debugger.step(kind), ('STPD', program['second'] + 1))
            self.assertEqual(debugger.lines(), [program['second'] + 1])
            self.assertEqual(debugger.step(kind), ('LAST', None))

    def test_the_end_of_an_imported_module_leads_back_to_the_import(self):
        helper = self.write('value = 1      # @value\n', 'helper.py')
        program = self.write('import helper     # @import\ndone = True      # @done\n')
        debugger = self.launch(program)
        self.assertEqual(debugger.step('into'), ('STPD', helper['value']))
        self.assertEqual(debugger.step('over'), ('STPD', helper['value'] + 1))
        self.assertEqual(debugger.step('over'), ('STPD', program['done']))

    def test_stepping_over_in_a_generator_goes_back_and_forth_with_its_consumer(self):
        program = self.write(GENERATOR)
        debugger = self.run_to(program, 'first')
        debugger.send('brkr', program['first'], 1)
        self.assertEqual(self.steps(debugger, 'over', 7), [
            program[label] for label in ('yield_first', 'loop', 'body', 'loop', 'body', 'loop',
                                         'done')])

    def test_stepping_into_at_the_loop_goes_on_in_the_generator(self):
        program = self.write(GENERATOR)
        debugger = self.run_to(program, 'body')
        debugger.send('brkr', program['body'], 1)
        self.assertEqual(self.steps(debugger, 'into', 5), [
            program[label] for label in ('loop', 'second', 'yield_second', 'loop', 'body')])

    def test_step_out_of_a_generator_stops_in_its_consumer_at_the_yield(self):
        program = self.write(GENERATOR)
        debugger = self.run_to(program, 'first')
        self.assertEqual(debugger.step('out'), ('STPD', program['loop']))

    def test_an_exhausted_generator_shows_its_consumer_twice_when_stepping_into(self):
        program = self.write(GENERATOR)
        debugger = self.run_to(program, 'yield_second')
        self.assertEqual(self.steps(debugger, 'into', 4), [
            program[label] for label in ('loop', 'body', 'loop', 'loop')])
        self.assertEqual(debugger.step('into'), ('STPD', program['done']))

    def test_a_breakpoint_that_a_step_reaches_is_reported_once_and_as_a_breakpoint(self):
        program = self.write('''
            first = 1       # @first
            second = 2      # @second
            third = 3       # @third
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['second'])
        self.assertEqual(debugger.step('over'), ('BRKH', program['second']))
        self.assertEqual(debugger.step('over'), ('STPD', program['third']))

    def test_an_automatic_resume_ends_the_step_that_a_breakpoint_hid(self):
        program = self.write('''
            first = 1       # @first
            second = 2      # @second
            third = 3       # @third
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['second'])
        self.assertEqual(debugger.step('over'), ('BRKH', program['second']))
        debugger.send('ares', debugger.thread)
        self.assertEqual(debugger.wait_for('STPD').fields, (debugger.thread,))
        self.assertEqual(debugger.step('over'), ('STPD', program['third']))

    def test_an_automatic_resume_without_a_step_runs_on(self):
        program = self.write('''
            first = 1       # @first
            second = 2      # @second
            ''')
        debugger = self.run_to(program, 'second')
        debugger.send('ares', debugger.thread)
        self.assertEqual(debugger.wait_for_stop(), ('LAST', None))

    def test_a_step_that_a_breakpoint_interrupts_is_forgotten_when_asked(self):
        program = self.write('''
            def function():
                return 1            # @inside
            value = function()      # @call
            done = True             # @done
            ''')
        for clear in (True, False):
            debugger = self.run_to(program, 'call')
            debugger.break_at(2, program.path, program['inside'])
            self.assertEqual(debugger.step('over'), ('BRKH', program['inside']))
            if clear:
                debugger.send('clst', debugger.thread)
            expected = ('LAST', None) if clear else ('STPD', program['done'])
            self.assertEqual(debugger.go_on(), expected)

    def test_stepping_into_the_library_stays_in_the_users_code(self):
        program = self.write('''
            import os.path
            joined = os.path.join('a', 'b')     # @join
            done = True                         # @done
            ''')
        debugger = self.run_to(program, 'join')
        self.assertEqual(debugger.step('into'), ('STPD', program['done']))

    def test_stepping_into_reaches_a_callback_that_the_library_calls(self):
        program = self.write('''
            import re
            def upper(match):
                return match.group().upper()            # @callback
            value = re.sub('a', upper, 'banana')        # @sub
            done = True                                 # @done
            ''')
        debugger = self.run_to(program, 'sub')
        self.assertEqual(self.steps(debugger, 'into', 4),
                         [program['callback']] * 3 + [program['done']])

    def test_stepping_out_of_a_callback_of_the_library_reaches_the_users_code(self):
        program = self.write('''
            import threading
            class Thing(threading.Thread):
                def run(self):
                    value = 1               # @callback
            thing = Thing()
            thread_class = threading.Thread
            def direct(function):
                class Sub(thread_class):
                    pass
                Sub(target=function).run()  # @call
                after = True                # @after
            def target():
                value = 1                   # @target
            direct(target)
            ''')
        for kind in ('out', 'over'):
            debugger = self.run_to(program, 'target')
            self.assertEqual(debugger.step(kind), ('STPD', program['after']))

    def test_an_exception_that_leaves_the_function_is_shown_in_the_caller(self):
        program = self.write('''
            def fail():
                raise ValueError()      # @raise
            try:
                fail()                  # @call
            except ValueError:          # @except
                handled = True          # @handled
            ''')
        debugger = self.run_to(program, 'raise')
        self.assertEqual(self.steps(debugger, 'over', 3), [
            program[label] for label in ('call', 'except', 'handled')])

    def test_a_step_over_a_call_that_raises_goes_on_in_the_handler(self):
        program = self.write('''
            def fail():
                raise ValueError()
            try:
                fail()                  # @call
            except ValueError:          # @except
                handled = True          # @handled
            ''')
        debugger = self.run_to(program, 'call')
        self.assertEqual(self.steps(debugger, 'over', 2),
                         [program['except'], program['handled']])

    def test_a_coroutine_that_waits_is_stepped_over_to_its_next_line(self):
        program = self.write('''
            import asyncio
            async def other():
                for _ in range(3):
                    await asyncio.sleep(0)
            async def main():
                task = asyncio.ensure_future(other())
                await asyncio.sleep(0.001)      # @await
                value = 1                       # @value
                await task
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())     # @run
            done = True                         # @done
            ''')
        debugger = self.run_to(program, 'await')
        self.assertEqual(debugger.step('over'), ('STPD', program['value']))

    def test_an_awaited_coroutine_returns_to_the_one_that_awaits(self):
        program = self.write('''
            import asyncio
            async def inner():
                await asyncio.sleep(0)      # @inner
                return 1                    # @return
            async def main():
                value = await inner()       # @await
                return value                # @main_return
            loop = asyncio.new_event_loop()
            loop.run_until_complete(main())
            ''')
        debugger = self.run_to(program, 'inner')
        self.assertEqual(self.steps(debugger, 'over', 3), [
            program[label] for label in ('return', 'await', 'main_return')])

    def test_a_decorator_a_lambda_and_a_property_are_entered(self):
        program = self.write('''
            class Thing:
                @property
                def size(self):
                    return 1                # @property
            double = lambda x: x * 2        # @lambda
            thing = Thing()
            value = thing.size              # @get
            value = double(2)               # @call
            done = True                     # @done
            ''')
        debugger = self.run_to(program, 'get')
        self.assertEqual(self.steps(debugger, 'into', 6), [
            program[label] for label in ('property', 'get', 'call', 'lambda', 'call', 'done')])

    def test_a_loop_on_one_line_is_one_step(self):
        program = self.write('''
            total = 0
            for i in range(3): total += i       # @loop
            done = True                         # @done
            ''')
        debugger = self.run_to(program, 'loop')
        debugger.send('brkr', program['loop'], 1)
        self.assertEqual(debugger.step('over'), ('STPD', program['done']))

    def test_fifty_steps_out_of_a_deep_recursion_leave_fifty_frames(self):
        program = self.write('''
            def down(n):
                if n:
                    return down(n - 1)
                bottom = True       # @bottom
                return bottom
            down(300)
            ''')
        debugger = self.run_to(program, 'bottom')
        for _ in range(50):
            self.assertEqual(debugger.step('out')[0], 'STPD')
        self.assertEqual(len(debugger.lines()), 302 - 50)


if __name__ == '__main__':
    unittest.main()
