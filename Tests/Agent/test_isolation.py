"""Programs that replace functions of the interpreter, or have modules and finders of their own where
the agent might meet them."""

import os
import sys
import unittest

import classic_client
from attaching import AttachTestCase, INJECTED, wait_until

# As gevent and eventlet do it: a "thread" is something that runs on the calling thread, an identifier
# is not that of a thread, and a lock is not to be waited for on the only thread that there is.
PATCHED = '''
import os, sys, _thread, threading, time
pause, identify = time.sleep, _thread.get_ident
def start_new_thread(function, arguments=(), keywords={}):
    function(*arguments, **keywords)
    return 4711
def get_ident():
    return len(str(identify())) and 4711
class Lock(object):
    def __init__(self):
        self.held = False
    def acquire(self, blocking=True, timeout=-1):
        if self.held and blocking:
            raise SystemError('this operation would block for ever')
        self.held = True
        return True
    __enter__ = acquire
    def release(self):
        self.held = False
    def __exit__(self, *exception):
        self.held = False
    def locked(self):
        return self.held
def sleep(seconds=0):
    raise SystemError('asleep')
def patch():
    for module in (_thread, threading):
        for name in ('start_new_thread', 'start_new', '_start_new_thread',
                     'start_joinable_thread', '_start_joinable_thread'):
            if hasattr(module, name):
                setattr(module, name, start_new_thread)
        for name in ('allocate_lock', 'allocate', '_allocate_lock', 'Lock', 'LockType'):
            if hasattr(module, name):
                setattr(module, name, Lock)
        module.get_ident = get_ident
    main = threading.main_thread()
    del threading._active[main._ident]
    main._ident = 4711
    threading._active[4711] = main
    time.sleep = sleep
    os.getpid = lambda: 1
'''

LOOP = '''
patch()
import __main__
stop = []
def work(number):
    twice = number * 2              # @work
    return twice                    # @next
print('ready', flush=True)
number = 0
while not stop:
    number = number + 1
    work(number)                    # @call
    pause(0.001)
print('end', _thread.get_ident(), type(_thread.allocate_lock()).__name__)
'''


class ReplacedFunctionsTest(AttachTestCase):
    def setUp(self):
        AttachTestCase.setUp(self)
        self.path = os.path.join(self.folder, 'agent')

    def test_an_agent_that_listens_is_on_a_thread_and_not_in_the_way(self):
        program = self.write(INJECTED + PATCHED + LOOP)
        running = self.run_program(program)
        running.wait_for_output('ready')
        counts = running.threads(), running.descriptors()
        running.load('listen', 'unix:' + self.path, 'secret')
        for _ in range(2):
            debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
            self.session(debugger, program)
            debugger.detach()
        wait_until(lambda: running.threads() == counts[0] + 1, running.errors)
        self.finish(running)

    def test_an_agent_that_connects_is_on_a_thread(self):
        program = self.write(INJECTED + PATCHED + LOOP)
        running = self.run_program(program)
        running.wait_for_output('ready')
        for _ in range(2):
            debugger = self.attach(running, 'NoBreakOnAttach')
            self.session(debugger, program)
            debugger.detach()
        self.finish(running)

    def session(self, debugger, program):
        debugger.break_at(1, program.path, program['work'])
        debugger.thread = debugger.wait_for('BRKH').fields[1]
        self.assertEqual(debugger.evaluate('number * 0 + 5').repr, '5')
        self.assertEqual(debugger.step('over'), ('STPD', program['next']))
        debugger.send('brkr', program['work'], 1)
        self.assertEqual(debugger.step('out'), ('STPD', program['call']))

    def finish(self, running):
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nend 4711 Lock\n')
        self.assertEqual(running.errors(), '')

    def test_a_launched_program_that_replaces_functions_stops_evaluates_and_steps(self):
        program = self.write(PATCHED + LOOP.replace('while not stop', 'while number < 20'))
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['work'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.evaluate('number + 1').repr, '2')
        self.assertEqual(debugger.step('over'), ('STPD', program['next']))
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.variables()['number'].repr, '2')
        debugger.send('brkr', program['work'], 1)
        self.assertEqual(debugger.step('out'), ('STPD', program['call']))
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'ready\nend 4711 Lock\n')
        self.assertEqual(debugger.errors(), '')


NAMES = ('ast', 'atexit', 'code', 'ctypes', '_ctypes', 'dis', 'gc', 'inspect', 'linecache', 'opcode',
         '_opcode', 'pwd', 'resource', 'runpy', 'signal', 'socket', '_socket', 'struct', 'threading',
         'time', 'tokenize', 'traceback', 'types', 'warnings', 'weakref')

# Everything that the agent may need of the standard library happens here.
EVERYTHING = '''
import os, sys
def generator():
    value = yield 1                 # @yield
    return value
def outer():
    result = yield from generator()
    return result
def many():
    found = [value for value in outer()]        # @many
    return found
for each in range(6):
    many()
try:
    raise ValueError('caught')
except ValueError:
    pass
done = True                         # @done
print(sorted(name for name in NAMES if 'HOSTILE' in str(getattr(sys.modules.get(name), '__doc__', ''))))
'''.replace('NAMES', repr(NAMES))


class HostileModulesTest(AttachTestCase):
    def hostile_folder(self):
        for name in NAMES:
            self.write('"""HOSTILE"""\nimport sys\nsys.stderr.write("executed %s\\n" % __name__)\n'
                       'import os\nos._exit(9)\n', name + '.py')

    def test_modules_of_a_launched_program_are_not_executed_by_the_agent(self):
        self.hostile_folder()
        program = self.write(EVERYTHING)
        debugger = self.launch(program, loads=False)
        debugger.wait_for('LOAD')
        debugger.send('sexi', 0, 1, 32, 'ValueError')
        for number, label in enumerate(('yield', 'many', 'done')):
            debugger.break_at(number, program.path, program[label], (1, 'str(len("x")) == "1"'))
        for kind in ('over', 'into', 'out'):
            debugger.go_on()
            self.assertEqual(debugger.evaluate('1 + 1').repr, '2')
            debugger.step(kind)
        while debugger.go_on() != ('BRKH', program['done']):
            self.assertIn(debugger.events[-1].code, ('BRKH', 'STPD'))
        debugger.send('setl', debugger.thread, 0, program['done'])
        self.assertEqual(debugger.wait_for('SETL').fields[0], 1)
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), ('[]\n', ''))

    def test_modules_and_finders_of_a_running_program_are_left_alone(self):
        self.hostile_folder()
        program = self.write(INJECTED + '''
class Finder(object):
    @staticmethod
    def find_spec(name, *rest):
        sys.stderr.write('asked for %s\\n' % name)
sys.meta_path.insert(0, Finder)
stop = []
def work(number):
    twice = number * 2              # @work
    return twice                    # @next
print('ready', flush=True)
before = sorted(sys.modules)
while not stop:
    work(1)
print('end', [name for name in sorted(sys.modules)
              if name not in before and not name.startswith('_matrix_agent')])
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        for _ in range(2):
            debugger = self.attach(running, 'NoBreakOnAttach')
            debugger.break_at(1, program.path, program['work'], (1, 'number == 1'))
            debugger.thread = debugger.wait_for('BRKH').fields[1]
            self.assertEqual(debugger.evaluate('number').repr, '1')
            self.assertEqual(debugger.step('over'), ('STPD', program['next']))
            debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.errors(), '')
        self.assertEqual(running.output(), 'ready\nend []\n')

    def test_imports_happen_where_no_program_runs_yet(self):
        """Functions of the agent import nothing, but for what is chosen before the program starts."""
        import ast
        agent = os.path.join(os.path.dirname(classic_client.LAUNCHER), '_matrix_agent')
        late = []
        for folder, _, names in os.walk(agent):
            for name in names:
                path = os.path.join(folder, name)
                if not name.endswith('.py') or name == 'load.py':
                    continue
                with open(path) as file:
                    tree = ast.parse(file.read())
                for function in ast.walk(tree):
                    if isinstance(function, ast.FunctionDef):
                        late += [(os.path.relpath(path, agent), function.name)
                                 for node in ast.walk(function)
                                 if isinstance(node, (ast.Import, ast.ImportFrom))]
        self.assertEqual(sorted(set(late)), [
            ('control/__init__.py', 'choose'), ('launch.py', '_remember'), ('launch.py', 'run')])


if __name__ == '__main__':
    unittest.main()
