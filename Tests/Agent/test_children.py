"""Children of values, plain and hostile."""

import unittest

from debuggee import DebugTestCase

VALUES = '''
class Thing:
    shared = 1
    __slots__ = ('slot', '__dict__')
    def __init__(self):
        self.own = 2
        self.slot = 3
        self.callback = len
    def method(self):
        return 1
    @property
    def size(self):
        return 4
    @property
    def broken(self):
        raise ValueError()

class Sequence:
    def __getitem__(self, index):
        return [10, 20][index]
    def __len__(self):
        return 2

class Endless:
    def __iter__(self):
        while True:
            yield 1

class Hostile:
    def __iter__(self): raise RuntimeError()
    def __len__(self): return -1
    def __getattr__(self, name): raise SystemExit()
    def __dir__(self): raise KeyboardInterrupt()
    @property
    def __class__(self): raise ValueError()
    def __repr__(self): return 5

class Key:
    def __repr__(self): return '<key>'

class Adds(dict):
    def __missing__(self, key):
        self[key] = 1
        return 1

def generator():
    yield 1
    yield 2

thing, sequence, endless, hostile = Thing(), Sequence(), Endless(), Hostile()
items, empty, pair = [1, 'two'], [], (1, 2)
many = list(range(20000))
exactly = list(range(10000))
mapping = {'one': 1, 2: 'two', (3, 4): None}
objects = {Key(): 1}
adds = Adds({Key(): 1})
running = generator()
numbers = set([7])
nested = []
nested.append(nested)
large = {number: number for number in range(20000)}
stop = True             # @stop
'''


class ChildrenTest(DebugTestCase):
    def setUp(self):
        DebugTestCase.setUp(self)
        self.debugger = self.run_to(self.write(VALUES), 'stop')

    def pairs(self, text):
        return [(child.name, child.value.repr) for child in self.debugger.children(text)]

    def test_items_of_a_list_are_named_by_index(self):
        children = self.debugger.children('items')
        self.assertEqual([(child.name, child.expression, child.value.repr)
                          for child in children],
                         [('[0]', 'items[0]', '1'), ('[1]', 'items[1]', "'two'")])
        self.assertEqual(self.debugger.children('empty'), [])

    def test_attributes_come_in_order_without_methods_and_without_what_raises(self):
        self.assertEqual(self.pairs('thing'), [
            ('callback', '<built-in function len>'), ('own', '2'), ('shared', '1'),
            ('size', '4'), ('slot', '3')])
        self.assertEqual(self.debugger.children('thing')[1].expression, 'thing.own')

    def test_items_of_a_mapping_are_named_by_key(self):
        children = self.debugger.children('mapping')
        self.assertEqual(tuple(children[0].value), ('', None, '', 0, 3))
        self.assertEqual((children[0].name, children[0].expression),
                         ('items()', 'mapping.items()'))
        self.assertEqual(sorted((child.name, child.expression) for child in children[1:]),
                         [("['one']", "mapping['one']"), ('[(3, 4)]', 'mapping[(3, 4)]'),
                          ('[2]', 'mapping[2]')])

    def test_a_key_that_cannot_be_written_down_is_reached_by_its_place(self):
        expected = 'next((v for i, (k, v) in enumerate(objects.items()) if i == 0))'
        child = self.debugger.children('objects')[1]
        self.assertEqual((child.name, child.expression), ('[<key>]', expected))
        self.assertEqual(self.debugger.evaluate(child.expression).repr, '1')

    def test_looking_at_a_mapping_adds_nothing_to_it(self):
        self.debugger.children('adds')
        self.assertEqual(self.debugger.evaluate('len(adds)').repr, '1')

    def test_a_set_is_reached_by_enumeration(self):
        child, = self.debugger.children('numbers')
        self.assertEqual(child.expression,
                         'next((v for i, v in enumerate(numbers) if i == 0))')
        self.assertEqual(self.debugger.evaluate(child.expression).repr, '7')

    def test_an_iterator_is_not_run_but_offered(self):
        children = self.debugger.children('running')
        view = children[-1]
        self.assertEqual((view.name, view.expression), ('Results View', 'tuple(running)'))
        self.assertEqual(tuple(view.value), (
            'Expanding the Results View will run the iterator', None, '', 0, 7))
        self.assertIn('gi_frame', [child.name for child in children])
        self.assertEqual(self.debugger.evaluate('next(running)').repr, '1')

    def test_there_are_ten_thousand_children_and_one_marker(self):
        for text in ('many', 'endless', 'large'):
            children = self.debugger.children(text)
            self.assertEqual(len(children), 10001)
            self.assertEqual((children[-1].name, children[-1].expression), ('[...]', None))
            self.assertIn('too many items', children[-1].value.repr)
        self.assertEqual(len(self.debugger.children('exactly')), 10000)

    def test_ten_thousand_children_come_quickly(self):
        self.assertLess(self.least_seconds(lambda: self.debugger.children('many')), 2)

    def test_hostile_objects_have_the_children_that_can_be_had(self):
        self.assertEqual(self.debugger.children('hostile'), [])
        self.assertEqual(self.debugger.children('missing'), [])
        self.assertEqual(self.debugger.children('1 +'), [])
        self.assertEqual(self.pairs('sequence'), [('[0]', '10'), ('[1]', '20')])
        self.assertEqual(self.pairs('nested'), [('[0]', '[[...]]')])
        self.assertEqual(self.debugger.finish(), 0)


if __name__ == '__main__':
    unittest.main()
