"""A program describes itself in the same words under the agent as without, in whichever way it is
started: output, errors and exit status."""

import os
import py_compile
import subprocess
import sys
import unittest
import zipfile

import classic_client
from debuggee import DebugTestCase

# What every way is asked; the names that the agent's own needs bring are left out.
DESCRIBED = '''
import sys
def describe():
    module = sys.modules['__main__']
    for name in sorted(vars(module)):
        if name.startswith('__') and name != '__builtins__':
            value = getattr(module, name)
            if name in ('__loader__', '__spec__'):
                value = type(value).__name__, getattr(value, 'name', None), getattr(
                    value, 'origin', None), getattr(value, 'path', None)
            print(name, value)
    print(sys.argv, sys.path[0], getattr(sys, 'orig_argv', [])[1:])
    print(sys._getframe(1).f_code.co_filename, sys._getframe(1).f_code.co_name)
    print(sys.exc_info(), getattr(sys, 'last_type', None))
describe()
def end():
    how = sys.argv[-1]
    if how == 'exit':
        sys.exit(3)
    if how == 'text':
        sys.exit('a text')
    if how == 'fail':
        raise ValueError('no')
    if how == 'chained':
        try:
            {}['key']
        except KeyError as error:
            raise ValueError('no') from error
    if how == 'hook':
        def hook(kind, value, traceback):
            import traceback as module
            print('hook', kind, value, module.extract_tb(traceback))
            print(sys.last_traceback is traceback)
        sys.excepthook = hook
        raise ValueError('no')
    if how == 'interrupt':
        raise KeyboardInterrupt
    if how == 'atexit':
        import atexit, threading, time
        atexit.register(print, 'exit function')
        main = threading.main_thread()
        def wait():
            main.join()
            print('thread', '__file__' in vars(sys.modules['__main__']))
        threading.Thread(target=wait).start()
'''
# What looks at the stack below the program.
DEPTH = '''
import traceback, warnings
traceback.print_stack()
warnings.warn('a warning', stacklevel=2)
def depth():
    frame, count = sys._getframe(1), 0
    while frame is not None:
        frame, count = frame.f_back, count + 1
    return count
print('depth', depth())
'''
ENDS = ('', 'exit', 'text', 'fail', 'chained', 'hook', 'interrupt', 'atexit')


class AsNativelyTest(DebugTestCase):
    def bare(self, arguments, options=()):
        process = subprocess.Popen([classic_client.PYTHON] + list(options) + arguments,
                                   cwd=self.folder, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        output, errors = process.communicate()
        return process.returncode, output.decode(), errors.decode()

    def under_agent(self, arguments, options=()):
        debugger = self.launch(arguments, interpreter_options=options)
        status = debugger.finish()
        return status, debugger.output(), debugger.errors()

    def check(self, arguments, ends=ENDS, options=()):
        for end in ends:
            with self.subTest(end or 'ends', arguments=arguments):
                expected = self.bare(arguments + [end], options)
                found = self.under_agent(arguments + [end], options)
                self.assertEqual(found, expected)

    def test_a_script(self):
        self.write(DESCRIBED + DEPTH + 'end()\n', 'script.py')
        self.check(['script.py'])

    def test_a_script_in_a_folder(self):
        self.write(DESCRIBED + DEPTH + 'end()\n', 'deep/script.py')
        self.check(['./deep/../deep/script.py'], ['', 'fail'])
        self.check([os.path.join(self.folder, 'deep', 'script.py')], ['', 'fail'], ['-W', 'error'])
        self.check(['deep/script.py'], ['', 'fail'], ['-I'])

    def test_a_compiled_script(self):
        program = self.write(DESCRIBED + DEPTH + 'end()\n', 'script.py')
        py_compile.compile(program.path, os.path.join(self.folder, 'compiled.pyc'), doraise=True)
        self.check(['compiled.pyc'])

    def test_code_on_the_command_line(self):
        self.check(['-c', DESCRIBED + DEPTH + 'end()'])
        self.check(['-c', '# coding: latin-1\nprint(ascii("\xe9\u20ac"))\nraise ValueError'], [''])

    @unittest.skipUnless(sys.version_info >= (3, 14), 'it is dedented since 3.14')
    def test_code_on_the_command_line_that_is_indented(self):
        self.check(['-c', '\n    if True:\n        print("inside")\n\n    print("outside")\n'], [''])

    def test_a_module(self):
        self.write('print("package", __name__)\n', 'package/__init__.py')
        self.write(DESCRIBED + 'end()\n', 'package/module.py')
        self.write(DESCRIBED + 'end()\n', 'package/__main__.py')
        self.check(['-m', 'package.module'])
        self.check(['-m', 'package'], ['', 'fail'])

    def test_a_folder(self):
        self.write(DESCRIBED + 'end()\n', 'app/__main__.py')
        self.check(['app'])

    def test_a_zip(self):
        with zipfile.ZipFile(os.path.join(self.folder, 'app.zip'), 'w') as archive:
            archive.writestr('__main__.py', DESCRIBED + 'end()\n')
        # Nothing in it is the user's code, so that there is no entry stop.
        for end in ('', 'exit', 'fail'):
            debugger = self.launch(['app.zip', end], loads=False)
            debugger.wait_for('LAST')
            debugger.send('lack')
            status = debugger.exit_status()
            self.assertEqual((status, debugger.output(), debugger.errors()),
                             self.bare(['app.zip', end]))

    def test_a_script_with_a_mistake(self):
        self.write('x = 1\ny = )\n', 'broken.py')
        self.write('if x:\ny\n', 'unindented.py')
        with open(os.path.join(self.folder, 'nothing.py'), 'wb') as file:
            file.write(b'x = "\xff"\n')
        for name in ('broken.py', 'unindented.py', 'nothing.py'):
            debugger = self.launch([name], loads=False)
            debugger.wait_for('LAST')
            debugger.send('lack')
            self.assertEqual((debugger.exit_status(), debugger.output(), debugger.errors()),
                             self.bare([name]))


if __name__ == '__main__':
    unittest.main()
