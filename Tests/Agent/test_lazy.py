"""Lazy stops: a stop looks at no value, and what is asked for is looked at alone."""

import os
import sys
import unittest

from debuggee import DebugTestCase

LOCAL, MENTIONED, GLOBAL = 1, 2, 3
NO_REFERENCE = 'there is no reference %d; one is valid until its thread goes on'


class LazyTestCase(DebugTestCase):
    def run_lazily_to(self, program, label, features='lazy'):
        debugger = self.launch(program)
        debugger.send('mtrx', 1, features)
        self.assertEqual(debugger.wait_for('MTRX').fields[3], features)
        self.assertEqual(debugger.break_at(1, program.path, program[label]), 'BRKS')
        self.assertEqual(debugger.go_on(), ('BRKH', program[label]))
        return debugger

    def scopes(self, debugger, frame=0):
        return debugger.ask('scps', debugger.thread, frame)[0]

    def values(self, debugger, reference, start=0, count=100, characters=0):
        """The children by name, of which there are no more."""
        more, found = debugger.ask('vals', debugger.thread, reference, start, count, characters)
        self.assertEqual(more, 0)
        return dict((child.name, child) for child in found)

    def variables(self, debugger, kind=LOCAL, frame=0):
        return self.values(debugger, self.scopes(debugger, frame)[kind])

    def assign(self, debugger, reference, name, text):
        """The representation of the value that is there then, or why there is none."""
        answer = debugger.ask('setv', debugger.thread, reference, name, text, 0)
        return answer if isinstance(answer, str) else answer[0].repr


class LazyStopTest(LazyTestCase):
    def test_a_stop_asks_no_value_for_its_representation(self):
        program = self.write('''
            class Told(object):
                def __repr__(self):
                    print('looked at', flush=True)
                    return 'Told()'
            told = Told()
            def work(argument):
                inner = Told()
                first = told                # @first
                return first                # @second
            work(told)
            ''')
        debugger = self.run_lazily_to(program, 'first')
        self.assertEqual(debugger.step('over'), ('STPD', program['second']))
        self.assertEqual(debugger.output(), '')
        codes = [event.code for event in debugger.events]
        self.assertEqual(codes[codes.index('BRKS'):], ['BRKS', 'FRMS', 'BRKH', 'FRMS', 'STPD'])
        scopes = self.scopes(debugger)
        self.assertEqual(debugger.output(), '')
        debugger.ask('vals', debugger.thread, scopes[LOCAL], 1, 1, 0)
        self.assertEqual(debugger.output(), 'looked at\n')
        self.assertEqual(debugger.finish(), 0)

    def test_a_stop_has_the_innermost_frames_and_says_how_many_there_are(self):
        program = self.write('''
            def down(depth):
                if depth:
                    down(depth - 1)         # @call
                else:
                    depth = None            # @bottom
            down(49)
            last = 1                        # @last
            ''')
        debugger = self.run_lazily_to(program, 'bottom')
        stop = [event for event in debugger.events if event.code == 'FRMS'][-1]
        request, thread, name, start, total, heads = stop.fields
        self.assertEqual((request, thread, start, total), (0, debugger.thread, 0, 51))
        self.assertEqual([head.line for head in heads],
                         [program['bottom']] + [program['call']] * 19)
        self.assertEqual(heads[0][3:], ('down', program.path, 1, 1))
        rest = debugger.ask('frms', debugger.thread, 20, 1000)
        self.assertEqual(rest[2:4], (20, 51))
        self.assertEqual(len(rest[4]), 31)
        self.assertEqual(rest[4][-1].name, '<module>')
        self.assertEqual(debugger.ask('frms', debugger.thread, 51, 5)[4], [])
        self.assertEqual(debugger.ask('frms', 5, 0, 9), 'there is no thread 5')

    def test_no_other_thread_is_looked_at(self):
        program = self.write('''
            import threading
            ready, go = threading.Event(), threading.Event()
            def wait():
                ready.set()
                go.wait()
                done = 1                    # @done
            thread = threading.Thread(target=wait)
            thread.start()
            ready.wait()
            stopped = 1                     # @stopped
            go.set()
            thread.join()
            ''')
        debugger = self.run_lazily_to(program, 'stopped')
        self.assertEqual([event.fields[1] for event in debugger.events if event.code == 'FRMS'],
                         [debugger.thread])
        other = [event.fields[0] for event in debugger.events if event.code == 'NEWT'][-1]
        names = [head.name for head in debugger.ask('frms', other, 0, 100)[4]]
        self.assertIn('wait', names)
        self.assertEqual(debugger.ask('scps', other, 0),
                         '<expression cannot be evaluated at this time>')
        # It is to stand as well, at its next line, and says so without a reason.
        debugger.send('rest', debugger.thread)
        self.assertEqual(debugger.wait_for('STND').fields, (other,))
        self.assertEqual(debugger.ask('frms', other, 0, 1)[4][0].line, program['done'])
        self.assertIn(LOCAL, debugger.ask('scps', other, 0)[0])
        self.assertEqual(debugger.finish(), 0)

    def test_scopes_have_what_the_classic_frames_have(self):
        program = self.write('''
            mentioned, other = [1], [2]
            def outer():
                cell = 'cell'
                def inner(argument, *rest, **named):
                    local = mentioned
                    return cell, local, later         # @inner
                    later = 1
                return inner
            outer()('a', 'b', c='d')
            ''')
        debugger = self.run_lazily_to(program, 'inner')
        scopes = self.scopes(debugger)
        self.assertEqual(sorted(scopes), [LOCAL, MENTIONED, GLOBAL])
        local = self.values(debugger, scopes[LOCAL])
        self.assertEqual(
            dict((name, child.value.repr) for name, child in local.items()),
            {'argument': "'a'", 'rest': "('b',)", 'named': "{'c': 'd'}", 'local': '[1]',
             'later': '<undefined>', 'cell': "'cell'"})
        self.assertEqual(local['later'].reference, 0)
        self.assertEqual(list(self.values(debugger, scopes[MENTIONED])), ['mentioned'])
        every = self.values(debugger, scopes[GLOBAL])
        self.assertIn('other', every)
        self.assertEqual(list(self.scopes(debugger, 1)), [GLOBAL])
        self.assertEqual(debugger.ask('scps', debugger.thread, 2), 'there is no frame 2')

    def test_a_comprehension_of_a_module_has_its_variables_and_keeps_them_since_312(self):
        program = self.write('''
            def stop(n):
                return n                    # @stop
            found = [stop(each) for each in [7]]
            ''')
        debugger = self.run_lazily_to(program, 'stop')
        scope = self.scopes(debugger, 1)[LOCAL]
        self.assertEqual(self.values(debugger, scope)['each'].value.repr, '7')
        answer = self.assign(debugger, scope, 'each', '8')
        if sys.version_info >= (3, 12):
            self.assertEqual(answer, 'this CPython cannot assign the variable each here')
        else:
            self.assertEqual(answer, '8')
        self.assertEqual(debugger.finish(), 0)

    def test_the_exception_of_a_stop_has_its_reason(self):
        program = self.write('''
            value = [1]
            raise KeyError('x')             # @raise
            ''')
        debugger = self.launch(program)
        debugger.send('mtrx', 1, 'lazy,handlers')
        debugger.wait_for('MTRX')
        debugger.send('sexi', 1, 0)
        self.assertEqual(debugger.go_on(), ('EXCP', program['raise']))
        self.assertEqual(self.variables(debugger, GLOBAL)['value'].value.repr, '[1]')


class ValuesTest(LazyTestCase):
    def test_values_come_in_pages_and_are_looked_at_once(self):
        program = self.write('''
            class Counted(object):
                shown = 0
                def __init__(self, number):
                    self.number = number
                def __repr__(self):
                    Counted.shown += 1
                    return 'Counted(%d)' % self.number
            many = [Counted(number) for number in range(30)]
            unlisted = set([1, 2])
            mapping = dict((number, str(number)) for number in range(30))
            text = 'x' * 5000
            last = 1                        # @last
            ''')
        debugger = self.run_lazily_to(program, 'last')
        shown = self.variables(debugger, GLOBAL)
        self.assertEqual(shown['many'].value.length, 30)
        debugger.evaluate('setattr(Counted, "shown", 0)')
        more, page = debugger.ask('vals', debugger.thread, shown['many'].reference, 20, 5, 0)
        self.assertEqual((more, [child.name for child in page]),
                         (1, ['[%d]' % number for number in range(20, 25)]))
        self.assertEqual(page[0].expression, 'many[20]')
        self.assertEqual(debugger.evaluate('Counted.shown').repr, '5')
        inside = self.values(debugger, page[3].reference)
        self.assertEqual((inside['number'].value.repr, inside['number'].expression),
                         ('23', 'many[23].number'))
        more, page = debugger.ask('vals', debugger.thread, shown['mapping'].reference, 28, 9, 0)
        self.assertEqual((more, [child.name for child in page]), (0, ['[28]', '[29]']))
        self.assertEqual(len(self.values(debugger, shown['unlisted'].reference)), 2)
        scope = self.scopes(debugger)[GLOBAL]
        text = self.values(debugger, scope, characters=60)['text'].value
        self.assertTrue(len(text.repr) < 70 and '...' in text.repr)

    def test_a_result_of_an_evaluation_is_looked_at_without_another(self):
        program = self.write('''
            calls = []
            def make():
                calls.append(1)
                return {'key': [5, (6, 7)]}
            last = 1                        # @last
            ''')
        debugger = self.run_lazily_to(program, 'last')
        value, reference = debugger.ask('valu', debugger.thread, 0, 'make()', 0)
        self.assertEqual(value.type, 'dict')
        key = self.values(debugger, reference)["['key']"]
        self.assertEqual(key.expression, "(make())['key']")
        self.assertEqual(self.values(debugger, key.reference)['[1]'].value.repr, '(6, 7)')
        self.assertEqual(debugger.evaluate('len(calls)').repr, '1')
        self.assertEqual(debugger.ask('valu', debugger.thread, 0, '1 / 0', 0), 'division by zero')
        self.assertEqual(debugger.ask('valu', debugger.thread, 0, 'new = 5', 0)[1], 0)
        self.assertEqual(debugger.evaluate('new').repr, '5')

    def test_a_reference_ends_when_its_thread_goes_on(self):
        program = self.write('''
            first = [1]
            second = 2                      # @second
            third = 3                       # @third
            ''')
        debugger = self.run_lazily_to(program, 'second')
        reference = self.variables(debugger, GLOBAL)['first'].reference
        self.assertEqual(debugger.step('over'), ('STPD', program['third']))
        self.assertEqual(debugger.ask('vals', debugger.thread, reference, 0, 9, 0),
                         NO_REFERENCE % reference)
        self.assertNotIn(reference, self.scopes(debugger).values())
        self.assertEqual(debugger.ask('vals', debugger.thread, -1, 0, 9, 0), NO_REFERENCE % -1)

    def test_an_iterator_runs_when_it_is_opened_and_once(self):
        program = self.write('''
            numbers = (number for number in [1, 2])
            last = 1                        # @last
            ''')
        debugger = self.run_lazily_to(program, 'last')
        numbers = self.values(debugger, self.variables(debugger, GLOBAL)['numbers'].reference)
        view = numbers['Results View']
        for _ in range(2):
            items = self.values(debugger, view.reference)
            self.assertEqual([items[name].value.repr for name in ('[0]', '[1]')], ['1', '2'])

    def test_what_takes_too_long_is_said_in_place_of_a_value(self):
        program = self.write('''
            class Slow(object):
                def __repr__(self):
                    while True:
                        pass
            slow, quick = Slow(), [1]
            last = 1                        # @last
            ''')
        os.environ['MATRIX_EVALUATION_DEADLINE'] = '0.2'
        self.addCleanup(os.environ.pop, 'MATRIX_EVALUATION_DEADLINE')
        debugger = self.run_lazily_to(program, 'last')
        found = self.variables(debugger, GLOBAL)
        self.assertEqual(found['slow'].value.repr,
                         '<Slow: no time left to ask for its representation>')
        self.assertEqual(found['quick'].value.repr, '[1]')


class BlockedTest(LazyTestCase):
    def test_what_blocks_in_c_is_answered_in_its_place(self):
        program = self.write('''
            import time
            class Blocks(object):
                def __repr__(self):
                    time.sleep(1)
                    return 'Blocks()'
            blocks = Blocks()
            last = 1                        # @last
            ''')
        os.environ['MATRIX_EVALUATION_DEADLINE'] = '0.1'
        self.addCleanup(os.environ.pop, 'MATRIX_EVALUATION_DEADLINE')
        debugger = self.run_lazily_to(program, 'last')
        scope = self.scopes(debugger)[GLOBAL]
        late = '<error: the evaluation is in code that cannot be ended; its thread stays busy>'
        self.assertEqual(debugger.ask('vals', debugger.thread, scope, 0, 100, 0), late)
        self.assertEqual(debugger.ask('scps', debugger.thread, 0),
                         '<error: previous evaluation has not completed>')
        self.assertEqual(debugger.ask('frms', debugger.thread, 0, 1)[4][0].line, program['last'])
        self.assertEqual(debugger.finish(), 0)


class AssignTest(LazyTestCase):
    def test_locals_cells_and_globals_get_values(self):
        program = self.write('''
            number = 1
            def outer(argument):
                cell = 'cell'
                def inner():
                    return cell
                unset = 0
                del unset
                number                      # @stop
                return argument, inner(), unset, number
            print(outer('a'))
            ''')
        debugger = self.run_lazily_to(program, 'stop')
        scopes = self.scopes(debugger)
        local, mentioned = scopes[LOCAL], scopes[MENTIONED]
        self.assertEqual(self.assign(debugger, local, 'argument', '2'),
                         'there is no child argument that can be assigned')
        self.values(debugger, local)
        self.values(debugger, mentioned)
        self.assertEqual(self.assign(debugger, local, 'argument', 'argument * 2'), "'aa'")
        self.assertEqual(self.assign(debugger, local, 'cell', '[1]'), '[1]')
        self.assertEqual(self.assign(debugger, local, 'unset', '3'), '3')
        self.assertEqual(self.assign(debugger, mentioned, 'number', '4'), '4')
        self.assertEqual(self.assign(debugger, local, 'cell', 'x = 1')[:14], 'invalid syntax')
        self.assertEqual(self.assign(debugger, local, 'cell', '1 / 0'), 'division by zero')
        self.assertEqual(self.values(debugger, local)['unset'].value.repr, '3')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), "('aa', [1], 3, 4)\n")

    def test_variables_of_an_outer_frame_get_values(self):
        program = self.write('''
            def outer(value):
                inner()
                return value
            def inner():
                return 1                    # @stop
            print(outer(1))
            ''')
        debugger = self.run_lazily_to(program, 'stop')
        scope = self.scopes(debugger, 1)[LOCAL]
        self.values(debugger, scope)
        self.assertEqual(self.assign(debugger, scope, 'value', '2'), '2')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '2\n')

    def test_a_class_body_gets_values(self):
        program = self.write('''
            class Made(object):
                first = 1
                second = 2                  # @stop
            print(Made.first)
            ''')
        debugger = self.run_lazily_to(program, 'stop')
        scope = self.scopes(debugger)[LOCAL]
        self.values(debugger, scope)
        self.assertEqual(self.assign(debugger, scope, 'first', '5'), '5')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '5\n')

    def test_attributes_and_items_get_values_and_what_cannot_says_why(self):
        program = self.write('''
            class Point(object):
                def __init__(self):
                    self.x = 1
                @property
                def fixed(self):
                    return 2
            class Same(object):
                def __repr__(self):
                    return 'same'
            point, numbers, pair = Point(), [1, 2], (1, 2)
            mapping = {'a': 1, Same(): 2, Same(): 3}
            last = 1                        # @last
            print(point.x, numbers, pair, mapping['a'])
            ''')
        debugger = self.run_lazily_to(program, 'last')
        found = self.variables(debugger, GLOBAL)

        def assign(name, child, text='[7]'):
            reference = found[name].reference
            self.values(debugger, reference)
            return self.assign(debugger, reference, child, text)

        self.assertEqual(assign('point', 'x'), '[7]')
        self.assertEqual(assign('numbers', '[1]'), '[7]')
        self.assertEqual(assign('mapping', "['a']"), '[7]')
        self.assertEqual(assign('mapping', '[same]'), 'several children are called [same]')
        self.assertEqual(assign('pair', '[1]'), "'tuple' object does not support item assignment")
        self.assertRegex(assign('point', 'fixed'), 'attribute|setter')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '[7] [1, [7]] (1, 2) [7]\n')


if __name__ == '__main__':
    unittest.main()
