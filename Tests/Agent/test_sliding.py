"""What our own debugger is told of breakpoints beyond the classic protocol."""

import unittest

from debuggee import DebugTestCase

PROGRAM = '''
import sys                      # @first

# between @between
def outer():
    # comment @comment
    first = 1                   # @code

    def inner():
        # inside @inside
        return 2                # @inner
    # after inner @after
    return inner()              # @outer
value = outer()                 # @call
# the end @end
'''


class SlidingTest(DebugTestCase):
    def extended(self, source=PROGRAM, wanted='hits,sliding'):
        program = self.write(source)
        debugger = self.launch(program)
        debugger.send('mtrx', 1, wanted)
        self.assertEqual(debugger.wait_for('MTRX').fields[3], wanted)
        return debugger, program

    def lines_of_hits(self, debugger):
        lines = []
        while True:
            code, line = debugger.go_on()
            if code == 'LAST':
                return lines
            lines.append(line)

    def test_a_breakpoint_on_a_line_without_code_slides_within_its_function_and_says_so(self):
        debugger, program = self.extended()
        for number, (label, reached) in enumerate((
                ('comment', 'code'), ('inside', 'inner'), ('after', 'outer')), 1):
            debugger.send('brkp', number, program[label], program.path, 0, '', 0, 0)
            self.assertEqual([debugger.event() for _ in range(2)],
                             [('BRKS', (number,)), ('BRKL', (number, program[reached]))])
        self.assertEqual(self.lines_of_hits(debugger),
                         [program['code'], program['outer'], program['inner']])

    def test_a_breakpoint_on_a_line_with_code_or_behind_all_code_stays(self):
        debugger, program = self.extended()
        for number, label in enumerate(('code', 'call', 'end'), 1):
            debugger.break_at(number, program.path, program[label])
        debugger.evaluate('1')
        self.assertNotIn('BRKL', [event.code for event in debugger.events])
        self.assertEqual(self.lines_of_hits(debugger), [program['call'], program['code']])

    def test_a_breakpoint_slides_when_its_file_is_loaded(self):
        helper = self.write(PROGRAM, 'helper.py')
        debugger, _ = self.extended('import helper\n')
        self.assertEqual(debugger.break_at(1, helper.path, helper['inside']), 'BRKF')
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('BRKS').fields, (1,))
        self.assertEqual(debugger.wait_for('BRKL').fields, (1, helper['inner']))
        self.assertEqual(debugger.wait_for_stop(), ('BRK2', helper['inner']))

    def test_a_breakpoint_that_slid_is_removed_by_the_line_that_was_asked_for(self):
        debugger, program = self.extended()
        debugger.break_at(1, program.path, program['comment'])
        debugger.wait_for('BRKL')
        debugger.send('brkr', program['comment'], 1)
        self.assertEqual(self.lines_of_hits(debugger), [])

    def test_all_breakpoints_that_stop_on_a_line_are_told(self):
        debugger, program = self.extended()
        for number, condition in ((1, 'True'), (2, 'False'), (3, 'True')):
            debugger.break_at(number, program.path, program['code'], (1, condition))
        self.assertEqual(debugger.go_on(), ('BRK2', program['code']))
        self.assertEqual(debugger.events[-1].fields, (debugger.thread, [1, 3]))
        self.assertEqual(debugger.finish(), 0)


if __name__ == '__main__':
    unittest.main()
