"""Code that does not matter is not traced, and nothing of the program is harmed by that (PEP 523)."""

import os
import shutil
import sys
import unittest

import classic_client
from attaching import AGENT, AttachTestCase, INJECTED, wait_until

sys.path.insert(0, AGENT)

from _matrix_agent.control import frame_hook  # noqa: E402

# The way to reach other threads that is only nearly safe.
ALLOWED = dict(os.environ, MATRIX_QUIET_TURN='1')
HOOKED, PLAIN = 'trace+frames', 'trace'

# Lines of standard input are the steps of the program.
STEPS = '''
import sys
def step():
    print('ready', flush=True)
    sys.stdin.readline()
'''


@unittest.skipUnless(frame_hook.may_be(), 'there is no frame hook here')
class FrameHookTest(AttachTestCase):
    def control(self, debugger):
        debugger.send('mtrx', 1, '')
        return debugger.wait_for('MTRX').fields[2]

    def at_start(self, source, label=None, control=HOOKED, **options):
        """A program at its entry stop, with a breakpoint on a label, watched by the hook."""
        program = self.write(source)
        debugger = self.launch(program, **options)
        if label is not None:
            self.assertEqual(debugger.break_at(1, program.path, program[label]), 'BRKS')
        self.assertEqual(self.control(debugger), control)
        return program, debugger

    def runs(self, source, expected, label=None, **options):
        """The program runs as it would without a debugger."""
        program, debugger = self.at_start(source, label, **options)
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(debugger.output(), expected)
        self.assertEqual(debugger.errors(), '')

    def step(self, debugger):
        """The program goes on, after everything that was sent before."""
        self.control(debugger)
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()

    # What is traced

    def test_only_threads_that_run_code_with_a_breakpoint_are_traced_and_only_while_they_do(self):
        program, debugger = self.at_start('''
            import sys
            gettrace = sys.modules['_matrix_agent.genuine'].gettrace
            def inner():
                return gettrace() is not None
            def watched(stop):
                if stop:
                    return None     # @stop
                return inner()
            def numbers():
                yield inner()
                yield inner()
            print([inner(), watched(False), inner(), list(numbers()), watched(False), inner()])
            watched(True)
            print(inner())
        ''', 'stop')
        self.assertEqual(debugger.go_on(), ('BRKH', program['stop']))
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(),
                         '[False, True, False, [False, False], True, False]\nFalse\n')

    def test_a_breakpoint_is_hit_in_code_that_was_found_uninteresting_before(self):
        program, debugger = self.at_start(STEPS + '''
def work():
    return 1                        # @work
class Class:
    def __getitem__(self, key):
        return key                  # @item
def subscribe(thing):
    for number in range(100):
        thing[number]
for number in range(100):
    work()
subscribe(Class())
step()
work()
subscribe(Class())
''')
        debugger.send('resa')
        wait_until(lambda: 'ready' in debugger.output())
        debugger.break_at(1, program.path, program['work'])
        debugger.break_at(2, program.path, program['item'])
        self.step(debugger)
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['work']))
        self.assertEqual(debugger.step('out')[0], 'STPD')
        debugger.send('clst', debugger.thread)
        for number in range(3):
            self.assertEqual(debugger.go_on(), ('BRKH', program['item']))
            self.assertEqual(debugger.evaluate('key').repr, str(number))
        debugger.send('brkr', program['item'], 2)
        self.assertEqual(debugger.finish(), 0)

    def test_a_breakpoint_is_hit_in_a_function_that_runs_already_and_calls_nothing(self):
        program = self.write(INJECTED + '''
import threading
stop = []
def spin():
    number = 0
    while not stop:
        number += 1                 # @spin
def other():
    while not stop:
        pass
threads = [threading.Thread(target=spin), threading.Thread(target=other)]
for thread in threads:
    thread.start()
print('ready', flush=True)
for thread in threads:
    thread.join()
print('end')
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        self.assertEqual(self.control(debugger), HOOKED)
        for number in range(3):
            debugger.break_at(number, program.path, program['spin'])
            thread = debugger.wait_for('BRKH').fields[1]
            self.assertEqual(debugger.step('over', thread)[0], 'STPD')
            debugger.send('brkr', program['spin'], number)
            debugger.send('clst', thread)
            debugger.send('resa')
            debugger.settle()
        debugger.send('brka')
        debugger.wait_for('ASBR')
        debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))

    def test_a_break_reaches_threads_that_are_not_traced_and_they_go_on_untraced(self):
        program, debugger = self.at_start('''
            import sys, threading
            gettrace = sys.modules['_matrix_agent.genuine'].gettrace
            stop, traced = [], []
            def spin():
                while not stop:
                    number = 1      # @spin
                leaf()
                traced.append(gettrace())
            def leaf():
                pass
            def never():
                pass                # @never
            threads = [threading.Thread(target=spin) for _ in range(3)]
            for thread in threads:
                thread.start()
            print('ready', flush=True)
            for thread in threads:
                thread.join()
            print(traced)
        ''', 'never')
        debugger.send('resa')
        wait_until(lambda: 'ready' in debugger.output())
        for _ in range(3):
            debugger.send('brka')
            event = debugger.wait_for('ASBR')
            debugger.send('resa')
        debugger.send('brka')
        thread = debugger.wait_for('ASBR').fields[0]
        debugger.evaluate('stop.append(1)', thread=thread)
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'ready\n[None, None, None]\n')

    def test_a_suspended_generator_and_code_made_at_run_time_are_looked_at(self):
        program, debugger = self.at_start(STEPS + '''
def numbers():
    yield 1
    yield 2                         # @second
generator = numbers()
next(generator)
step()
next(generator)
exec(compile("""def made():
    return 5
made()
""", __file__ + '.made', 'exec'))
''')
        debugger.send('resa')
        wait_until(lambda: 'ready' in debugger.output())
        debugger.break_at(1, program.path, program['second'])
        debugger.send('brkp', 2, 2, program.path + '.made', 0, '', 0, 0)
        debugger.wait_for('BRKF')
        self.step(debugger)
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['second']))
        self.assertEqual(debugger.go_on(), ('BRKH', 2))
        self.assertIn('BRKS', [event.code for event in debugger.events[-9:]])
        self.assertEqual(debugger.finish(), 0)

    def test_a_thread_that_has_called_much_code_with_a_breakpoint_is_not_traced_for_ever(self):
        self.runs('''
            import sys, time
            gettrace = sys.modules['_matrix_agent.genuine'].gettrace
            def traced():
                return gettrace() is not None
            def watched(number):
                if number < 0:
                    return 0        # @never
                return number
            for number in range(50000):
                watched(number)
            end = time.time() + 20
            while traced() and time.time() < end:
                time.sleep(0.001)
            print(traced(), watched(3))
        ''', 'False 3\n', 'never')

    def test_a_trace_function_of_the_programs_has_its_events_beside_a_breakpoint(self):
        program, debugger = self.at_start('''
            import sys
            seen = []
            def work():
                return 1            # @work
            def tracer(frame, event, arg):
                seen.append((frame.f_code.co_name, event))
                return tracer
            sys.settrace(tracer)
            work()
            print(sys.gettrace() is tracer)
            sys.settrace(None)
            print(seen, sys.gettrace())
        ''', 'work')
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(
            debugger.output(),
            "True\n[('work', 'call'), ('work', 'line'), ('work', 'return')] None\n")

    # What must not be harmed

    def test_an_exception_that_is_thrown_into_a_generator_arrives(self):
        program, debugger = self.at_start(STEPS + '''
def numbers():
    try:
        yield 1
    except KeyError as error:
        value = error.args[0]       # @caught
        yield value
    finally:
        closed.append(1)
closed = []
def begin():
    made = {}
    exec(source, dict(closed=closed), made)
    generator = made['numbers']()
    next(generator)
    return generator
with open(__file__) as file:
    source = 'def numbers():' + file.read().split('def numbers():')[1].split('closed = []')[0]
generators = [begin() for _ in range(20)]
step()
assert [generator.throw(KeyError(5)) for generator in generators] == [5] * 20
for generator in generators[:10]:
    generator.close()
for generator in generators[10:]:
    try:
        generator.throw(OSError(7))
    except OSError as error:
        assert error.args == (7,), error
assert len(closed) == 20
watched = numbers()
next(watched)
watched.throw(KeyError(6))
print('end')
''')
        debugger.send('resa')
        wait_until(lambda: 'ready' in debugger.output())
        debugger.break_at(1, program.path, program['caught'])
        self.step(debugger)
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['caught']))
        self.assertEqual(debugger.evaluate('error.args[0]').repr, '6')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(debugger.output(), 'ready\nend\n')

    def test_recursion_without_end_is_an_error_and_not_the_end(self):
        for label in ('plain', 'deep', 'fresh', 'leaf'):
            with self.subTest(breakpoint=label):
                self.runs('''
                    def plain(number):
                        if number < 0:
                            return 0            # @plain
                        return plain(number + 1)
                    def deep(number):
                        if number < 0:
                            return 0            # @deep
                        try:
                            return deep(number + 1)
                        except RecursionError:
                            leaf()
                            raise
                    def leaf():
                        if caught is None:
                            return 0            # @leaf
                    def fresh(number):
                        if number < 0:
                            return 0            # @fresh
                        return eval('lambda: fresh(number + 1)', dict(
                            fresh=fresh, number=number))()
                    caught = 0
                    for function in (plain, deep, fresh) * 5:
                        try:
                            function(0)
                        except RecursionError:
                            caught += 1
                    print(caught)
                ''', '15\n', label)

    def test_fifty_threads_that_call_new_code_all_the_time_stay_correct(self):
        program, debugger = self.at_start('''
            import threading
            totals = []
            def watched(number):
                if number < 0:
                    return 0        # @never
                return number
            def work(number):
                total = 0
                for i in range(200):
                    made = {}
                    exec('def function(x):\\n    yield x\\n    yield %d' % i, made)
                    total += sum(made['function'](1)) - watched(1)
                totals.append(total)
            threads = [threading.Thread(target=work, args=(n,)) for n in range(50)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            print(set(totals), len(totals))
        ''', 'never')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(debugger.output(), '{%d} 50\n' % sum(range(200)))

    def test_a_subinterpreter_is_left_alone(self):
        self.runs('''
            def work():
                return 1            # @work
            try:
                from test.support import run_in_subinterp as run
                import _testcapi
            except ImportError:
                run = exec
            text = """
            def function(number):
                return number + 1
            assert sum(function(number) for number in range(1000)) == 500500
            """
            import gc, textwrap
            text = 'import gc\\ngc.collect()' + textwrap.dedent(text)
            for _ in range(10):
                # Code of ours that is garbage, for the other to collect (up to 3.8).
                for _ in range(50):
                    made = {}
                    exec('def function(): return 1', made)
                    made['function']()
                    del made
                assert not run(text)
            print('end')
        ''', 'end\n', 'work')

    def test_a_forked_child_runs_on_alone(self):
        program, debugger = self.at_start('''
            import os, sys
            def work():
                return 1            # @work
            def other():
                return 2
            child = os.fork()
            if child == 0:
                try:
                    exec('def made(): return 3', globals())
                    os._exit(work() + other() + made() + bool(sys.gettrace()))
                finally:
                    os._exit(99)
            print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
            work()
        ''', 'work')
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '6\n')

    def test_the_end_of_a_program_whose_threads_are_busy_is_its_own(self):
        source = '''
            import threading, atexit
            class Last(object):
                def __del__(self):
                    [made() for made in [lambda: 1] * 10]
            def watched(number):
                if number < 0:
                    return 0        # @never
                return number
            def spin():
                while True:
                    exec('def made(): return 3', {})
                    watched(1)
                    eval('(lambda: 1)()')
            for _ in range(5):
                threading.Thread(target=spin, daemon=True).start()
            kept = threading.kept = Last()
            kept.itself = kept
            atexit.register(lambda: print('end', flush=True))
        '''
        for _ in range(3):
            self.runs(source, 'end\n', 'never')
        program = self.write(INJECTED + self.write(source).source + '''
print('ready', flush=True)
go = threading.Event()
go.wait()
''', 'attached.py')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['never'])
        self.assertEqual(self.control(debugger), HOOKED)
        running.inject('import __main__; __main__.go.set()')
        debugger.until_closed()
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))

    # Where there can be none

    def without_hook(self, before, **options):
        """Attaches to a program that has done something before; breakpoints work all the same."""
        program = self.write(INJECTED + before + '''
import threading
stop = []
def work():
    return 1                        # @work
print('ready', flush=True)
while not stop:
    work()
print('end')
''')
        running = self.run_program(program, **options)
        wait_until(lambda: 'ready' in running.output() or running.process.poll() is not None,
                   running.errors)
        if 'refused' in running.output():
            self.skipTest('the system knows no such bound')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['work'])
        debugger.wait_for('BRKH')
        self.assertEqual(self.control(debugger), PLAIN)
        debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertTrue(running.output().endswith('end\n'), running.output())
        self.assertEqual(running.errors(), '')

    def test_memory_that_must_not_be_executed_is_no_obstacle(self):
        self.without_hook('''
import ctypes
PR_SET_MDWE = 65
if ctypes.CDLL(None).prctl(PR_SET_MDWE, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0),
                           ctypes.c_ulong(0)):
    print('refused')
''', environment=ALLOWED)

    def test_another_function_of_frames_stays_where_it_is(self):
        shutil.copytree(os.path.join(AGENT, '_matrix_agent'),
                        os.path.join(self.folder, '_other_agent'))
        self.without_hook('''
from _other_agent.control import frame_hook, thread_states as running
seen = []
def examine(code):
    seen.append(code)
other = frame_hook.install(running.calibrated(), examine)
import atexit
atexit.register(other.remove)
''')

    def test_it_can_be_switched_off(self):
        self.at_start('def work():\n    pass  # @work\n', 'work', PLAIN,
                      environment=dict(os.environ, MATRIX_FRAME_HOOK='0'))

    def test_without_machine_code_running_threads_are_traced_only_where_that_is_allowed(self):
        without = dict(os.environ, MATRIX_FRAME_HOOK='0')
        program = self.write(INJECTED + '''
import threading
print('ready', flush=True)
threading.Event().wait(60)
''')
        running = self.run_program(program, environment=without)
        running.wait_for_output('ready')
        listening, endpoint = self.listener()
        running.load('attach', endpoint, 'token', 'None')
        self.assertEqual(self.accept(running, listening)[1], 11)
        wait_until(lambda: 'MATRIX_QUIET_TURN=1 allows it' in running.errors())
        self.without_hook('', environment=dict(without, **ALLOWED))

    def test_while_exceptions_matter_everything_is_traced(self):
        program, debugger = self.at_start('''
            import threading
            def work():
                try:
                    raise KeyError(1)       # @raise
                except KeyError:
                    pass
            def run():
                work()
            run()
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
            run()                           # @last
        ''', 'last')
        debugger.send('sexi', 1, 0)
        for _ in range(2):
            self.assertEqual(debugger.go_on(), ('EXCP', program['raise']))
        debugger.send('sexi', 0, 0)
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        debugger.send('sexi', 1, 0)
        self.assertEqual(debugger.go_on(), ('EXCP', program['raise']))
        self.assertEqual(debugger.finish(), 0)


if __name__ == '__main__':
    unittest.main()
