"""Class bodies with comprehensions, whose variables are fast locals of the body since 3.12 (PEP
709): looking at them and writing to them corrupts nothing."""

import os
import sys
import unittest

from debuggee import DebugTestCase

PROGRAM = '''
def keep(value):
    return value
factor = 10
class Holder:
    first = 1                           # @first
    values = [number
              for number in range(4)    # @number
              if keep(number)]
    pairs = {key: keep(value)           # @pair
             for key, value in zip('ab', 'cd')}
    nested = [[keep(inner)              # @inner
               for inner in range(outer)]
              for outer in range(3)]
    number = 'mine'                     # @mine
    again = [number for number in range(2)]
    last = number                       # @last
    class Inner:
        letters = {letter: 1            # @letter
                   for letter in 'xy'}
        one = 1
print(sorted((name, value) for name, value in vars(Holder).items()
             if not name.startswith('_') and name != 'Inner'))
print(sorted(Holder.Inner.letters), Holder.Inner.one)
'''
RESULT = ("[('again', [0, 1]), ('first', 1), ('last', 'mine'), ('nested', [[], [0], [0, 1]]), "
          "('number', 'mine'), ('pairs', {'a': 'c', 'b': 'd'}), ('values', [1, 2, 3])]\n"
          "['x', 'y'] 1\n")
CONTROLS = ('trace', 'monitoring') if hasattr(sys, 'monitoring') else ('trace',)


class ClassBodyTest(DebugTestCase):
    def each_control(self):
        for control in CONTROLS:
            with self.subTest(control=control):
                program = self.write(PROGRAM)
                debugger = self.launch(program, environment=dict(
                    os.environ, MATRIX_EXECUTION_CONTROL=control))
                yield program, debugger
                debugger.close()

    def finish(self, debugger, result=RESULT):
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(debugger.output(), result)
        self.assertEqual(debugger.errors(), '')

    def test_steps_through_it_leave_its_names_as_they_are(self):
        for kind in ('into', 'over'):
            for program, debugger in self.each_control():
                debugger.break_at(1, program.path, program['first'])
                debugger.go_on()
                for _ in range(200):
                    if debugger.step(kind)[0] == 'LAST':
                        break
                    debugger.evaluate('[name for name in dir()]')
                    if debugger.lines()[-1] > program['letter'] + 2:
                        break
                debugger.send('clst', debugger.thread)
                self.finish(debugger)

    def test_conditions_on_every_line_leave_its_names_as_they_are(self):
        for program, debugger in self.each_control():
            for line in range(1, len(program.source.splitlines()) + 1):
                debugger.break_at(line, program.path, line, (1, '"no" in dir()'))
            self.finish(debugger)

    def test_stops_on_every_line_leave_its_names_as_they_are(self):
        for program, debugger in self.each_control():
            for line in range(1, len(program.source.splitlines()) + 1):
                debugger.break_at(line, program.path, line)
            while debugger.go_on()[0] != 'LAST':
                debugger.evaluate('locals()')
                debugger.children('locals()')
            debugger.send('lack')
            self.assertEqual(debugger.exit_status(), 0)
            self.assertEqual(debugger.output(), RESULT)

    def test_an_assignment_beside_a_comprehension_reaches_the_class(self):
        for program, debugger in self.each_control():
            debugger.break_at(1, program.path, program['mine'])
            debugger.go_on()
            self.assertEqual(debugger.evaluate('first').repr, '1')
            debugger.evaluate('first = 5')
            debugger.evaluate('added = 6')
            self.assertEqual(debugger.evaluate('first + added').repr, '11')
            self.finish(debugger, RESULT.replace("('first', 1)", "('first', 5)").replace(
                "[('again'", "[('added', 6), ('again'"))

    def test_variables_of_a_comprehension_that_runs_are_seen(self):
        for program, debugger in self.each_control():
            debugger.break_at(1, program.path, program['pair'], (1, '"key" in dir()'))
            if debugger.go_on()[0] == 'BRKH':
                self.assertEqual(debugger.evaluate('key + value').repr, "'ac'")
                debugger.send('brkr', program['pair'], 1)
            self.finish(debugger)


if __name__ == '__main__':
    unittest.main()
