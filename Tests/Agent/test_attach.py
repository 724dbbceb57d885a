"""The agent arrives in a program that runs already, and leaves again."""

import os
import shutil
import sys
import unittest

import classic_client
from attaching import AGENT, BusyTestCase, INJECTED, LOADER, wait_until

BLOCKED = INJECTED + '''
import threading, time
lock = threading.Lock()
lock.acquire()
def wait():
    lock.acquire()                  # @blocked
    value = 1                       # @after
    lock.release()
thread = threading.Thread(target=wait)
thread.start()
print('ready', flush=True)
thread.join()
print('end')
'''

class AttachTest(BusyTestCase):
    def test_threads_and_modules_are_announced_and_the_first_line_of_any_thread_is_the_load(self):
        program, running = self.busy(2)
        debugger = self.attach(running)
        load = debugger.wait_for('LOAD')
        codes = [event.code for event in debugger.events]
        self.assertEqual(codes[:4], ['NEWT'] * 4)       # main, injector, two workers
        self.assertEqual(set(codes[4:codes.index('THRF')]), set(['MODL']))
        self.assertEqual(set(codes[codes.index('THRF'):-1]), set(['THRF']))
        self.assertEqual(codes[-2:], ['THRF', 'LOAD'])
        self.assertIn(program.path, debugger.modules)
        self.assertEqual(debugger.events[-2].fields[0], load.fields[0])
        self.assertTrue(debugger.names[load.fields[0]].startswith('worker-'))
        self.assertIn('MainThread', debugger.names.values())
        self.assertEqual(debugger.evaluate('stop', thread=load.fields[0]).repr, '[]')
        debugger.detach()
        self.finish(running)

    def test_resuming_the_thread_that_was_loaded_resumes_all(self):
        program, running = self.busy(2)
        debugger = self.attach(running)
        load = debugger.wait_for('LOAD').fields[0]
        debugger.send('rest', load)
        debugger.send('sexi', 0, 0)
        debugger.break_at(1, program.path, program['count'])
        debugger.wait_for('BRKH')
        debugger.detach()
        self.finish(running)

    def test_a_breakpoint_in_a_running_loop_stops_without_a_stop_at_attach(self):
        program, running = self.busy()
        debugger = self.attach(running, 'NoBreakOnAttach')
        self.assertEqual(debugger.break_at(1, program.path, program['spin']), 'BRKS')
        thread = debugger.wait_for('BRKH').fields[1]
        self.assertNotIn('LOAD', [event.code for event in debugger.events])
        self.assertEqual(debugger.lines(thread), [program['spin']] + debugger.lines(thread)[1:])
        self.assertEqual(debugger.step('into', thread), ('STPD', program['count']))
        self.assertEqual(debugger.step('out', thread), ('STPD', program['spin']))
        debugger.detach()
        self.finish(running)

    def test_a_breakpoint_in_a_function_that_exists_and_has_not_run_yet(self):
        module = self.write("""
            before = 1

            def work():
                return before           # @work
            """, 'module.py')
        program = self.write(INJECTED + """
import module, time
print('ready', flush=True)
while not hasattr(sys, 'goes'):
    time.sleep(0.001)
print(module.work())
""")
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, module.path, module['work'])
        debugger.settle()
        running.inject('import sys; sys.goes = True')
        thread = debugger.wait_for('BRKH').fields[1]
        self.assertEqual(debugger.lines(thread)[0], module['work'])
        debugger.detach()
        self.assertEqual(running.exit_status(), 0)

    def test_a_thread_that_is_blocked_in_c_is_caught_when_it_returns(self):
        program = self.write(BLOCKED)
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['after'])
        debugger.settle()
        running.inject('import __main__; __main__.lock.release()')
        self.assertEqual(debugger.wait_for('BRKH').fields[0], 1)
        debugger.detach()
        self.assertEqual(running.exit_status(), 0)
        self.assertEqual(running.output(), 'ready\nend\n')

    def test_a_thread_that_returns_from_c_may_be_the_one_that_is_loaded(self):
        program = self.write(BLOCKED)
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running)
        debugger.wait_for('MODL')
        debugger.settle()
        running.inject('import __main__; __main__.lock.release()')
        load = debugger.wait_for('LOAD').fields[0]
        self.assertEqual(debugger.lines(load)[0], program['after'])
        debugger.detach()
        self.assertEqual(running.exit_status(), 0)

    def test_a_thread_from_c_is_debugged_on_its_first_python_frame(self):
        program = self.write(INJECTED + '''
import ctypes, threading
stop = []
def callback(argument):
    number = 1
    while not stop:
        number += 1                 # @callback
    return 0
function = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(callback)
go = threading.Event()
print('ready', flush=True)
go.wait()
library = ctypes.CDLL(None)
thread = ctypes.c_ulong()
library.pthread_create(ctypes.byref(thread), None, function, None)
library.pthread_join(thread, None)
print('end')
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['callback'])
        debugger.settle()
        running.inject('import __main__; __main__.go.set()')
        thread = debugger.wait_for('BRKH').fields[1]
        new = [event.fields[0] for event in debugger.events if event.code == 'NEWT']
        self.assertEqual(new.count(thread), 1)
        self.assertEqual([frame.name for frame in debugger.frames[thread]], ['callback'])
        debugger.evaluate('stop.append(1)', thread=thread)
        debugger.detach()
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nend\n')

    def test_a_suspended_generator_of_before_is_debugged(self):
        program = self.write(INJECTED + '''
import threading
def numbers():
    yield 1
    yield 2                         # @second
generator = numbers()
next(generator)
del numbers
go = threading.Event()
print('ready', flush=True)
go.wait()
next(generator)
print('end')
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['second'])
        debugger.settle()
        running.inject('import __main__; __main__.go.set()')
        self.assertEqual(debugger.wait_for('BRKH').fields[0], 1)
        debugger.detach()
        self.assertEqual(running.exit_status(), 0, running.errors())

    @unittest.skipIf(hasattr(sys, '_settraceallthreads')
                     and os.environ.get('MATRIX_EXECUTION_CONTROL') == 'trace',
                     'since 3.12 only monitoring leaves it alone')
    def test_a_trace_function_of_the_programs_is_there_again_afterwards(self):
        program = self.write(INJECTED + '''
import threading
seen, stop = [], []
def call():
    return 1                        # @call
def tracer(frame, event, arg):
    if frame.f_code is call.__code__:
        seen.append(1)
def work():
    sys.settrace(tracer)
    print('ready', flush=True)
    while not stop:
        call()
    print(sys.gettrace() is tracer, flush=True)
    del seen[:]
    call()
    print(len(seen))
thread = threading.Thread(target=work)
thread.start()
thread.join()
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['call'])
        debugger.wait_for('BRKH')
        debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nTrue\n1\n')

    def test_a_forked_child_lets_go_and_runs_on(self):
        program = self.write(INJECTED + '''
import os, threading
go = threading.Event()
def function():
    return os.getpid()              # @function
print('ready', flush=True)
go.wait()
child = os.fork()
if child == 0:
    os._exit(10 + (function() == os.getpid() and sys.gettrace() is None))
status = os.waitpid(child, 0)[1]
function()
print(os.WEXITSTATUS(status))
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['function'])
        debugger.settle()
        running.inject('import __main__; __main__.go.set()')
        debugger.wait_for('BRKH')
        debugger.detach()
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\n11\n')

    def test_the_end_of_the_program_is_a_detach(self):
        program, running = self.busy()
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.settle()
        running.inject("import __main__; __main__.stop.append(1)")
        debugger.until_closed()
        self.assertEqual(debugger.events[-1].code, 'DETC')
        self.assertEqual(running.exit_status(), 0)
        self.assertEqual(running.output(), 'ready\nend\n')

    def test_a_main_thread_that_ends_first_and_daemons_at_shutdown_do_no_harm(self):
        program = self.write(INJECTED + '''
import threading, time
go = threading.Event()
def spin():
    while True:
        number = 1
def late():
    go.wait()
    value = 1                       # @late
threading.Thread(target=spin, daemon=True).start()
threading.Thread(target=late).start()
end = threading.Event()
print('ready', flush=True)
end.wait()
''')
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['late'])
        debugger.settle()
        running.inject('import __main__; __main__.end.set()')
        running.inject('import __main__; __main__.go.set()')
        debugger.wait_for('BRKH')
        debugger.send('resa')
        debugger.until_closed()
        self.assertEqual(running.exit_status(), 0, running.errors())

    def test_threads_that_end_are_told_at_the_next_stop(self):
        program, running = self.busy(2)
        running.inject('import threading, __main__; __main__.extra = threading.Event(); '
                       'threading.Thread(target=__main__.extra.wait, name="extra").start()')
        debugger = self.attach(running)
        load = debugger.wait_for('LOAD').fields[0]
        extra = [thread for thread, name in debugger.names.items() if name == 'extra']
        debugger.send('resa')
        running.inject('__import__("__main__").extra.set()')
        if not extra:
            # It had not begun when the agent came.
            debugger.detach()
            self.finish(running)
            return
        wait_until(lambda: running.threads() <= 5)
        debugger.send('brka')
        ended = debugger.wait_for('EXTT').fields[0]
        self.assertEqual(ended, extra[0])
        self.assertNotEqual(ended, load)
        debugger.detach()
        self.finish(running)

    def test_a_second_debugger_is_refused_and_the_same_one_again_does_nothing(self):
        program, running = self.busy()
        listening, endpoint = self.listener()
        running.load('attach', endpoint, 'token', 'NoBreakOnAttach')
        debugger, status = self.accept(running, listening)
        self.assertEqual(status, 0)
        running.load('attach', endpoint, 'token', '')
        running.load('attach', endpoint, 'other', '')
        other, status = self.accept(running, listening, 'other')
        self.assertEqual(status, 18)
        self.assertRaises(classic_client.Closed, other.event)
        # The same one's thread may have its turn only when the session has ended.
        listening.close()
        debugger.break_at(1, program.path, program['count'])
        debugger.wait_for('BRKH')
        debugger.detach()
        self.finish(running)

    def test_an_agent_that_is_not_there_is_told_by_the_loader(self):
        program, running = self.busy()
        listening, endpoint = self.listener()
        with open(os.path.join(os.path.dirname(classic_client.LAUNCHER), '_matrix_agent',
                               'load.py')) as file:
            text = file.read()
        running.inject('exec(%r)' % (text + '\nload(%r, "attach", %r, "token")' % (
            os.path.join(self.folder, 'nowhere'), endpoint)))
        _, status = self.accept(running, listening)
        self.assertEqual(status, 3)
        self.finish(running, 'there is no _matrix_agent in')

    def test_a_way_of_watching_that_there_is_not_is_refused_by_number(self):
        program, running = self.busy()
        forced = 'ExecutionControl=' + ('no' if hasattr(sys, 'monitoring') else 'monitoring')
        listening, endpoint = self.listener()
        running.load('attach', endpoint, 'token', forced)
        _, status = self.accept(running, listening)
        self.assertEqual(status, 2)
        debugger = self.attach(running, 'ExecutionControl=trace')
        debugger.wait_for('LOAD')
        debugger.detach()
        self.finish(running, 'Refused')

    def test_the_agents_files_may_go_once_it_has_connected(self):
        program, running = self.busy()
        copy = os.path.join(self.folder, 'copy')
        shutil.copytree(os.path.join(AGENT, '_matrix_agent'), os.path.join(copy, '_matrix_agent'))
        listening, endpoint = self.listener()
        with open(LOADER) as file:
            text = file.read()
        running.inject('exec(%r)' % (text + '\nload(%r, "attach", %r, "token", %r)' % (
            copy, endpoint, 'RedirectOutput, RichExceptions')))
        debugger, status = self.accept(running, listening)
        self.assertEqual(status, 0)
        shutil.rmtree(copy)
        thread = debugger.wait_for('LOAD').fields[0]
        debugger.send('mtrx', 1, 'acknowledge,channels,errors,hits,pages,sliding')
        debugger.wait_for('MTRX')
        debugger.send('chlp', 'workers', thread, 0, 1, 1, 0, 1)
        self.assertEqual(len(debugger.wait_for('CHLP').fields[3]), 1)
        self.assertEqual(debugger.evaluate('1 + 1', thread=thread).repr, '2')
        debugger.send('chld', 'workers', thread, 0, 2, 1)
        self.assertEqual(len(debugger.wait_for('CHLD').fields[1]), 1)
        debugger.send('setl', thread, 0, debugger.lines(thread)[0])
        debugger.wait_for('SETL')
        debugger.send('sexi', 1, 0)
        debugger.break_at(1, program.path, program['count'], (1, 'int("x")'))
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('EXC2', 'BRKE').code, 'BRKE')
        debugger.wait_for('BRK2')
        debugger.detach()
        self.finish(running)


if __name__ == '__main__':
    unittest.main()
