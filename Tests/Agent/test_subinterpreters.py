"""Code in subinterpreters is not watched, and nothing is harmed by that; the debugger is told."""

import sys
import unittest

from attaching import AttachTestCase, INJECTED

PROGRAM = '''
import os, sys, threading
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
run = getattr(interpreters, 'exec', None) or interpreters.run_string
CODE = """
import os
def work(number):
    return number + 1
total = 0
for number in range(1000):
    total = work(total)
print('inside', total, flush=True)
READ
"""
def inside(text=''):
    identifier = interpreters.create()
    failed = run(identifier, CODE.replace('READ', text))
    interpreters.destroy(identifier)
    assert not failed, failed
def work(number):
    return number                   # @work
'''


@unittest.skipUnless(sys.version_info >= (3, 12), 'see test_frame_hook for those before')
class SubinterpretersTest(AttachTestCase):
    def test_a_launched_program_runs_code_in_subinterpreters(self):
        program = self.write(PROGRAM + '''
work(1)
thread = threading.Thread(target=inside)
thread.start()
thread.join()
kept = interpreters.create()
inside()
work(2)
interpreters.destroy(kept)
print('end')
''')
        debugger = self.launch(program)
        debugger.send('mtrx', 1, 'notes')
        debugger.wait_for('MTRX')
        debugger.break_at(1, program.path, program['work'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertNotIn('NOTE', [event.code for event in debugger.events])
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual([event.fields[0] for event in debugger.events if event.code == 'NOTE'],
                         ['code in subinterpreters is not watched'])
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()),
                         ('inside 1000\n' * 2 + 'end\n', ''))

    def test_a_session_comes_and_goes_while_a_subinterpreter_runs(self):
        program = self.write(INJECTED + PROGRAM + '''
reading, writing = os.pipe()
thread = threading.Thread(
    target=inside, args=('while not os.read(%d, 1):\\n    pass' % reading,))
thread.start()
stop = []
print('ready', flush=True)
while not stop:
    work(1)
os.write(writing, b'x')
thread.join()
print('end')
''')
        running = self.run_program(program)
        running.wait_for_output('inside')
        for _ in range(2):
            debugger = self.attach(running, 'NoBreakOnAttach')
            debugger.send('mtrx', 1, 'notes')
            debugger.wait_for('NOTE')
            debugger.break_at(1, program.path, program['work'])
            thread = debugger.wait_for('BRKH').fields[1]
            self.assertEqual(debugger.step('out', thread)[0], 'STPD')
            debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(sorted(running.output().split()), ['1000', 'end', 'inside', 'ready'])
        self.assertEqual(running.errors(), 'code in subinterpreters is not watched\n' * 2)


if __name__ == '__main__':
    unittest.main()
