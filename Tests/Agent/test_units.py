"""Parts of the agent that need no debugger."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import unittest
import venv

import classic_client

sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
    'Harness', 'Agent'))

from _matrix_agent import (  # noqa: E402
    code_filter, code_lines, files, genuine, safe_repr, stepping, wire)
from _matrix_agent.control import base  # noqa: E402

MONITORING = getattr(sys, 'monitoring', None)


class WireTest(unittest.TestCase):
    def reader(self, *chunks):
        left = list(chunks)
        return wire.Reader(lambda count: left.pop(0) if left else b'')

    def test_integers_are_eight_bytes_with_sign_and_the_high_byte_first(self):
        self.assertEqual(wire.integer(1), b'\0\0\0\0\0\0\0\1')
        self.assertEqual(wire.integer(-2), b'\xff\xff\xff\xff\xff\xff\xff\xfe')
        self.assertEqual(wire.integer(1 << 40), b'\0\0\1\0\0\0\0\0')

    def test_strings_have_a_prefix_for_their_kind(self):
        self.assertEqual(wire.text(None), b'N')
        self.assertEqual(wire.text('\u00e9'), b'U\0\0\0\0\0\0\0\2\xc3\xa9')
        self.assertEqual(wire.text(b'\xe9'), b'A\0\0\0\0\0\0\0\1\xe9')
        self.assertEqual(wire.text('\ud800')[9:], b'\\ud800')

    def test_a_message_may_come_in_any_pieces(self):
        data = wire.integer(5) + wire.integer(2) + b'hi' + wire.integer(-1)
        for size in (1, 3, len(data)):
            reader = self.reader(*[data[at:at + size] for at in range(0, len(data), size)])
            self.assertEqual((reader.integer(), reader.string(), reader.integer()),
                             (5, 'hi', -1))
            self.assertRaises(wire.ProtocolError, reader.bytes, 1)

    def test_a_count_that_no_message_has_is_refused(self):
        self.assertRaises(wire.ProtocolError, self.reader(wire.integer(-1)).string)
        self.assertRaises(wire.ProtocolError, self.reader(wire.integer(1 << 50)).string)


class LinesTest(unittest.TestCase):
    def test_lines_are_those_with_code_and_not_those_of_nested_functions(self):
        source = 'first = 1\n\ndef function():\n    inner = 1\n\nlast = (1,\n        len(""))\n'
        code = compile(source, 'file', 'exec')
        lines = code_lines.line_numbers(code)
        self.assertTrue(lines.issuperset([1, 3, 6]), lines)
        self.assertFalse(lines.intersection([2, 4, 5]), lines)

    def test_the_last_line_is_the_largest_and_not_the_last_in_the_table(self):
        source = 'value = [\n    1,\n    len(""),\n    len("")]\n'
        self.assertEqual(code_lines.last_line(compile(source, 'file', 'exec')), 4)

    def test_a_code_object_is_not_kept_alive(self):
        import gc
        import weakref
        code = compile('1', 'file', 'exec')
        code_lines.last_line(code)
        reference = weakref.ref(code)
        del code
        gc.collect()                    # Without a GIL, refcounts of code objects are deferred.
        self.assertIsNone(reference())


class ReprTest(unittest.TestCase):
    def test_the_classic_limits_hold(self):
        self.assertEqual(safe_repr.safe_repr(list(range(14))), repr(list(range(14))))
        self.assertEqual(safe_repr.safe_repr(list(range(15))),
                         repr(list(range(14)))[:-1] + ', ...]')
        self.assertEqual(safe_repr.safe_repr([list(range(10))]),
                         '[' + repr(list(range(9)))[:-1] + ', ...]]')
        self.assertEqual(safe_repr.safe_repr([[[1]]]), '[[[...]]]')
        self.assertEqual(safe_repr.safe_repr([{'a': {'b': 1}}]), "[{'a': {...}}]")
        self.assertEqual(len(safe_repr.safe_repr('x' * 1000000)), 65536 * 2 // 3 + 3 + 21845)
        self.assertEqual(safe_repr.safe_repr(['x' * 100]), "['" + 'x' * 19 + '...'
                         + 'x' * 9 + "']")

    def test_keys_are_sorted_and_cycles_end(self):
        self.assertEqual(safe_repr.safe_repr({'b': 1, 'a': 2}), "{'a': 2, 'b': 1}")
        cycle = [1]
        cycle.append(cycle)
        self.assertEqual(safe_repr.safe_repr(cycle), '[1, [...]]')
        mapping = {}
        mapping['self'] = mapping
        self.assertEqual(safe_repr.safe_repr(mapping), "{'self': {...}}")

    def test_containers_print_as_they_do_without_a_debugger(self):
        for value in ((), (1,), [], {}, set(), frozenset(), {1}, frozenset([1]), (1, 'a', None)):
            self.assertEqual(safe_repr.safe_repr(value), repr(value))

    def test_huge_numbers_cost_little(self):
        self.assertTrue(safe_repr.safe_repr(1 << 1000000).startswith('0x1000'))
        self.assertEqual(safe_repr.safe_repr(1 << 100), repr(1 << 100))

    def test_a_representation_that_fails_is_replaced(self):
        class Raises(object):
            def __repr__(self):
                raise SystemExit()

        class Wrong(object):
            def __repr__(self):
                return 5

        class Meta(type):
            def __getattribute__(cls, name):
                raise ValueError()

        Hidden = Meta('Hidden', (object,), {})
        for kind in (Raises, Wrong):
            self.assertIn(kind.__name__ + ' object at', safe_repr.safe_repr(kind()))
        self.assertIn('Hidden', safe_repr.safe_repr(Hidden()))

    def test_a_subclass_with_a_representation_of_its_own_is_counted_when_long(self):
        class Listing(list):
            def __repr__(self):
                return 'mine'
        self.assertEqual(safe_repr.safe_repr(Listing([1])), 'mine')
        self.assertEqual(safe_repr.safe_repr(Listing(range(50))), '<Listing, len() = 50>')


class FilesTest(unittest.TestCase):
    def matches(self, requested, path):
        return files.matches(requested, None, files.SourceFile(path, path, 1))

    def test_a_file_from_elsewhere_matches_by_name_and_not_by_part_of_it(self):
        self.assertTrue(self.matches('C:\\project\\module.py', '/srv/module.py'))
        self.assertTrue(self.matches('/Project/Module.py', '/srv/module.py'))
        self.assertFalse(self.matches('/project/other_module.py', '/srv/module.py'))

    def test_library_code_and_generated_code_is_not_the_users(self):
        is_user_code = code_filter.CodeFilter()
        self.assertFalse(is_user_code(os.__file__))
        self.assertFalse(is_user_code('<frozen importlib._bootstrap>'))
        self.assertFalse(is_user_code('<string>'))
        self.assertFalse(is_user_code(code_filter.__file__))
        self.assertTrue(is_user_code('/srv/program/module.py'))
        self.assertTrue(is_user_code(sys.prefix + '-of-mine/module.py'))

    def test_a_project_below_the_prefix_is_the_users_and_installed_packages_are_not(self):
        is_user_code = code_filter.CodeFilter()
        self.assertTrue(is_user_code(os.path.join(sys.prefix, 'src', 'app', 'module.py')))
        self.assertTrue(is_user_code(os.path.join(sys.prefix, 'module.py')))
        for name in ('stdlib', 'platstdlib', 'purelib', 'platlib'):
            path = os.path.join(sysconfig.get_path(name), 'package', 'module.py')
            self.assertFalse(is_user_code(path), path)
            self.assertFalse(is_user_code(os.path.realpath(path)), path)

    def test_what_is_installed_in_a_virtual_environment_is_a_library_and_the_project_is_not(self):
        folder = os.path.realpath(tempfile.mkdtemp(prefix='matrix-'))
        self.addCleanup(shutil.rmtree, folder)
        real, link = os.path.join(folder, 'real'), os.path.join(folder, 'link')
        os.mkdir(real)
        os.symlink(real, link)
        environment = os.path.join(link, 'venv')
        venv.create(environment, with_pip=False, symlinks=True)
        program = (
            'import sys, sysconfig; sys.path.insert(0, sys.argv[1])\n'
            'from _matrix_agent import code_filter\n'
            'is_user_code = code_filter.CodeFilter()\n'
            'installed = sysconfig.get_path("purelib") + "/package.py"\n'
            'print([is_user_code(name) for name in sys.argv[2:] + [\n'
            '    installed, installed.replace("/link/", "/real/"), sysconfig.__file__]])\n')
        answer = subprocess.check_output(
            [os.path.join(environment, 'bin', 'python'), '-c', program,
             os.path.dirname(classic_client.LAUNCHER), real + '/app.py', link + '/venv/app.py'])
        self.assertEqual(answer.decode().strip(), '[True, True, False, False, False]')

    def test_a_debuggers_rules_go_first_and_the_first_that_fits_decides(self):
        is_user_code = code_filter.CodeFilter()
        self.assertTrue(is_user_code('/srv/program/vendored/module.py'))
        installed = os.path.join(sysconfig.get_path('purelib'), 'mine')
        is_user_code.set_rules([('/srv/program/vendored/keep', True),
                                ('/srv/program/vendored', False), (installed, True)])
        self.assertTrue(is_user_code('/srv/program/vendored/keep/module.py'))
        self.assertFalse(is_user_code('/srv/program/vendored/module.py'))
        self.assertTrue(is_user_code('/srv/program/vendored2/module.py'))
        self.assertTrue(is_user_code(os.path.join(installed, 'module.py')))
        self.assertFalse(is_user_code(installed + '2/module.py'))
        is_user_code.set_rules([])
        self.assertTrue(is_user_code('/srv/program/vendored/module.py'))

    def test_library_code_is_the_users_when_asked_for_but_the_agent_never_is(self):
        is_user_code = code_filter.CodeFilter(debug_stdlib=True)
        self.assertTrue(is_user_code(os.__file__))
        self.assertFalse(is_user_code(code_filter.__file__))


class StepTest(unittest.TestCase):
    def test_into_ends_on_any_line_of_the_function_that_is_called(self):
        called = sys._getframe()
        base = called.f_back
        step = stepping.Step(stepping.INTO, base, 3)
        self.assertFalse(step.ends_on_line(base, 3))
        self.assertTrue(step.ends_on_line(base, 4))
        self.assertFalse(step.call(base.f_back))
        self.assertTrue(step.call(called))
        self.assertTrue(step.ends_on_line(called, 3))
        self.assertFalse(step.ends_on_line(base, 4))
        self.assertFalse(step.call(called))

    def test_out_ends_on_no_line_before_its_frame_has_ended(self):
        step = stepping.Step(stepping.OUT, 'base', 3)
        self.assertFalse(step.ends_on_line('base', 4))
        self.assertFalse(step.ends_on_return('other'))
        self.assertTrue(step.ends_on_return('base'))
        step.leave_to('outer')
        self.assertTrue(step.ends_on_line('outer', 3))


class PatchTest(unittest.TestCase):
    def test_applying_and_removing_twice_is_success(self):
        class Control(base.ExecutionControl):
            def _apply(self, patch):
                done.append('applied')

            def _remove(self, patch):
                done.append('removed')

        done = []
        control = Control(None, None)
        patch = base.Patch(base.ENTRY)
        control.remove(patch)
        for _ in range(2):
            control.apply(patch)
            self.assertTrue(patch.active)
        for _ in range(2):
            control.remove(patch)
            self.assertFalse(patch.active)
        self.assertEqual(done, ['applied', 'removed'])

    @unittest.skipUnless(MONITORING, 'sys.monitoring came with 3.12')
    def test_tools_of_others_are_left_alone_and_none_left_is_said(self):
        from _matrix_agent.control import monitoring
        taken = []
        try:
            for tool in range(6):
                if MONITORING.get_tool(tool) is None:
                    MONITORING.use_tool_id(tool, 'other')
                    taken.append(tool)
            control = monitoring.MonitoringControl(base.Sink(), lambda name: False)
            self.assertRaises(monitoring.NoToolLeft, control.start)
            MONITORING.free_tool_id(taken.pop())
            control.start()
            self.assertEqual(MONITORING.get_tool(5), 'matrix')
            control.stop()
            self.assertIsNone(MONITORING.get_tool(5))
        finally:
            for tool in taken:
                MONITORING.free_tool_id(tool)


class GenuineTest(unittest.TestCase):
    def test_builtin_modules_are_the_ones_that_there_are(self):
        for name in ('sys', 'builtins', '_thread', 'posix', 'time'):
            self.assertTrue(genuine._is_stdlib(sys.modules[name]), name)
            self.assertIs(genuine.stdlib(name), sys.modules[name])


if __name__ == '__main__':
    unittest.main()
