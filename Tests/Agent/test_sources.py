"""Completions and sources of what is in no file."""

import os
import unittest
import zipfile

from debuggee import DebugTestCase

VALUE, FUNCTION, CLASS, MODULE, COMPUTED, KEYWORD = 1, 2, 3, 4, 5, 6


class CompletionsTest(DebugTestCase):
    def complete(self, debugger, text, column=None):
        start, found = debugger.ask('cmpl', debugger.thread, 0, text,
                                    len(text) if column is None else column)
        return start, dict(found)

    def run_asking_to(self, program, label):
        debugger = self.run_to(program, label)
        debugger.send('mtrx', 1, 'completions')
        debugger.wait_for('MTRX')
        return debugger

    def test_names_of_every_scope_are_found(self):
        program = self.write('''
            import os as lookup_module
            lookup_global = 1
            class LookupClass(object):
                pass
            def lookup_function(lookup_argument):
                lookup_local = 2
                return lookup_local         # @stop
            lookup_function(1)
            ''')
        debugger = self.run_asking_to(program, 'stop')
        self.assertEqual(self.complete(debugger, '1 + lookup_'), (4, {
            'lookup_module': MODULE, 'lookup_global': VALUE, 'lookup_function': FUNCTION,
            'lookup_argument': VALUE, 'lookup_local': VALUE}))
        self.assertEqual(self.complete(debugger, 'LookupC')[1], {'LookupClass': CLASS})
        self.assertEqual(self.complete(debugger, 'isinst')[1], {'isinstance': FUNCTION})
        self.assertEqual(self.complete(debugger, 'lamb')[1], {'lambda': KEYWORD})
        self.assertEqual(self.complete(debugger, 'lookup_l + 1', 8)[0], 0)

    def test_attributes_are_found_without_a_call_to_the_program(self):
        program = self.write('''
            class Other(object):
                item_here = 1
            class Base(object):
                __slots__ = ('item_slot', '__dict__')
                def item_method(self):
                    pass
            class Hostile(Base):
                def __init__(self):
                    self.item_own = Other()
                    self.item_slot = Other()
                @property
                def item_property(self):
                    print('called')
                @staticmethod
                def item_static():
                    pass
                def __getattr__(self, name):
                    print('called')
                def __getattribute__(self, name):
                    print('called')
                    return object.__getattribute__(self, name)
                def __dir__(self):
                    print('called')
                    return []
            value = Hostile()
            last = 1                        # @last
            ''')
        debugger = self.run_asking_to(program, 'last')
        before = debugger.output()
        self.assertEqual(self.complete(debugger, 'value.item_'), (6, {
            'item_own': VALUE, 'item_slot': COMPUTED, 'item_method': FUNCTION,
            'item_property': COMPUTED, 'item_static': FUNCTION}))
        for text in ('value.item_own.item', 'value.item_slot.item'):
            self.assertEqual(self.complete(debugger, text)[1], {'item_here': VALUE})
        self.assertIn('item_method', self.complete(debugger, 'Hostile.')[1])
        self.assertIn('mro', self.complete(debugger, 'Hostile.mr')[1])
        for text in ('value.item_property.x', 'value.absent.x', 'nothing.x', 'value().x', '[1].x',
                     'value..x', '1.x'):
            self.assertEqual(self.complete(debugger, text)[1], {}, text)
        self.assertEqual(debugger.output(), before)

    def test_names_of_the_body_of_a_class_are_found(self):
        program = self.write('''
            class Body(object):
                inside = 1
                stop = 2                    # @stop
            ''')
        debugger = self.run_asking_to(program, 'stop')
        self.assertEqual(self.complete(debugger, 'insi')[1], {'inside': VALUE})


class SourcesTest(DebugTestCase):
    def source(self, debugger, frame=0, name=''):
        answer = debugger.ask('srcf', debugger.thread, frame, name)
        return answer if isinstance(answer, str) else answer[0]

    def ask_for_sources(self, debugger):
        debugger.send('mtrx', 1, 'sources')
        debugger.wait_for('MTRX')

    def run_asking_to(self, program, label='stop'):
        debugger = self.run_to(program, label)
        self.ask_for_sources(debugger)
        return debugger

    def test_files_have_their_source_in_their_encoding(self):
        program = self.write('')
        data = '# coding: latin-1\nvalue = "\xe4"\nlast = 1\n'
        with open(program.path, 'wb') as file:
            file.write(data.encode('latin-1'))
        debugger = self.launch(program)
        debugger.break_at(1, program.path, 3)
        self.assertEqual(debugger.go_on(), ('BRKH', 3))
        self.ask_for_sources(debugger)
        self.assertEqual(self.source(debugger), data)
        self.assertEqual(self.source(debugger, 0, program.path), data)
        self.assertEqual(self.source(debugger, 0, '/nowhere.py'),
                         'there is no source of /nowhere.py')

    def test_a_member_of_a_zip_file_has_its_source(self):
        text = 'def call(function):\n    function()\n'
        archive = os.path.join(self.folder, 'library.zip')
        with zipfile.ZipFile(archive, 'w') as file:
            file.writestr('zipped.py', text)
        program = self.write('''
            import sys
            sys.path.insert(0, 'library.zip')
            import zipped
            def stop():
                return 1                    # @stop
            zipped.call(stop)
            ''')
        debugger = self.run_asking_to(program)
        self.assertEqual(self.source(debugger, 1), text)
        name = debugger.evaluate('zipped.__file__').repr[1:-1]
        self.assertEqual(self.source(debugger, 0, name), text)

    def test_cells_have_the_source_that_linecache_knows(self):
        program = self.write('''
            import linecache
            def stop():
                return 1                    # @stop
            lines = ['stop()' + chr(10)]
            linecache.cache['<cell 1>'] = (len(lines[0]), None, lines, '<cell 1>')
            linecache.cache['<cell 2>'] = (lambda: lines[0] * 2,)
            exec(compile(lines[0], '<cell 1>', 'exec'))
            ''')
        debugger = self.run_asking_to(program)
        self.assertEqual(self.source(debugger, 1), 'stop()\n')
        self.assertEqual(self.source(debugger, 0, '<cell 2>'), 'stop()\nstop()\n')

    def test_a_cell_that_is_the_users_by_a_rule_has_breakpoints(self):
        program = self.write('''
            lines = ['value = 1' + chr(10), 'value = 2' + chr(10)]
            code = compile(''.join(lines), '<cell 1>', 'exec')
            exec(code)
            exec(code)                      # @again
            ''')
        debugger = self.launch(program)
        debugger.send('mtrx', 1, 'rules,lazy')
        debugger.wait_for('MTRX')
        debugger.send('rule', 1, 1, '<cell 1>')
        debugger.break_at(1, '<cell 1>', 2)
        self.assertEqual(debugger.go_on(), ('BRKH', 2))
        self.assertEqual(debugger.frames[debugger.thread][0].filename, '<cell 1>')
        self.assertEqual(debugger.step('over')[0], 'STPD')
        self.assertEqual(debugger.go_on(), ('BRKH', 2))
        self.assertEqual(debugger.finish(), 0)

    def test_the_text_after_c_has_its_source_and_text_given_to_exec_has_none(self):
        text = 'def work():\n    return 1\nexec("work()")\n'
        debugger = self.launch(['-c', text])
        debugger.send('brkp', 1, 2, '<string>', 0, '', 0, 0)
        debugger.wait_for('BRKS', 'BRKF')
        self.assertEqual(debugger.go_on(), ('BRKH', 2))
        self.ask_for_sources(debugger)
        self.assertEqual(self.source(debugger, 0), text)
        self.assertEqual(self.source(debugger, 1), 'there is no source of <string>')
        self.assertEqual(self.source(debugger, 2), text)

    def test_frozen_modules_have_the_source_of_the_standard_library(self):
        program = self.write('import later\n')
        later = self.write('last = 1                # @stop\n', 'later.py')
        debugger = self.launch(program)
        debugger.break_at(1, later.path, later['stop'])
        self.assertEqual(debugger.go_on(), ('BRKH', later['stop']))
        self.ask_for_sources(debugger)
        names = [frame.name for frame in debugger.frames[debugger.thread]]
        frame = names.index('_find_and_load')
        self.assertIn('def _find_and_load(', self.source(debugger, frame))


if __name__ == '__main__':
    unittest.main()
