"""Looking at a program takes a bounded time and a bounded number of bytes, whatever it holds."""

import os
import unittest

from attaching import wait_until
from debuggee import DebugTestCase

BUSY = '<error: previous evaluation has not completed>'

HOSTILE = '''
import collections, sys, threading

class SlowRepr:
    def __repr__(self):
        while True: pass

class Stubborn:
    def __repr__(self):
        while True:
            try:
                while True: pass
            except BaseException: pass

class Slow:
    first = 1
    @property
    def second(self):
        while True: pass
    third = 3

class Blocks:
    @property
    def value(self):
        LOCK.acquire()
        LOCK.release()
        return 1

class BlockedRepr:
    def __repr__(self):
        LOCK.acquire()
        LOCK.release()
        return 'free'

class Spins:
    def __iter__(self):
        while True: pass

class Unset:
    __slots__ = ('set', 'unset')
    def __init__(self):
        self.set = 1

class Items(dict):
    def items(self):
        while True: yield 1

def function():
    slow, stubborn, good = SlowRepr(), Stubborn(), Slow()
    return good                 # @function

# Not the user's code: a stop does not stop it.
exec(compile("""
def unlock():
    sys.stdin.readline()
    LOCK.release()
""", '<unlock>', 'exec'))

def blocked(value, other):
    return value                # @blocked

LOCK = threading.Lock()
LOCK.acquire()
threading.Thread(target=unlock, daemon=True).start()
slow, blocks, spins, unset, items = Slow(), Blocks(), Spins(), Unset(), Items(x=1)
huge = 'x' * 10000000
huge_bytes = bytearray(10000000)
several = [huge] * 1000
queue = collections.deque(range(1000000))
cycle = {}
cycle['self'] = [cycle]
deep = []
for _ in range(100000): deep = [deep]
stop = True                     # @stop
function()
blocked(BlockedRepr(), 5)
print('end')
while deep: deep = deep[0]
'''


class BoundsTest(DebugTestCase):
    def stopped(self, label='stop', deadline='0.3'):
        environment = dict(os.environ, MATRIX_EVALUATION_DEADLINE=deadline)
        return self.run_to(self.write(HOSTILE), label, environment=environment)

    def names(self, debugger, text):
        return [child.name for child in debugger.children(text)]

    def test_a_representation_that_never_ends_is_replaced_and_the_program_goes_on(self):
        debugger = self.stopped('function')
        values = debugger.variables()
        self.assertIn('SlowRepr: no time left', values['slow'].repr)
        self.assertIn('Stubborn: no time left', values['stubborn'].repr)
        self.assertEqual(values['slow'].type, 'SlowRepr')
        self.assertIn('function', values['function'].repr if 'function' in values else 'function')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_an_expression_that_never_ends_is_ended_and_the_thread_can_go_on(self):
        debugger = self.stopped()
        for text in ('[0 for _ in iter(int, 1)]', 'list(spins)', 'exec("while 1: pass")'):
            self.assertIn('was ended after 0.3 seconds', debugger.evaluate(text), text)
        self.assertEqual(debugger.evaluate('1 + 1').repr, '2')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_a_property_that_never_returns_ends_the_children_and_that_is_said(self):
        debugger = self.stopped()
        children = debugger.children('slow')
        self.assertEqual([child.name for child in children], ['first', '[...]'])
        self.assertIn('took too long', children[-1].value.repr)
        for text in ('spins', 'items'):
            self.assertEqual(self.names(debugger, text)[-1:], ['[...]'], text)
        self.assertEqual(debugger.finish(), 0)

    def test_code_that_blocks_is_answered_for_and_its_thread_is_busy_until_it_returns(self):
        debugger = self.stopped(deadline='0.1')
        thread = debugger.thread
        self.assertIn('cannot be ended', debugger.evaluate('LOCK.acquire()'))
        self.assertIn('previous evaluation has not completed', debugger.evaluate('1'))
        # The answer of the blocked one is dropped; only that of a later one comes.
        debugger.send('resa')
        self.assertEqual(debugger.evaluate('1', thread=thread),
                         '<error: previous evaluation has not completed>')

    def unlock(self, debugger):
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()

    def test_a_representation_that_blocks_in_c_is_left_out_and_the_stop_is_told(self):
        debugger = self.stopped('blocked', '0.1')
        values = debugger.variables()
        self.assertEqual(values['value'].repr,
                         '<BlockedRepr: no time left to ask for its representation>')
        self.assertEqual(values['value'].type, 'BlockedRepr')
        self.assertEqual(values['other'].repr, '5')
        # The thread is busy until the code returns, and stands still all the while.
        self.assertEqual(debugger.evaluate('1'), BUSY)
        debugger.send('thrf', debugger.thread)
        self.assertEqual(debugger.wait_for('THRF').fields[2][0].name, 'blocked')
        self.unlock(debugger)
        wait_until(lambda: debugger.evaluate('1') != BUSY)
        self.assertEqual(debugger.evaluate('value').repr, 'free')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_a_thread_that_is_resumed_while_a_representation_blocks_goes_on_when_it_can(self):
        debugger = self.stopped('blocked', '0.1')
        debugger.send('resa')
        self.unlock(debugger)
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_slots_cycles_and_depth_are_shown(self):
        debugger = self.stopped()
        self.assertEqual(self.names(debugger, 'unset'), ['set'])
        self.assertEqual(debugger.evaluate('cycle').repr, "{'self': [{...}]}")
        self.assertEqual(debugger.evaluate('deep').repr, '[[[...]]]')

    def test_ten_megabytes_cost_no_more_than_their_limit(self):
        debugger = self.stopped()
        for text, length in (('huge', 10000000), ('huge_bytes', 10000000)):
            value = debugger.evaluate(text)
            self.assertLess(len(value.repr), 70000)
            self.assertEqual(value.length, length)
        self.assertEqual(debugger.evaluate('queue').repr, '<deque, len() = 1000000>')
        children = debugger.children('several')
        self.assertIn('too many bytes', children[-1].value.repr)
        self.assertLess(sum(len(child.value.repr) for child in children), 20 << 20)

    def test_a_frame_of_many_long_values_is_shown_in_brief(self):
        program = self.write('''
            def inner():
                stop = True             # @stop
            def outer():
                {names} = ('x' * 70000,) * 80
                inner()
            def outermost():
                value = 'x' * 70000
                outer()
            outermost()
            '''.replace('{names}', ', '.join('name_%d' % n for n in range(80))))
        debugger = self.run_to(program, 'stop')
        sizes = [sum(len(variable.value.repr) for variable in frame.variables)
                 for frame in debugger.frames[debugger.thread]]
        self.assertGreater(sizes[1], 5000000)
        self.assertLess(sizes[2], 1000)

    def test_ten_thousand_plain_objects_come_quickly(self):
        program = self.write('''
            class Plain:
                pass
            values = [Plain() for _ in range(10000)]
            stop = True                 # @stop
            ''')
        debugger = self.run_to(program, 'stop')
        self.assertLess(self.least_seconds(lambda: debugger.children('values')), 2)
        children = debugger.children('values')
        self.assertEqual(len(children), 10000)
        self.assertIn('Plain object at', children[9999].value.repr)
        self.assertEqual(children[9999].value[1:], (None, 'Plain', 0, 1))


if __name__ == '__main__':
    unittest.main()
