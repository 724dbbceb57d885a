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
from _matrix_agent.control import thread_states as running

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
references, of_own = sys.getrefcount(tracer), sys.getrefcount(its_own)
answers = []

def write(change, *arguments):
    rounds.wait()
    changed = change(*arguments)
    other = None
    if isinstance(changed, tuple):
        changed, other = changed
        layout.memory.decrease(other[1])
    answers.append((changed, other and other[1:]))
    for _ in range(changed):
        layout._count(1 if change == layout.exchange.enter else -1)
    rounds.wait()
    rounds.wait()

write(layout.exchange.enter, id(tracer), layout.on_function)
write(layout.exchange.enter, id(tracer), layout.on_function)
held = sys.getrefcount(tracer) - references - 3     # three in `seen`, twice
write(layout.exchange.run, id(tracer), 0, 0)
seen_by = [[set(seen[number, free]) for free in (True, False)] for number in range(3)]
there = [id(its_own), layout.on_function]
assert answers == [(3, there), (0, there), (3, None)], answers
assert seen_by == [[{tracer}, {its_own}], [{tracer}, {its_own}], [{None}, {its_own}]], seen_by
assert held == 3 + 3, held
del seen, seen_by
assert sys.getrefcount(tracer) == references
# The last of it is in the variable of its thread, which may have ended.
assert sys.getrefcount(its_own) <= of_own, (sys.getrefcount(its_own), of_own)
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
