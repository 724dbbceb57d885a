"""Evaluated code is one namespace with its frame: lambdas, generators and comprehensions see the
local variables of the frame, on every version."""

import sys
import unittest

from debuggee import DebugTestCase

PROGRAM = '''
everywhere = 'global'
def work(items, limit):
    cell = 3
    def inner():
        return cell
    return limit                    # @work
class Body:
    threshold = 2
    done = True                     # @body
for number in (1, 2, 3):
    work([1, 2], number)
print(everywhere)                   # @end
'''
EXPRESSIONS = (
    ('any(x > limit for x in items)', 'True'),
    ('[x for x in items if x > limit]', '[2]'),
    ('{x: limit for x in items}', '{1: 1, 2: 1}'),
    ('(lambda: limit)()', '1'),
    ('(lambda: cell + limit)()', '4'),
    ('(lambda: (lambda: limit)())()', '1'),
    ('[(lambda: limit + x)() for x in items]', '[2, 3]'),
    ('sorted(items, key=lambda x: -x * limit)', '[2, 1]'),
    ('(lambda: everywhere)()', "'global'"),
    ('(lambda: [len(items), sum(items)])()', '[2, 3]'),
    ('(lambda: missing)()', None),
)


class NestedScopesTest(DebugTestCase):
    def test_scopes_inside_an_expression_see_the_locals_of_the_frame(self):
        debugger = self.run_to(self.write(PROGRAM), 'work')
        for expression, expected in EXPRESSIONS:
            found = debugger.evaluate(expression)
            self.assertEqual(getattr(found, 'repr', None), expected, (expression, found))
        self.assertEqual(debugger.evaluate('(lambda: missing)()'),
                         "name 'missing' is not defined")

    def test_scopes_inside_an_expression_see_the_names_of_a_class_body(self):
        debugger = self.run_to(self.write(PROGRAM), 'body')
        self.assertEqual(debugger.evaluate('any(x < threshold for x in (1, 2))').repr, 'True')

    def test_the_children_of_an_expression_see_them_too(self):
        debugger = self.run_to(self.write(PROGRAM), 'work')
        found = debugger.children('[x for x in items if x > limit]')
        self.assertIn(('[0]', '2'), [(child.name, child.value.repr) for child in found])

    def test_a_condition_with_scopes_inside_counts(self):
        program = self.write(PROGRAM)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['work'], (1, 'any(x > limit for x in items)'))
        debugger.break_at(2, program.path, program['end'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.variables()['limit'].repr, '1')
        self.assertEqual(debugger.go_on(), ('BRKH', program['end']))

    def test_statements_with_scopes_inside_assign_where_all_others_do(self):
        program = self.write('''
            count = 0
            def work(value):
                first = 1
                print(value, first, count)          # @stop
            work(1)
            print(count)
            ''')
        debugger = self.run_to(program, 'stop')
        for statement in (
                'value = (lambda: value + first)()',
                'def twice(x): return x * 2 * first\nfirst = twice(value)',
                'class Kept:\n    number = value + 1\n    def get(self): return count + value',
                'value = Kept().number + Kept().get()',
                'def increase():\n    global count\n    count += value\nincrease()'):
            self.assertEqual(getattr(debugger.evaluate(statement), 'repr', None), 'None', statement)
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '5 4 5\n5\n')

    @unittest.skipUnless(sys.version_info >= (3, 8), 'assignment expressions came with 3.8')
    def test_an_assignment_expression_inside_a_comprehension_reaches_the_frame(self):
        program = self.write('''
            def work(value):
                print(value)                        # @stop
            work(1)
            ''')
        debugger = self.run_to(program, 'stop')
        self.assertEqual(debugger.evaluate('[(value := x) for x in (5, 6)]').repr, '[5, 6]')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '6\n')


if __name__ == '__main__':
    unittest.main()
