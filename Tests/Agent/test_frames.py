"""Frames and variables as they are shown at a stop."""

import unittest

import classic_client
from debuggee import DebugTestCase

UNDEFINED = classic_client.Object('<undefined>', None, '', 0, 0)


class FrameTest(DebugTestCase):
    def test_frames_lead_from_the_innermost_to_the_module(self):
        program = self.write('''
            def outer():                # @outer
                return inner()          # @call
            def inner():
                return 1                # @stop
            outer()                     # @start
            last = 1                    # @last
            ''')
        debugger = self.run_to(program, 'stop')
        found = [(frame.name, frame.line, frame.filename)
                 for frame in debugger.frames[debugger.thread]]
        self.assertEqual(found, [('inner', program['stop'], program.path),
                                 ('outer', program['call'], program.path),
                                 ('<module>', program['start'], program.path)])
        outer = debugger.frames[debugger.thread][1]
        self.assertEqual((outer.first_line, outer.last_line),
                         (program['outer'], program['call']))
        self.assertEqual(debugger.frames[debugger.thread][2].last_line, program['last'])

    def test_the_last_line_is_right_where_the_line_table_goes_backwards(self):
        program = self.write('''
            def function(flag):
                for item in range(2):
                    try:
                        value = [
                            item,
                            flag, len(
                                str(item))]
                    finally:
                        done = True     # @stop
                return (
                    value,
                    done)               # @last
            function(True)
            ''')
        debugger = self.run_to(program, 'stop')
        self.assertEqual(debugger.frames[debugger.thread][0].last_line, program['last'])

    def test_parameters_come_first_then_locals_then_globals_that_are_mentioned(self):
        program = self.write('''
            mentioned, unmentioned = 1, 2
            def function(first, *rest, key=3, **others):
                local = first
                later = mentioned       # @stop
                return later, len(rest)
            function(1, 2, other=4)
            ''')
        debugger = self.run_to(program, 'stop')
        frame = debugger.frames[debugger.thread][0]
        self.assertEqual(frame.argument_count, 4)
        self.assertEqual([variable.name for variable in frame.variables],
                         ['first', 'key', 'rest', 'others', 'local', 'later', 'mentioned'])
        self.assertEqual(debugger.variables()['later'], UNDEFINED)
        self.assertEqual(debugger.variables()['others'].repr, "{'other': 4}")

    def test_variables_of_enclosing_functions_are_shown(self):
        program = self.write('''
            def outer():
                captured = 1
                def inner():
                    own = captured          # @stop
                    return own
                return inner()
            outer()
            ''')
        debugger = self.run_to(program, 'stop')
        self.assertEqual(debugger.variables()['captured'].repr, '1')
        self.assertEqual(debugger.variables(1)['captured'].repr, '1')

    def test_a_module_shows_its_globals(self):
        program = self.write('first = 1\nlast = 2     # @last\n')
        debugger = self.run_to(program, 'last')
        names = list(debugger.variables())
        self.assertEqual(debugger.variables()['first'].repr, '1')
        self.assertIn('__name__', names)
        self.assertNotIn('last', names)

    def test_records_say_what_a_value_is(self):
        program = self.write('''
            class Plain:
                pass
            class Text(str):
                pass
            class Hostile:
                def __repr__(self): raise ValueError()
                def __len__(self): raise SystemExit()
            number, negative, truth, nothing = 255, -1, True, None
            text, raw, empty, items = 'text', b'raw', [], [1, 2]
            plain, special, hostile = Plain(), Text('x'), Hostile()
            half = 0.5
            stop = True             # @stop
            ''')
        debugger = self.run_to(program, 'stop')
        values = debugger.variables()
        expected = {
            'number': ('255', '0xff', 'int', 0, 0),
            'negative': ('-1', '-0x1', 'int', 0, 0),
            'truth': ('True', '0x1', 'bool', 0, 0),
            'nothing': ('None', None, 'NoneType', 0, 0),
            'text': ("'text'", None, 'str', 4, 16),
            'raw': ("b'raw'", None, 'bytes', 3, 17),
            'empty': ('[]', None, 'list', 0, 0),
            'items': ('[1, 2]', None, 'list', 2, 1),
            'special': ("'x'", None, 'Text', 1, 17),
            'half': ('0.5', None, 'float', 0, 0),
        }
        for name in expected:
            self.assertEqual(tuple(values[name]), expected[name], name)
        self.assertEqual(values['plain'][2:], ('Plain', 0, 1))
        self.assertIn('Hostile object at', values['hostile'].repr)

    def test_frames_are_sent_again_when_asked_with_the_threads_own_name(self):
        program = self.write('first = 1\nlast = 2     # @last\n')
        debugger = self.run_to(program, 'last')
        debugger.frames.clear()
        debugger.send('thrf', debugger.thread)
        thread, name, frames = debugger.wait_for('THRF').fields
        self.assertEqual((thread, name, frames[0].line),
                         (debugger.thread, 'MainThread', program['last']))
        debugger.send('thrf', 12345)
        self.assertEqual(debugger.evaluate('1 + 1').repr, '2')


if __name__ == '__main__':
    unittest.main()
