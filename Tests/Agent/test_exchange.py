"""Setting the trace function of all other threads by machine code, up to 3.11."""

import subprocess
import sys
import textwrap
import unittest

import classic_client
from attaching import AGENT

sys.path.insert(0, AGENT)

from _matrix_agent.control import machine_code  # noqa: E402

PROGRAM = '''
import sys, threading
sys.path.insert(0, %r)
from _matrix_agent.control import running

started, rounds = threading.Barrier(5), threading.Barrier(5)
seen = {}

def tracer(frame, event, arg):
    pass

def its_own(frame, event, arg):
    pass

def work(own):
    sys.settrace(own)
    started.wait()
    for number in range(3):
        rounds.wait()           # The main thread writes.
        rounds.wait()
        seen[number, own is None] = seen.get((number, own is None), ()) + (sys.gettrace(),)
        rounds.wait()

for own in (None, None, None, its_own):
    threading.Thread(target=work, args=(own,)).start()
started.wait()
layout = running.calibrated()
references = sys.getrefcount(tracer)
answers = []

def write(old, new, function):
    rounds.wait()
    answers.append(layout.exchange.run(old, new, function))
    for _ in range(answers[-1][0]):
        layout._count(1 if new else -1)
    rounds.wait()
    rounds.wait()

write(0, id(tracer), layout.on_function)
write(0, id(tracer), layout.on_function)
held = sys.getrefcount(tracer) - references - 3     # three in `seen`, twice
write(id(tracer), 0, 0)
seen_by = [[set(seen[number, free]) for free in (True, False)] for number in range(3)]
assert answers == [(3, 1), (0, 1), (3, 1)], answers
assert seen_by == [[{tracer}, {its_own}], [{tracer}, {its_own}], [{None}, {its_own}]], seen_by
assert held == 3 + 3, held
del seen, seen_by
assert sys.getrefcount(tracer) == references
print('done')
'''


@unittest.skipUnless(sys.version_info < (3, 12) and machine_code.may_be(), 'there is none here')
class ExchangeTest(unittest.TestCase):
    def test_states_without_a_trace_function_change_and_others_are_counted(self):
        program = textwrap.dedent(PROGRAM % AGENT)
        done = subprocess.run(
            [classic_client.PYTHON, '-c', program], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=classic_client.DEADLINE)
        self.assertEqual(done.stdout, b'done\n', done.stderr.decode())
