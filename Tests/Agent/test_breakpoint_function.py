"""`breakpoint()`, and `pdb` beside and after a session."""

import os
import sys
import unittest

from attaching import AttachTestCase, INJECTED
from debuggee import DebugTestCase

SOURCE = """
import sys
def work(number):
    breakpoint()                # @asks
    twice = number * 2          # @after
    return twice
first = 1
work(4)
print('end')                    # @end
"""


@unittest.skipIf(sys.version_info < (3, 7), 'breakpoint() came with 3.7')
class BreakpointFunctionTest(DebugTestCase):
    def test_it_stops_in_the_session(self):
        program = self.write(SOURCE)
        debugger = self.launch(program)
        self.assertEqual(debugger.go_on(), ('ASBR', program['after']))
        self.assertEqual(debugger.evaluate('number').repr, '4')
        self.assertEqual(debugger.step('over')[0], 'STPD')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual((debugger.output(), debugger.errors()), ('end\n', ''))

    def test_it_stops_where_no_line_follows(self):
        program = self.write('''
            def work(number):
                breakpoint()            # @inner
            def other():
                return 3
            work(1)
            seen = [1]
            breakpoint()                # @last
        ''')
        debugger = self.launch(program)
        self.assertEqual(debugger.go_on(), ('ASBR', program['inner']))
        self.assertEqual(debugger.evaluate('number + other()').repr, '4')
        self.assertEqual(debugger.step('over')[0], 'STPD')
        self.assertEqual(debugger.go_on(), ('ASBR', program['last']))
        self.assertEqual(debugger.evaluate('other(), seen').repr, '(3, [1])')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), ('', ''))

    def test_the_environment_switches_it_off(self):
        program = self.write(SOURCE)
        debugger = self.launch(program, environment=dict(os.environ, PYTHONBREAKPOINT='0'))
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual((debugger.output(), debugger.errors()), ('end\n', ''))


class PdbTest(AttachTestCase):
    def test_pdb_works_after_a_detach_and_beside_a_session(self):
        program = self.write(INJECTED + """
import io, pdb, time, threading
stop = []
def ask():
    out = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO('p 6 * 7\\nnext\\nnext\\ncontinue\\n'), stdout=out)
    debugger.use_rawinput = False
    def traced():
        debugger.set_trace()
        first = 1
        second = 2
        return first + second
    traced()
    return '42' in out.getvalue() and 'second = 2' in out.getvalue()
print('ready', flush=True)
while not stop:
    time.sleep(0.001)           # @sleep
print(ask())
""")
        for detaches in (True, False):
            running = self.run_program(program)
            running.wait_for_output('ready')
            debugger = self.attach(running, 'NoBreakOnAttach')
            debugger.break_at(1, program.path, program['sleep'])
            debugger.wait_for('BRKH')
            debugger.send('brkr', program['sleep'], 1)
            if detaches:
                debugger.detach()
            running.inject('import __main__; __main__.stop.append(1)')
            if not detaches:
                debugger.send('resa')
                debugger.until_closed()
            self.assertEqual(running.exit_status(), 0, running.errors())
            self.assertEqual((running.output(), running.errors()), ('ready\nTrue\n', ''))


if __name__ == '__main__':
    unittest.main()
