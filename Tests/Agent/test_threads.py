"""Several threads."""

import re
import subprocess
import unittest

import classic_client
from attaching import wait_until
from debuggee import DebugTestCase

RUNNING = '<expression cannot be evaluated at this time>'

WORKERS = '''
import threading, time
go_on = threading.Event()
def work(number):
    value = number          # @work
    value += 1              # @next
    go_on.wait()
    value += 1              # @late
threads = [threading.Thread(target=work, args=(number,), name='worker-%d' % number)
           for number in range(2)]
for thread in threads:
    thread.start()
ready = True                # @ready
go_on.set()
for thread in threads:
    thread.join()
print('end')
'''

LOOP = '''
import threading
stop = []
def spin():
    count = 0
    while not stop:
        count += 1
thread = threading.Thread(target=spin, name='spinner')
thread.start()
while not stop:
    main = 1
thread.join()
print('end')
'''


class ThreadTest(DebugTestCase):
    def test_a_thread_is_announced_stops_by_itself_and_says_goodbye(self):
        program = self.write('''
            import threading
            def work():
                value = 1           # @work
            thread = threading.Thread(target=work, name='worker')
            thread.start()
            thread.join()
            ''')
        debugger = self.run_to(program, 'work')
        worker = debugger.events[-1].fields[1]
        self.assertNotEqual(worker, debugger.thread)
        self.assertEqual(debugger.names[worker], 'worker')
        self.assertEqual(debugger.names[debugger.thread], 'MainThread')
        new = [event.fields[0] for event in debugger.events if event.code == 'NEWT']
        self.assertEqual(new, [debugger.thread, worker])
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('EXTT').fields, (worker,))
        self.assertEqual(debugger.wait_for('EXTT').fields, (debugger.thread,))

    def test_frames_of_the_other_threads_come_before_those_of_the_one_that_stopped(self):
        program = self.write('''
            import threading
            def work():
                value = 1           # @work
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            ''')
        debugger = self.run_to(program, 'work')
        worker = debugger.events[-1].fields[1]
        self.assertEqual([(event.code, event.fields[0]) for event in debugger.events[-3:-1]],
                         [('THRF', debugger.thread), ('THRF', worker)])

    def test_every_door_to_a_new_thread_is_watched(self):
        program = self.write('''
            import _thread, threading
            from concurrent.futures import ThreadPoolExecutor
            done = _thread.allocate_lock()
            done.acquire()
            def work(release=None):
                value = 1           # @work
                if release:
                    release()
            _thread.start_new_thread(work, (done.release,))
            done.acquire()
            threading.Timer(0, work).start()
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work).result()
            print('end')
            ''')
        debugger = self.run_to(program, 'work')
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_two_threads_at_one_breakpoint_stop_one_after_the_other(self):
        program = self.write(WORKERS)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['late'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['late']))
        first = debugger.events[-1].fields[1]
        self.assertEqual(debugger.go_on(), ('BRKH', program['late']))
        self.assertNotEqual(debugger.events[-1].fields[1], first)
        self.assertEqual(debugger.finish(), 0)

    def test_a_step_in_one_thread_is_not_taken_by_another(self):
        program = self.write(WORKERS)
        debugger = self.run_to(program, 'work')
        worker = debugger.events[-1].fields[1]
        debugger.send('brkr', program['work'], 1)
        debugger.send('stpv', worker)
        self.assertEqual(debugger.wait_for('STPD').fields, (worker,))
        self.assertEqual(debugger.lines(worker)[0], program['next'])
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_a_thread_that_begins_while_all_stand_stands_with_them_in_silence(self):
        program = self.write('''
            import sys, threading
            def work():
                return 1                # @work
            # Not the user's code: a stop does not stop it.
            exec(compile("""
            def begin():
                sys.stdin.readline()
                threading.Thread(target=work, name="late").start()
            """.replace("            ", ""), "<begin>", "exec"))
            beginner = threading.Thread(target=begin)
            beginner.start()
            stop = True                 # @stop
            beginner.join()
            ''')
        debugger = self.run_to(program, 'stop')
        debugger.break_at(2, program.path, program['work'])
        debugger.process.stdin.write(b'\n')
        debugger.process.stdin.flush()
        late = debugger.wait_for('NEWT').fields[0]
        self.assertEqual(debugger.wait_for('THRF').fields[:2], (late, 'late'))
        self.assertEqual(debugger.evaluate('1').repr, '1')
        debugger.send('resa')
        self.assertEqual(debugger.wait_for('BRKH').fields, (2, late))
        self.assertEqual(debugger.finish(), 0)

    def test_a_break_stops_all_threads_and_one_of_them_answers(self):
        program = self.write(LOOP)
        debugger = self.launch(program)
        debugger.send('resa')
        both = set([debugger.thread, debugger.wait_for('NEWT').fields[0]])
        for _ in range(20):
            debugger.send('brka')
            answer = debugger.wait_for('ASBR').fields[0]
            other, = both - set([answer])
            # It stops in silence, before or after the answer.
            wait_until(lambda: debugger.evaluate('stop', thread=other) != RUNNING)
            self.assertEqual(debugger.evaluate('stop', thread=other).repr, '[]')
            debugger.send('resa')
        debugger.send('brka')
        thread = debugger.wait_for('ASBR').fields[0]
        debugger.evaluate('stop.append(1)', thread=thread)
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), 'end\n')

    def test_a_break_reaches_a_loop_on_one_line(self):
        program = self.write('stop = []\nwhile not stop: pass     # @loop\n')
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.send('brka')
        debugger.wait_for('ASBR')
        self.assertEqual(debugger.lines(), [program['loop']])
        debugger.evaluate('stop.append(1)')
        self.assertEqual(debugger.finish(), 0)

    def test_a_breakpoint_stops_the_other_threads_and_resuming_frees_them(self):
        program = self.write(LOOP.replace('count += 1', 'count += 1      # @count'))
        debugger = self.launch(program)
        debugger.send('resa')
        debugger.wait_for('NEWT')
        debugger.break_at(1, program.path, program['count'])
        self.assertEqual(debugger.wait_for('BRKH').fields[0], 1)
        silent = debugger.wait_for('THRF')
        self.assertEqual(silent.fields[0], debugger.thread)
        self.assertEqual(debugger.evaluate('stop').repr, '[]')
        debugger.evaluate('stop.append(1)')
        debugger.send('brkr', program['count'], 1)
        self.assertEqual(debugger.finish(), 0)

    def test_one_thread_can_be_resumed_alone(self):
        program = self.write('''
            import threading
            lock = threading.Lock()
            lock.acquire()
            def work():
                value = 1           # @work
                lock.release()
            thread = threading.Thread(target=work)
            thread.start()
            lock.acquire()
            print('end')
            ''')
        debugger = self.run_to(program, 'work')
        worker = debugger.events[-1].fields[1]
        debugger.send('rest', worker)
        self.assertEqual(debugger.wait_for('EXTT').fields, (worker,))
        self.assertEqual(debugger.finish(), 0)

    def test_a_thread_that_outlives_the_main_one_is_still_debugged(self):
        program = self.write('''
            import threading
            def work():
                threading.main_thread().join()
                late = True             # @late
            threading.Thread(target=work).start()
            ''')
        debugger = self.run_to(program, 'late')
        self.assertEqual(debugger.finish(), 0)

    def test_a_forked_child_runs_on_alone(self):
        program = self.write('''
            import os
            def function():
                value = os.getpid()     # @function
                return value
            child = os.fork()
            if child == 0:
                function()
                os._exit(function() == os.getpid())
            status = os.waitpid(child, 0)[1]
            function()
            print(os.WEXITSTATUS(status))
            ''')
        debugger = self.run_to(program, 'function')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '1\n')

    def test_below_the_functions_of_a_thread_there_is_no_frame_of_the_agents(self):
        program = self.write("""
            import _thread, sys, threading
            done = _thread.allocate_lock()
            done.acquire()
            def show(*arguments, **keywords):
                frame, names = sys._getframe(), []
                while frame is not None:
                    names.append(frame.f_code.co_name)
                    frame = frame.f_back
                print(arguments, sorted(keywords.items()), names, flush=True)
                if arguments:
                    done.release()
            _thread.start_new_thread(show, (1, 2), {'three': 3})
            done.acquire()
            thread = threading.Thread(target=show)
            thread.start()
            thread.join()
            for wrong in ((1,), (show, 1), (show, (), 1), (show,)):
                try:
                    _thread.start_new_thread(*wrong)
                except TypeError as error:
                    print(error)
            """)
        natively = subprocess.run([classic_client.PYTHON, program.path], stdout=subprocess.PIPE)
        debugger = self.launch(program)
        self.assertEqual(debugger.finish(), 0)
        self.assertIn("['show', 'run', '_bootstrap_inner', '_bootstrap']", debugger.output())
        self.assertEqual(debugger.output(), natively.stdout.decode())

    def test_a_function_of_thread_that_raises_is_told_as_without_the_agent(self):
        program = self.write("""
            import _thread, re, sys, time
            class Ends:
                def __del__(self):
                    done.release()
            def work(ends):
                raise ValueError('in a thread')
            done = _thread.allocate_lock()
            done.acquire()
            def hook(unraisable):
                print(re.sub('0x[0-9a-f]+', '0x', repr(unraisable.object)), file=sys.stderr)
                natively(unraisable)
            natively = getattr(sys, 'unraisablehook', None)
            if natively:
                sys.unraisablehook = hook
            _thread.start_new_thread(work, (Ends(),))
            # Free-threaded builds leave the end of an object to the thread that has made it.
            while not done.acquire(True, 0.01):
                pass
            """)
        natively = subprocess.run([classic_client.PYTHON, program.path], stderr=subprocess.PIPE)
        debugger = self.launch(program)
        self.assertEqual(debugger.finish(), 0)
        self.assertIn('ValueError: in a thread', debugger.errors())
        self.assertEqual(*[re.sub('0x[0-9a-f]+', '0x', text) for text in (
            debugger.errors(), natively.stderr.decode())])

    def test_an_exception_in_a_thread_is_printed_as_without_the_agent(self):
        program = self.write('''
            import threading
            def work():
                raise ValueError('in a thread')
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            ''')
        debugger = self.launch(program)
        self.assertEqual(debugger.finish(), 0)
        self.assertIn('ValueError: in a thread', debugger.errors())
        self.assertNotIn('_matrix_agent', debugger.errors())


if __name__ == '__main__':
    unittest.main()
