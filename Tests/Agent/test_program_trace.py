"""The program's own trace and profile functions have their events before, during and after a session,
and what the program is told of them is its own."""

import os
import subprocess
import sys
import unittest

import classic_client
from attaching import AGENT, AttachTestCase, INJECTED

sys.path.insert(0, AGENT)

from _matrix_agent.control import machine_code  # noqa: E402

MONITORED = hasattr(sys, 'monitoring') and os.environ.get('MATRIX_EXECUTION_CONTROL') != 'trace'
# Whether one thread sees in a moment that another is traced by others, or not at all any more.
REACHES = MONITORED or machine_code.may_be() and not hasattr(sys, 'monitoring')

# A round of the loop is begun by a line of the driver's, so that events can be counted for each.
TRACED = '''
import sys, threading
{injected}
events, rounds, turns = [], [], threading.Semaphore(0)
def inner(number):
    return number + 1               # @inner
def work(number):
    try:
        if number == 1:
            raise ValueError
    except ValueError:
        number = 5                  # @caught
    return inner(number)            # @call
def local(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno))
    return local
def tracer(frame, event, arg):
    if frame.f_code.co_filename != work.__code__.co_filename:
        return None
    events.append((frame.f_code.co_name, event, frame.f_lineno))
    return local
def a_round(number):
    del events[:]
    work(number)
    work(1)
    found = list(events)
    rounds.append((found, sys.gettrace() is tracer))
'''

# The whole program by itself: a round before, during and after what the debugger does.
ALONE = TRACED.format(injected='') + '''
sys.settrace(tracer)
a_round(0)                          # @first
a_round(0)                          # @second
a_round(0)                          # @third
sys.settrace(None)
print(len(set(map(repr, rounds))), len(rounds[0][0]), rounds[0][1], sys.gettrace())
for event in rounds[0][0]:
    print(*event)
'''

STEPWISE = TRACED.format(injected=INJECTED) + '''
def run():
    BEFORE
    while turns.acquire():
        if ends:
            break
        a_round(0)
        done.release()
    for number, found in enumerate(rounds):
        if found != rounds[0]:
            print('round', number, found, 'and not', rounds[0])
    print(len(set(map(repr, rounds))), len(rounds), len(rounds[0][0]), rounds[0][1])
ends, done = [], threading.Semaphore(0)
def turn():
    turns.release()
    done.acquire()
    print('turn', flush=True)
print('ready', flush=True)
run()
'''


class ProgramTraceTest(AttachTestCase):
    def native(self, program):
        return subprocess.check_output([classic_client.PYTHON, program.path]).decode()

    def test_a_launched_program_sees_all_of_its_events(self):
        program = self.write(ALONE)
        expected = self.native(program)
        self.assertIn('work exception', expected)
        for labels in ((), ('inner',), ('inner', 'caught', 'second')):
            with self.subTest(breakpoints=labels):
                debugger = self.launch(program)
                for number, label in enumerate(labels):
                    debugger.break_at(number + 1, program.path, program[label])
                hits = 0
                while debugger.go_on()[0] != 'LAST':
                    hits += 1
                debugger.send('lack')
                self.assertEqual(debugger.exit_status(), 0, debugger.errors())
                self.assertEqual((debugger.output(), debugger.errors()), (expected, ''))
                self.assertEqual(hits, {0: 0, 1: 6, 3: 6 + 3 + 1}[len(labels)])

    def test_events_are_kept_while_everything_is_stepped_through_and_after_a_detach(self):
        program = self.write(ALONE)
        expected = self.native(program)
        debugger = self.run_to(program, 'second')
        for _ in range(12):
            self.assertEqual(debugger.step('into')[0], 'STPD')
        debugger.send('detc')
        self.assertRaises(classic_client.Closed, self.until_closed, debugger)
        self.assertEqual(debugger.exit_status(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), (expected, ''))

    def until_closed(self, debugger):
        while True:
            debugger.event()

    def stepwise(self, before):
        program = self.write(STEPWISE.replace('BEFORE', before))
        running = self.run_program(program)
        running.wait_for_output('ready')
        return program, running

    def turn(self, running, number):
        running.inject('import __main__; __main__.turn()')
        running.wait_for_output('turn\n' * number)

    def end(self, running, expected):
        running.inject('import __main__; __main__.ends.append(1); __main__.turns.release()')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output().splitlines()[-1], running.errors()), (expected, ''),
                         running.output())

    def test_a_program_that_traces_before_a_session_does_so_during_and_after_it(self):
        program, running = self.stepwise('sys.settrace(tracer)')
        self.turn(running, 1)
        for session in range(2):
            debugger = self.attach(running, 'NoBreakOnAttach')
            debugger.settle()
            self.turn(running, 2 + 4 * session)
            debugger.break_at(1, program.path, program['inner'])
            debugger.settle()
            running.inject('import __main__; __main__.turn()')
            for _ in range(2):
                thread = debugger.wait_for('BRKH').fields[1]
                self.assertEqual(debugger.evaluate('sys.gettrace().__name__', thread=thread).repr,
                                 "'tracer'")
                self.assertEqual(debugger.step('out', thread), ('STPD', program['call']))
                debugger.send('resa')
            running.wait_for_output('turn\n' * (3 + 4 * session))
            debugger.send('brkr', program['inner'], 1)
            debugger.settle()
            self.turn(running, 4 + 4 * session)
            debugger.detach()
            self.turn(running, 5 + 4 * session)
        native = self.write(ALONE, 'native.py')
        count = self.native(native).split()[1]
        self.end(running, '1 9 %s True' % count)

    @unittest.skipUnless(REACHES, 'there is no machine code for this')
    def test_a_function_that_is_set_in_mid_session_without_our_knowledge_is_taken_along(self):
        program = self.write(INJECTED + '''
from sys import settrace
import time
seen, turns = [], [0]
def tracer(frame, event, arg):
    if frame.f_code is work.__code__:
        seen.append(event)
        return tracer
def work():
    turns[0] += 1                   # @work
def run():
    settrace(tracer)
    while not turns[0] < 0:
        work()
        time.sleep(0.001)
    return settrace(None)
print('ready', flush=True)
while not turns[0]:
    time.sleep(0.001)
run()
calls = seen.count('call')
print(calls == turns[1], seen == ['call', 'line', 'return'] * calls)
'''.replace('turns[0] += 1 ', 'turns[0] += 1; turns[1:] = [len(seen) // 3 + 1] '))
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.settle()
        running.inject('import __main__; __main__.turns[0] = 1')
        debugger.break_at(1, program.path, program['work'])
        for _ in range(3):
            thread = debugger.wait_for('BRKH').fields[1]
            debugger.send('resa')
        thread = debugger.wait_for('BRKH').fields[1]
        debugger.evaluate('turns.__setitem__(0, -5)', thread=thread)
        debugger.detach()
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nTrue True\n')
        if not MONITORED:
            self.assertIn('its stops were lost for up to 50 ms', running.errors())

    def runs_as_natively(self, source, labels=(), expected=None, stdin=b'', **options):
        """With breakpoints that are hit, how often each is up to the caller."""
        program = self.write(source)
        process = subprocess.Popen([classic_client.PYTHON, program.path], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = process.communicate(stdin)
        debugger = self.launch(program, **options)
        debugger.process.stdin.write(stdin)
        debugger.process.stdin.flush()
        for number, label in enumerate(labels):
            debugger.break_at(number + 1, program.path, program[label])
        hits = []
        while True:
            stop = debugger.go_on()
            if stop[0] == 'LAST':
                break
            hits.append(stop[1])
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), process.returncode, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()),
                         (output.decode(), errors.decode()))
        return [label for line in hits for label in labels if program[label] == line]

    RAISING = '''
        import sys, time
        def work(number):
            return number
        def fails(frame, event, arg):
            if frame.f_code.co_name == 'work':
                raise ValueError(event)
        def locally(frame, event, arg):
            if frame.f_code.co_name == 'work':
                if event == 'line':
                    raise ValueError(event)
                return locally
        def later():
            time.sleep(0.001)           # @later
        stopped = []
        for function in (fails, locally):
            try:
                sys.settrace(function)
                work(1)
            except ValueError as error:
                print(error, sys.gettrace(), work(2))
            WAIT
        print('end')
        '''
    RAISED = 'call None 2\nline None 2\nend\n'

    @unittest.skipUnless(REACHES, 'there is no machine code for this')
    def test_a_trace_function_that_raises_ends_as_natively_and_breakpoints_count_again(self):
        program = self.write(self.RAISING.replace('WAIT', '''while not stopped:
                later()
            del stopped[:]'''))
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['later'])
        for _ in range(2):
            self.assertEqual(debugger.go_on(), ('BRKH', program['later']))
            debugger.evaluate('stopped.append(1)')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), (self.RAISED, ''))

    @unittest.skipIf(MONITORED, 'nothing is lost there')
    def test_where_a_thread_cannot_be_watched_again_the_debugger_is_told_once(self):
        program = self.write(self.RAISING.replace('WAIT', 'sys.stdin.readline()'))
        debugger = self.launch(program, environment=dict(os.environ, MATRIX_FRAME_HOOK='0'))
        debugger.send('mtrx', 1, 'notes')
        self.assertEqual(debugger.wait_for('MTRX').fields[3], 'notes')
        debugger.send('resa')
        self.assertIn('not watched any more', debugger.wait_for('NOTE').fields[0])
        debugger.process.stdin.write(b'\n\n')
        debugger.process.stdin.flush()
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), (self.RAISED, ''))

    def test_functions_that_are_set_and_taken_away_by_the_program_work_as_natively(self):
        hits = self.runs_as_natively('''
            import sys, threading
            seen = []
            def tracer(frame, event, arg):
                if frame.f_code.co_filename != tracer.__code__.co_filename:
                    return None
                seen.append((frame.f_code.co_name, event, frame.f_lineno, type(arg)))
                if event == 'call' and frame.f_code.co_name == 'silent':
                    return None
                if event == 'call' and frame.f_code.co_name == 'assigned':
                    frame.f_trace = other
                    return None
                return tracer
            def other(frame, event, arg):
                seen.append(('other', event, frame.f_lineno))
                if event == 'line' and len(seen) % 2:
                    frame.f_trace = tracer
                return None
            def silent():
                return 1                # @silent
            def assigned():
                first = 1
                second = 2              # @assigned
                return first
            def ends():
                sys.settrace(None)
                first = 1               # @ends
                return first
            def sets():
                sys._getframe(1).f_trace = other
                sys.settrace(tracer)
            def begins():
                sets()
                first = 1               # @begins
                return first
            def yields():
                for number in range(3):
                    yield number        # @yields
            def work():
                silent()
                assigned()
                list(yields())
                ends()
                silent()
                begins()
                try:
                    {}['key']
                except KeyError:
                    pass
                sys.settrace(None)
            sys.settrace(tracer)
            work()
            threading.settrace(tracer)
            def run():
                silent()
                sys.settrace(None)
                sys.settrace(tracer)
                assigned()
                sys.settrace(None)
            thread = threading.Thread(target=run)
            thread.start()
            thread.join()
            threading.settrace(None)
            print(len(seen), sys.gettrace())
            for each in seen:
                print(*each)
            ''', ['silent', 'assigned', 'ends', 'begins', 'yields'])
        self.assertEqual(hits, ['silent', 'assigned'] + ['yields'] * 3 + [
            'ends', 'silent', 'begins', 'silent', 'assigned'])

    @unittest.skipIf(sys.version_info < (3, 7), 'frames have no f_trace_opcodes')
    def test_events_of_instructions_without_lines_are_the_programs(self):
        hits = self.runs_as_natively('''
            import sys
            seen = []
            def tracer(frame, event, arg):
                seen.append((event, frame.f_lineno, frame.f_lasti if event == 'opcode' else 0))
                frame.f_trace_lines = False
                frame.f_trace_opcodes = True
                return tracer
            def work(number):
                number += 1
                return number           # @work
            sys.settrace(tracer)
            work(1)
            work(2)
            sys.settrace(None)
            print([each for each in seen if each[0] != 'return'])
            ''', ['work'])
        self.assertEqual(hits, ['work', 'work'])

    def test_a_profile_function_sees_what_it_sees_natively(self):
        hits = self.runs_as_natively('''
            import sys
            seen = []
            def profile(frame, event, arg):
                seen.append((frame.f_code.co_name, event, getattr(arg, '__name__', None)))
            def work(number):
                return abs(number)      # @work
            def other():
                return [work(number) for number in range(2)]
            sys.setprofile(profile)
            other()
            exec('def made(): return len([])')
            made()
            other()
            sys.setprofile(None)
            for each in seen:
                print(*each)
            ''', ['work'])
        self.assertEqual(hits, ['work'] * 4)

    PDB = '''
        import pdb, sys
        def work(number):
            number += 1
            return number               # @work
        SET_TRACE
        first = work(1)
        work(2)                         # @second
        print(first)
        print(sys.gettrace() is None)
        '''
    COMMANDS = b'next\nstep\nnext\nwhere\np number\ncontinue\n'

    @unittest.skipIf(sys.version_info >= (3, 13), 'pdb itself stops one line later there where any '
                     'other tool of sys.monitoring has events')
    def test_pdb_in_a_session(self):
        hits = self.runs_as_natively(
            self.PDB.replace('SET_TRACE', 'pdb.Pdb(nosigint=True).set_trace()'),
            ['work', 'second'], stdin=self.COMMANDS)
        self.assertEqual(hits, ['work', 'second', 'work'])

    def test_pdb_after_a_detach(self):
        program = self.write(self.PDB.replace('SET_TRACE', 'pdb.set_trace()'))
        native = subprocess.Popen([classic_client.PYTHON, program.path], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE)
        expected = native.communicate(self.COMMANDS)[0].decode()
        self.assertIn('(Pdb) ', expected)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['work'])
        debugger.process.stdin.write(self.COMMANDS)
        debugger.process.stdin.flush()
        debugger.send('detc')
        self.assertRaises(classic_client.Closed, self.until_closed, debugger)
        self.assertEqual(debugger.exit_status(), 0, debugger.errors())
        self.assertEqual((debugger.output(), debugger.errors()), (expected, ''))


if __name__ == '__main__':
    unittest.main()
