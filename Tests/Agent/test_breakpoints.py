"""Where breakpoints are hit, when they count, and how they are bound."""

import os
import unittest

from debuggee import DebugTestCase

LOOP = '''
total = 0
for i in range(10):
    total += i          # @body
done = True             # @done
'''


class BreakpointTest(DebugTestCase):
    def hits(self, debugger):
        """The lines of all hits to the end of the program."""
        lines = []
        while True:
            code, line = debugger.go_on()
            if code == 'LAST':
                return lines
            self.assertEqual(code, 'BRKH')
            lines.append(line)

    def values(self, debugger, name):
        found = []
        while debugger.go_on()[0] == 'BRKH':
            found.append(debugger.variables()[name].repr)
        return found

    def in_loop(self, condition=(0, ''), passes=(0, 0)):
        program = self.write(LOOP)
        debugger = self.launch(program)
        debugger.break_at(7, program.path, program['body'], condition, passes)
        return debugger

    def test_a_breakpoint_in_a_loop_is_hit_every_time(self):
        self.assertEqual(self.values(self.in_loop(), 'i'), [str(i) for i in range(10)])

    def test_a_condition_that_is_true_stops(self):
        self.assertEqual(self.values(self.in_loop((1, 'i % 4 == 3')), 'i'), ['3', '7'])

    def test_a_condition_on_change_stops_first_and_then_where_the_value_differs(self):
        self.assertEqual(self.values(self.in_loop((2, 'i // 4')), 'i'), ['0', '4', '8'])

    def test_a_condition_that_fails_stops(self):
        self.assertEqual(self.values(self.in_loop((1, 'missing')), 'i')[:2], ['0', '1'])
        self.assertEqual(self.values(self.in_loop((2, 'not python')), 'i')[:2], ['0', '1'])

    def test_a_condition_can_be_changed(self):
        debugger = self.in_loop((1, 'i == 2'))
        debugger.go_on()
        debugger.send('brkc', 7, 1, 'i == 6')
        self.assertEqual(self.values(debugger, 'i'), ['6'])

    def test_pass_counts_select_every_nth_exactly_the_nth_and_from_the_nth(self):
        self.assertEqual(self.values(self.in_loop(passes=(1, 4)), 'i'), ['3', '7'])
        self.assertEqual(self.values(self.in_loop(passes=(2, 4)), 'i'), ['3'])
        self.assertEqual(self.values(self.in_loop(passes=(3, 8)), 'i'), ['7', '8', '9'])

    def test_a_pass_count_of_every_zeroth_stops_each_time(self):
        self.assertEqual(len(self.values(self.in_loop(passes=(1, 0)), 'i')), 10)

    def test_a_pass_count_can_be_changed_and_keeps_the_hits_counted(self):
        debugger = self.in_loop(passes=(2, 3))
        debugger.go_on()
        self.assertEqual(debugger.variables()['i'].repr, '2')
        debugger.send('bkpc', 7, 2, 6)
        self.assertEqual(self.values(debugger, 'i'), ['5'])

    def test_hits_are_counted_after_the_condition_and_before_the_pass_count(self):
        debugger = self.in_loop((1, 'i % 2'), (2, 3))
        debugger.go_on()
        debugger.send('bkgh', 55, 7)
        self.assertEqual(debugger.wait_for('BKHC').fields, (55, 3))
        debugger.send('bksh', 7, 1)
        self.assertEqual(self.values(debugger, 'i'), ['9'])

    def test_the_hit_count_of_an_unknown_breakpoint_is_zero(self):
        debugger = self.in_loop()
        debugger.send('bkgh', 56, 1000)
        self.assertEqual(debugger.wait_for('BKHC').fields, (56, 0))

    def test_two_breakpoints_on_a_line_both_count_and_the_last_is_reported(self):
        debugger = self.in_loop()
        program = self.write(LOOP)
        for identifier in (30, 5):
            debugger.break_at(identifier, program.path, program['body'])
        debugger.go_on()
        self.assertEqual(debugger.events[-1].fields[0], 5)
        for identifier in (7, 30, 5):
            debugger.send('bkgh', 1, identifier)
            self.assertEqual(debugger.wait_for('BKHC').fields, (1, 1))

    def test_a_removed_breakpoint_is_hit_no_more(self):
        debugger = self.in_loop()
        program = self.write(LOOP)
        debugger.go_on()
        debugger.send('brkr', program['body'] + 1, 7)
        self.assertEqual(debugger.go_on(), ('BRKH', program['body']))
        debugger.send('brkr', program['body'], 7)
        self.assertEqual(debugger.go_on(), ('LAST', None))

    def test_a_breakpoint_in_a_file_to_be_imported_is_bound_when_it_is(self):
        helper = self.write('def function():\n    return 1    # @inside\n', 'helper.py')
        program = self.write('import helper\nhelper.function()\n')
        debugger = self.launch(program)
        self.assertEqual(debugger.break_at(3, helper.path, helper['inside']), 'BRKF')
        self.assertEqual(debugger.go_on(), ('BRKH', helper['inside']))
        codes = [event.code for event in debugger.events if event.code != 'THRF']
        self.assertEqual(codes[-4:], ['BRKF', 'MODL', 'BRKS', 'BRKH'])

    def test_a_removed_pending_breakpoint_is_not_bound_later(self):
        helper = self.write('value = 1       # @value\n', 'helper.py')
        program = self.write('import helper\n')
        debugger = self.launch(program)
        debugger.break_at(3, helper.path, helper['value'])
        debugger.send('brkr', helper['value'], 3)
        self.assertEqual(debugger.go_on(), ('LAST', None))
        self.assertNotIn('BRKS', [event.code for event in debugger.events])

    def test_lines_of_every_kind_of_code_are_hit(self):
        program = self.write('''
            import asyncio
            def decorator(function):        # @def
                return function
            @decorator                      # @decorator
            def decorated():
                return 1                    # @decorated
            class Thing:                    # @class
                size = 1                    # @class_body
                def method(self):
                    return 1                # @method
            def generator():
                yield 1                     # @generator
            async def coroutine():
                return 1                    # @coroutine
            decorated(); Thing().method()
            for each in generator(): pass
            asyncio.new_event_loop().run_until_complete(coroutine())
            function = (lambda:
                        1)                  # @lambda
            function()
            items = [
                item * 2                    # @comprehension
                for item in [1]]
            exec('value = 1')
            last = True                     # @last
            ''')
        debugger = self.launch(program)
        labels = sorted(program.labels, key=program.labels.get)
        for label in labels:
            self.assertEqual(debugger.break_at(program[label], program.path, program[label]),
                             'BRKS')
        hits = self.hits(debugger)
        self.assertEqual(set(program.labels.values()) - set(hits), set())

    def test_a_line_without_code_is_bound_and_never_hit(self):
        program = self.write('first = 1\n\n# comment @comment\nlast = 2\n')
        debugger = self.launch(program)
        self.assertEqual(debugger.break_at(1, program.path, program['comment']), 'BRKS')
        self.assertEqual(debugger.go_on(), ('LAST', None))

    def test_the_first_line_is_hit_when_it_comes_again_but_not_at_the_entry_stop(self):
        program = self.write('''
            for i in range(3): value = i    # @first
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['first'])
        self.assertGreaterEqual(len(self.hits(debugger)), 2)

    def test_code_compiled_under_a_relative_name_is_hit(self):
        program = self.write('''
            import os
            source = 'def function():\\n    return 1\\nfunction()\\n'
            code = compile(source, os.path.join('sub', 'generated.py'), 'exec')
            exec(code)
            os.chdir('/')
            exec(code)
            ''')
        debugger = self.launch(program)
        name = os.path.join(self.folder, 'sub', 'generated.py')
        self.write('', 'sub/generated.py')
        self.assertEqual(debugger.break_at(1, name, 2), 'BRKF')
        self.assertEqual(self.hits(debugger), [2, 2])

    def test_a_symbolic_link_leads_to_the_same_file(self):
        program = self.write('first = 1\nlast = 2     # @last\n')
        link = os.path.join(self.folder, 'link.py')
        os.symlink(program.path, link)
        debugger = self.launch(program)
        self.assertEqual(debugger.break_at(1, link, program['last']), 'BRKS')
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))

    def test_a_file_of_another_root_is_matched_by_its_last_components(self):
        self.write('', 'package/__init__.py')
        module = self.write('value = 1     # @value\n', 'package/module.py')
        program = self.write('import package.module\n')
        for path, lines in (('C:\\Elsewhere\\Package\\Module.py', [module['value']]),
                            ('/elsewhere/package/module.py', [module['value']]),
                            ('/elsewhere/other/module.py', [])):
            debugger = self.launch(program)
            debugger.break_at(1, path, module['value'])
            self.assertEqual(self.hits(debugger), lines)

    def test_a_file_that_exists_is_not_mistaken_for_another_of_the_same_name(self):
        other = self.write('first = 1      # @first\n', 'elsewhere/helper.py')
        self.write('first = 1\n', 'helper.py')
        program = self.write('import helper\n')
        debugger = self.launch(program)
        self.assertEqual(debugger.break_at(1, other.path, other['first']), 'BRKF')
        self.assertEqual(self.hits(debugger), [])

    def test_a_breakpoint_set_in_a_function_that_runs_is_hit_in_it(self):
        program = self.write('''
            def function():
                while not READY:
                    inner()
                last = True         # @last
            def inner():
                READY.append(1)     # @inner
            READY = []
            function()
            ''')
        debugger = self.run_to(program, 'inner')
        debugger.break_at(2, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))

    def test_a_breakpoint_set_while_the_program_runs_is_hit(self):
        program = self.write('''
            import sys
            print('running', flush=True)
            READY = []
            def function():
                count = 0
                while not READY:
                    count += 1      # @loop
            sys.stdin.read(1)
            function()
            last = True             # @last
            ''')
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.process.stdin.write(b'x')
        debugger.process.stdin.flush()
        self.assertEqual(debugger.break_at(1, program.path, program['loop']), 'BRKS')
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['loop']))
        debugger.evaluate('READY.append(1)')
        debugger.break_at(2, program.path, program['last'])
        debugger.send('brkr', program['loop'], 1)
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))

    def test_when_the_debugger_hears_that_a_breakpoint_is_bound_it_is(self):
        program = self.write("""
            import sys, threading
            def spin():
                while not stop:
                    pass
            def function():
                return 1                # @line
            stop = []
            threading.Thread(target=spin).start()
            while sys.stdin.read(1) == 'x':
                function()
            stop.append(1)
            """)
        debugger = self.launch(program)
        debugger.send('resa')
        for number in range(20):
            self.assertEqual(debugger.break_at(number, program.path, program['line']), 'BRKS')
            debugger.process.stdin.write(b'x')
            debugger.process.stdin.flush()
            self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['line']))
            debugger.send('brkr', program['line'], number)
            debugger.send('resa')
        debugger.process.stdin.write(b'.')
        debugger.process.stdin.flush()
        self.assertEqual(debugger.wait_for_stop(), ('LAST', None))
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0)

    def test_a_breakpoint_set_in_a_suspended_generator_is_hit_when_it_goes_on(self):
        program = self.write('''
            def generator():
                yield 1
                yield 2             # @second
            running = generator()
            next(running)
            middle = True           # @middle
            next(running)
            ''')
        debugger = self.run_to(program, 'middle')
        debugger.break_at(2, program.path, program['second'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['second']))

    def test_code_that_is_executed_again_is_hit_again(self):
        helper = self.write('def function():\n    return 1       # @inside\nfunction()\n',
                            'helper.py')
        program = self.write('''
            import importlib, runpy
            import helper
            importlib.reload(helper)
            runpy.run_path(helper.__file__)
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, helper.path, helper['inside'])
        self.assertEqual(self.hits(debugger), [helper['inside']] * 3)

    def test_a_breakpoint_in_the_library_is_hit(self):
        import textwrap
        path = textwrap.__file__
        with open(path) as file:
            lines = file.read().splitlines()
        line = next(number for number, text in enumerate(lines, 1)
                    if text.strip().startswith('def dedent(')) + 1
        while not lines[line - 1].strip().startswith('text = '):
            if 'lines = ' in lines[line - 1]:
                break
            line += 1
        program = self.write('import textwrap\nfirst = 1   # @first\ntextwrap.dedent("  x")\n')
        debugger = self.run_to(program, 'first')
        self.assertEqual(debugger.break_at(2, path, line), 'BRKS')
        self.assertEqual(debugger.go_on(), ('BRKH', line))

    def test_a_jump_back_to_the_same_line_is_the_line_again(self):
        program = self.write('''
            items = iter([1, 2, 3])
            while next(items, None): pass       # @while
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['while'])
        # How often depends on how CPython compiles the loop: three times round, and the way out.
        self.assertIn(len(self.hits(debugger)), (3, 4))


if __name__ == '__main__':
    unittest.main()
