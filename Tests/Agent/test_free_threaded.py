"""On a free-threaded build callbacks run at the same time, and no breakpoint is lost by that."""

import os
import subprocess
import sys
import unittest

import classic_client
from attaching import AGENT, AttachTestCase, INJECTED

FREE = not getattr(sys, '_is_gil_enabled', lambda: True)()
TOGGLES = int(os.environ.get('MATRIX_TEST_TOGGLES') or 30)

# A thread has made up its answer to an event when a breakpoint is set, and gives it afterwards.
LATE_ANSWER = '''
import sys, threading
sys.path.insert(0, %r)
from _matrix_agent.control import base, monitoring

text = 'def work(number):\\n    number += 1\\n    return number\\ndef other(number): return 1\\n'
text += 'def third(number):\\n    return 3\\n'
names = {}
exec(compile(text, '/program.py', 'exec'), names)

class Sink(base.Sink):
    def on_line(self, frame):
        lines.append(frame.f_back.f_lineno)      # behind `late`
    def on_call(self, frame):
        calls.append(frame.f_back.f_code.co_name)
    def went_wrong(self, error):
        lines.append(error)

class Late(monitoring.MonitoringControl):
    """Holds the answers of one thread back after they were made up."""

    def _bounded(self, callback):
        bounded = monitoring.MonitoringControl._bounded(self, callback)
        def late(code, *rest):
            answer = bounded(code, *rest)
            if (callback.__name__, code) + rest[:1] in held:
                del held[:]
                answered.release()
                assert go_on.acquire(True, 20)
            return answer
        return late

lines, calls, held = [], [], []
answered, go_on = threading.Semaphore(0), threading.Semaphore(0)
control = Late(Sink(), lambda name: name == '/program.py')
work, other, third = names['work'], names['other'], names['third']

def overtakes(event, patch, function, found, wanted):
    """Whether the patch does not count that was set while the answer to an event was on its way."""
    held.append(event)
    worker = threading.Thread(target=function, args=(1,))
    worker.start()
    assert answered.acquire(True, 20)
    control.apply(patch)
    function(1)                 # This thread looks at the code anew.
    go_on.release()
    worker.join()
    del found[:]
    function(1)
    control.remove(patch)
    return wanted not in found

control.start()
control.apply(base.Patch(base.LINE, work.__code__, 3))
print(overtakes(('_py_line', work.__code__, 2), base.Patch(base.LINE, work.__code__, 2), work, lines,
                2))
print(overtakes(('_py_start', other.__code__, 0), base.Patch(base.LINE, other.__code__, 4), other,
                lines, 4))
print(overtakes(('_py_start', third.__code__, 0), base.Patch(base.ENTRY), third, calls,
                'third'))
control.stop()
print([tool for tool in range(6) if sys.monitoring.get_tool(tool)])
'''

BUSY = INJECTED + '''
import threading, time
ends = []
def one(number):
    number += 1                     # @one
    number += 2                     # @two
    return number                   # @three
def other(number): return number    # @other
def spin():
    number = 0
    while not ends:
        number = other(one(number))
        if not number % 50:
            time.sleep(0)
workers = [threading.Thread(target=spin) for _ in range(10)]
for worker in workers:
    worker.start()
print('ready', flush=True)
for worker in workers:
    worker.join()
print('end')
'''


class FreeThreadedTest(AttachTestCase):
    @unittest.skipUnless(FREE, 'with a GIL no thread runs between an answer and its effect')
    def test_an_answer_that_is_late_undoes_no_patch(self):
        answer = subprocess.check_output([classic_client.PYTHON, '-c', LATE_ANSWER % AGENT],
                                         stderr=subprocess.STDOUT)
        self.assertEqual(answer.decode().split('\n'), ['False'] * 3 + ['[]', ''])

    def test_breakpoints_that_come_and_go_in_ten_busy_threads_are_all_hit(self):
        program = self.write(BUSY)
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.send('mtrx', 1, 'acknowledge')
        debugger.wait_for('MTRX')
        labels = ('one', 'two', 'three', 'other')
        for number in range(TOGGLES if FREE else 8):
            # A second one in the same place comes and goes.
            line = program[labels[number % 4]]
            debugger.send('brkp', 2 * number, line, program.path, 1, 'False', 0, 0)
            debugger.send('brkp', 2 * number + 1, line, program.path, 0, '', 0, 0)
            debugger.wait_for('BRKS')
            debugger.wait_for('BRKS')
            debugger.send('brkr', line, 2 * number)
            hit = debugger.wait_for('BRKH')
            self.assertEqual(hit.fields[0], 2 * number + 1)
            debugger.send('brkr', line, 2 * number + 1)
            debugger.send('resa')
        debugger.detach()
        running.inject('import __main__; __main__.ends.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))


if __name__ == '__main__':
    unittest.main()
