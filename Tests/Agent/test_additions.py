"""What our own debugger may ask for beyond the classic protocol."""

import os
import sys
import unittest

import classic_client
from debuggee import DebugTestCase

sys.path.insert(0, os.path.dirname(classic_client.LAUNCHER))

from _matrix_agent.control import frame_hook  # noqa: E402

TRACE = 'trace+frames' if frame_hook.may_be() else 'trace'


class AdditionsTest(DebugTestCase):
    def negotiate(self, debugger, wanted):
        debugger.send('mtrx', 1, wanted)
        return debugger.wait_for('MTRX').fields

    def test_the_agent_says_its_version_how_it_watches_and_what_it_grants(self):
        program = self.write('value = 1\n')
        debugger = self.launch(program)
        version, agent, control, granted = self.negotiate(
            debugger, 'pages, channels, telepathy, acknowledge')
        self.assertEqual(version, 1)
        self.assertRegex(agent, r'^\d+\.\d+')
        best = 'monitoring' if hasattr(sys, 'monitoring') else TRACE
        forced = os.environ.get('MATRIX_EXECUTION_CONTROL')
        self.assertEqual(control, TRACE if forced == 'trace' else forced or best)
        self.assertEqual(granted, 'acknowledge,channels,pages')

    def test_the_way_of_watching_is_an_option(self):
        program = self.write('value = 1\n')
        debugger = self.launch(program, options='ExecutionControl=trace')
        self.assertEqual(self.negotiate(debugger, '')[2:], (TRACE, ''))
        self.assertEqual(debugger.finish(), 0)

    @unittest.skipIf(hasattr(sys, 'monitoring'), 'possible since 3.12')
    def test_a_way_of_watching_that_is_impossible_is_refused_by_number(self):
        program = self.write('print("ran")\n')
        with self.assertRaises(classic_client.Refused) as caught:
            self.launch(program, options='ExecutionControl=monitoring')
        self.assertEqual(caught.exception.args, (2, 1))

    def test_rules_say_which_code_is_the_users(self):
        self.write('def work():\n    return 1\n', 'vendored.py')
        program = self.write('''
            import vendored
            first = 1                   # @first
            vendored.work()             # @call
            last = 1                    # @last
            ''')
        debugger = self.run_to(program, 'first')
        self.assertEqual(self.negotiate(debugger, 'rules')[3], 'rules')
        debugger.send('rule', 1, 0, os.path.join(self.folder, 'vendored.py'))
        self.assertEqual(debugger.step('over'), ('STPD', program['call']))
        self.assertEqual(debugger.step('into'), ('STPD', program['last']))
        self.assertEqual(debugger.finish(), 0)

    def test_children_come_in_pages(self):
        program = self.write('''
            numbers = list(range(25000))
            mapping = dict((n, n) for n in range(30))
            class Both(list):
                pass
            both = Both('abcdef')
            both.name = 1
            last = 1                # @last
            ''')
        debugger = self.run_to(program, 'last')
        self.negotiate(debugger, 'pages')

        def page(text, start, count):
            debugger.send('chlp', text, debugger.thread, 0, 5, 1, start, count)
            request, first, more, children = debugger.wait_for('CHLP').fields
            self.assertEqual((request, first), (5, start))
            return more, [child.name for child in children]

        self.assertEqual(page('numbers', 0, 3), (1, ['[0]', '[1]', '[2]']))
        self.assertEqual(page('numbers', 24998, 3), (0, ['[24998]', '[24999]']))
        self.assertEqual(page('numbers', 20000, 2), (1, ['[20000]', '[20001]']))
        self.assertEqual(page('numbers', 25000, 2), (0, []))
        self.assertEqual(page('numbers', -1, 0), (1, []))
        self.assertEqual(page('nothing', 0, 9), (0, []))
        for text, count in (('mapping', 31), ('both', 7)):
            names = [child.name for child in debugger.children(text)]
            self.assertEqual(len(names), count)
            found, more = [], 1
            while more:
                more, part = page(text, len(found), 4)
                found += part
            self.assertEqual(found, names)

    def test_output_and_errors_are_told_apart(self):
        program = self.write('import sys\nprint("out")\nsys.stderr.write("err")\n')
        debugger = self.launch(program, options='RedirectOutput')
        self.negotiate(debugger, 'channels')
        self.assertEqual(debugger.finish(), 0)
        texts = [event.fields[1:] for event in debugger.events if event.code == 'OUTC']
        self.assertEqual(''.join(text for channel, text in texts if channel == 1), 'out\n')
        self.assertEqual(''.join(text for channel, text in texts if channel == 2), 'err')
        self.assertNotIn('OUTP', [event.code for event in debugger.events])

    def test_every_command_is_acknowledged_in_order_and_says_why_it_had_no_effect(self):
        program = self.write('first = 1\nlast = 2     # @last\n')
        debugger = self.run_to(program, 'last')
        self.negotiate(debugger, 'acknowledge')
        self.assertEqual(debugger.wait_for('ACKN').fields, (1, None))
        debugger.send('clst', debugger.thread)
        debugger.send('clst', 5)
        debugger.send('brkc', 99, 1, 'x')
        debugger.send('bkpc', 1, 0, 0)
        self.assertEqual([debugger.wait_for('ACKN').fields for _ in range(4)],
                         [(2, None), (3, 'there is no thread 5'),
                          (4, 'there is no breakpoint 99'), (5, None)])

    def test_a_second_negotiation_replaces_the_first(self):
        program = self.write('first = 1\n\nlast = 2       # @last\n')
        debugger = self.launch(program)
        self.negotiate(debugger, 'acknowledge,hits,sliding')
        self.assertEqual(self.negotiate(debugger, '')[3], '')
        debugger.break_at(1, program.path, 2)
        debugger.break_at(2, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        codes = [event.code for event in debugger.events]
        self.assertEqual((codes.count('ACKN'), codes.count('BRKL')), (1, 0))

    def test_a_classic_debugger_sees_nothing_of_it(self):
        program = self.write('value = 1     # @value\n')
        debugger = self.launch(program)
        debugger.send('chlp', 'x', 1, 0, 5, 1, 0, 9)
        debugger.process.stdin.close()
        self.assertRaises(classic_client.Closed, debugger.event)


if __name__ == '__main__':
    unittest.main()
