"""Greenlets: breakpoints, steps and breaks in the right one."""

import unittest

from attaching import INJECTED
from greenlet_programs import GreenletTestCase, is_there, named

# Two greenlets that take turns, each in a frame that nothing calls again.
TURNS = '''
import greenlet
def double(n):
    return n * 2                        # @double
def work(n):
    total = n                           # @total
    main.switch(total)                  # @switch
    total = double(total)               # @after
    return total                        # @return
def outer():
    global main
    main = greenlet.getcurrent()
    first = greenlet.greenlet(work)     # @make
    second = greenlet.greenlet(work)
    first.switch(1)                     # @first
    second.switch(2)                    # @second
    one = first.switch()                # @third
    two = second.switch()               # @fourth
    print(one, two)                     # @print
outer()
'''

# A greenlet whose frame was there before the debugger.
LOOP = INJECTED + '''
import greenlet, time
stop = []
def work():
    count = 0
    while True:                         # @while
        count += 1                      # @count
        greenlet.getcurrent().parent.switch(count)     # @switch
        last = count                    # @last
worker = greenlet.greenlet(work)
worker.switch()
print('ready', flush=True)
def outer():
    number = 0
    while not stop:
        time.sleep(0.001)
        number += 1                     # @number
        worker.switch()
outer()
print('end', flush=True)
'''

DRIVER = '''
import time
def drive(worker, stop):
    while not stop:
        time.sleep(0.001)
        worker.switch()
'''

GEVENT = '''
from gevent import monkey
monkey.patch_all()
import gevent, time
def double(n):
    return n * 2                        # @double
def work(n):
    total = n                           # @total
    time.sleep(0.01 * n)                # @sleep
    total = double(total)               # @after
    return total                        # @return
def outer():
    jobs = [gevent.spawn(work, n) for n in range(3)]    # @spawn
    gevent.joinall(jobs)                # @join
    print([job.value for job in jobs])  # @print
outer()                                 # @outer
print('end')                            # @end
'''

EVENTLET = GEVENT.replace('''from gevent import monkey
monkey.patch_all()
import gevent, time''', '''import eventlet, time
eventlet.monkey_patch()
''').replace('gevent.spawn', 'eventlet.spawn').replace(
    'gevent.joinall(jobs)', 'values = [job.wait() for job in jobs]').replace(
    '[job.value for job in jobs]', 'values')

LIBRARIES = [(name, source) for name, source in (('gevent', GEVENT), ('eventlet', EVENTLET))
             if is_there(name)]


class BreakpointTest(GreenletTestCase):
    def test_a_breakpoint_in_a_greenlet_that_is_suspended(self):
        program = self.write(TURNS)
        debugger = self.run_to(program, 'third')
        debugger.break_at(2, program.path, program['after'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['after']))
        self.assertEqual(debugger.variables()['n'].repr, '1')
        self.assertEqual(debugger.go_on(), ('BRKH', program['after']))
        self.assertEqual(debugger.variables()['n'].repr, '2')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '2 4\n')

    def test_a_second_breakpoint_in_a_greenlet_that_is_suspended(self):
        program = self.write(TURNS.replace('    main.switch(total)', '''    for _ in range(2):
        first = n                       # @once
        second = n                      # @again
        main.switch(total)''').replace('    one = first.switch()', '''    first.switch()                  # @suspended
    one = first.switch()''').replace('    two = second.switch()', '''    second.switch()
    two = second.switch()'''))
        debugger = self.run_to(program, 'once')
        debugger.break_at(2, program.path, program['suspended'])
        self.assertEqual([debugger.go_on()[1] for _ in range(2)],
                         [program[label] for label in ('once', 'suspended')])
        debugger.send('brkr', program['once'], 1)
        # Both have run this line, and nothing calls their function again.
        debugger.break_at(3, program.path, program['again'])
        debugger.break_at(4, program.path, program['return'])
        self.assertEqual([debugger.go_on()[1] for _ in range(4)], [
            program[label] for label in ('again', 'return', 'again', 'return')])
        self.assertEqual(debugger.finish(), 0)

    def test_the_end_of_one_greenlet_does_not_end_the_tracing_of_another(self):
        program = self.write(TURNS)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['after'])
        for n in ('1', '2'):
            self.assertEqual(debugger.go_on(), ('BRKH', program['after']))
            self.assertEqual(debugger.variables()['n'].repr, n)
        self.assertEqual(debugger.finish(), 0)

    def test_breakpoints_in_greenlets_that_are_older_than_the_debugger(self):
        program = self.write(LOOP)
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['last'])
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['last']))
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        # In the outer greenlet; the other one is suspended.
        debugger.break_at(2, program.path, program['number'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['number']))
        debugger.break_at(3, program.path, program['count'])
        found = sorted(debugger.go_on() for _ in range(3))
        self.assertEqual(found, sorted(
            ('BRKH', program[label]) for label in ('last', 'number', 'count')))
        debugger.detach()
        self.end(running)

    def test_a_break_stops_in_a_greenlet_that_nothing_calls(self):
        self.write(DRIVER, 'library.py')
        program = self.write(LOOP.replace('\nouter()\n', '\nlibrary.drive(worker, stop)\n').replace(
            'import greenlet', 'import greenlet, library', 1))
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        for _ in range(3):
            debugger.send('brka')
            code, line = debugger.wait_for_stop()
            self.assertEqual(code, 'ASBR')
            self.assertIn(line, [program[label] for label in ('while', 'count', 'switch', 'last')])
            debugger.send('resa')
        debugger.detach()
        self.end(running)

    def end(self, running):
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))


class StepTest(GreenletTestCase):
    def lead(self, source, label, kind, count, **options):
        """Where steps from a label lead, in the greenlet that gets there first."""
        program = self.write(source)
        debugger = self.run_to(program, label, **options)
        debugger.send('brkr', program[label], 1)
        return named(program, self.steps(debugger, kind, count)), debugger

    def test_a_step_over_a_switch_ends_in_the_same_greenlet(self):
        found, debugger = self.lead(TURNS, 'total', 'over', 3)
        self.assertEqual(found, [('switch', '1'), ('after', '1'), ('return', '1')])
        self.assertEqual(debugger.finish(), 0)

    def test_a_step_into_a_switch_goes_where_it_leads_and_no_further(self):
        found, debugger = self.lead(TURNS, 'first', 'into', 3)
        self.assertEqual(found, [('total', '1'), ('switch', '1'), ('after', '1')])
        self.assertEqual(debugger.finish(), 0)

    def test_the_end_of_a_greenlet_leads_to_the_one_that_made_it(self):
        for kind in ('over', 'out', 'into'):
            found, debugger = self.lead(TURNS, 'return', kind, 1)
            self.assertEqual(found, [('fourth', None)])
            self.assertEqual(debugger.finish(), 0)

    def test_steps_in_gevent_and_eventlet_stay_in_their_greenlet(self):
        for library, source in LIBRARIES:
            with self.subTest(library):
                self.lead_all(library, source)

    def lead_all(self, library, source):
        output = '[0, 2, 4]\nend\n'
        for kind in ('over', 'into'):
            found, debugger = self.lead(source, 'sleep', kind, 4 if kind == 'into' else 2)
            into = [('double', '0'), ('after', '0')] if kind == 'into' else []
            self.assertEqual(found, [('after', '0')] + into + [('return', '0')])
            self.assertEqual((debugger.finish(), debugger.output()), (0, output))
        found, debugger = self.lead(source, 'join', 'over', 1)
        self.assertEqual(found[0][0], 'print')
        self.assertEqual((debugger.finish(), debugger.output()), (0, output))

    def test_nothing_follows_the_end_of_a_greenlet_of_gevent(self):
        for library, source in LIBRARIES:
            with self.subTest(library):
                for kind in ('over', 'out', 'into'):
                    found, debugger = self.lead(source, 'return', kind, 1)
                    self.assertEqual(found, [(None, None)])
                    debugger.send('lack')
                    self.assertEqual(debugger.exit_status(), 0)


# A greenlet that others would wait for in vain where an exception of the agent's struck it.
BESIDE = '''
import gevent
count = []
def beside():
    try:
        while not done:
            count.append(1)             # @beside
            time.sleep(0.001)
    except BaseException as error:
        print('struck', type(error).__name__, flush=True)
done = []
other = gevent.spawn(beside)
'''
RAISES = '''
import greenlet
def work(n):
    raise ValueError(n)                 # @raise
def outer():
    try:
        greenlet.greenlet(work).switch(1)
    except ValueError:
        pass
    try:
        greenlet.greenlet(work).switch(2)       # @second
    finally:
        done = True
outer()
'''


class EvaluationTest(GreenletTestCase):
    def stopped(self, library, deadline):
        source = dict(LIBRARIES).get(library)
        if source is None:
            self.skipTest('there is no ' + library)
        self.environment['MATRIX_EVALUATION_DEADLINE'] = str(deadline)
        beside = BESIDE if library == 'gevent' else BESIDE.replace('gevent', 'eventlet')
        program = self.write(source.replace('\ndef outer', beside + '\ndef outer').replace(
            "print('end')", "done.append(1)\nprint('end')"))
        return program, self.run_to(program, 'after')

    def end(self, program, debugger):
        debugger.send('brkr', program['after'], 1)
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(debugger.output(), '[0, 2, 4]\nend\n')
        self.assertNotIn('Expired', debugger.errors())

    def test_an_expression_that_waits_lets_other_greenlets_run_without_stops(self):
        for library, _ in LIBRARIES:
            program, debugger = self.stopped(library, 10)
            debugger.break_at(2, program.path, program['beside'])
            before = int(debugger.evaluate('len(count)').repr)
            self.assertEqual(debugger.evaluate('time.sleep(0.02)').repr, 'None')
            self.assertGreater(int(debugger.evaluate('len(count)').repr), before)
            debugger.send('brkr', program['beside'], 2)
            self.end(program, debugger)

    def test_an_expression_that_waits_too_long_in_gevent_is_ended_and_nothing_else(self):
        program, debugger = self.stopped('gevent', 0.2)
        self.assertEqual(debugger.evaluate('time.sleep(3600)'),
                         '<error: the evaluation was ended after 0.2 seconds>')
        self.assertEqual(debugger.evaluate('1 + 1').repr, '2')
        self.end(program, debugger)

    def test_one_that_cannot_be_ended_is_answered_for_and_nothing_else_is_ended(self):
        program, debugger = self.stopped('eventlet', 0.2)
        self.assertIn('cannot be ended', debugger.evaluate('time.sleep(1)'))
        self.end(program, debugger)


class ExceptionTest(GreenletTestCase):
    def test_an_exception_is_handled_where_the_greenlet_that_made_its_own_catches_it(self):
        program = self.write(RAISES)
        debugger = self.launch(program)
        debugger.send('sexi', 32, 0)
        debugger.send('mtrx', 1, 'handlers')
        debugger.wait_for('MTRX')
        self.assertEqual(debugger.go_on(), ('EXCP', program['raise']))
        self.assertEqual(debugger.variables()['n'].repr, '2')


if __name__ == '__main__':
    unittest.main()
