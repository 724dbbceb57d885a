"""Greenlets and tasks that are suspended, as a debugger sees them."""

import sys
import unittest

from debuggee import DebugTestCase
from greenlet_programs import GreenletTestCase

GREENLET, TASK = 1, 2
NOT_STARTED, SUSPENDED, RUNS = 0, 1, 2

TASKS = '''
import asyncio
async def inner(word):
    secret = [word, word]
    await asyncio.sleep(100)        # @sleep
async def work(word):
    length = len(word)
    await inner(word)               # @inner
async def numbers():
    await asyncio.sleep(100)        # @numbers
    yield 1
async def count():
    async for number in numbers():  # @count
        pass
async def main():
    tasks = [asyncio.ensure_future(each) for each in (work('fig'), count())]
    if hasattr(tasks[0], 'set_name'):
        tasks[0].set_name('picker')
    await asyncio.sleep(0)
    tasks.append(asyncio.ensure_future(work('plum')))
    here = 'main'                   # @here
    for each in tasks:
        each.cancel()
    await asyncio.wait(tasks)       # @wait
loop = asyncio.new_event_loop()
loop.run_until_complete(main())     # @run
loop.close()
'''

GREENLETS = '''
import greenlet
def inner(word):
    secret = [word, word]
    outer.switch()                  # @switch
def work(word):
    length = len(word)
    inner(word)                     # @inner
outer = greenlet.getcurrent()
first, second = greenlet.greenlet(work), greenlet.greenlet(work)
second.name = 'picker'
first.switch('fig')
here = 'main'                       # @here
first.switch()
'''


class Suspended(object):
    def stopped(self, source, wanted):
        program = self.write(source)
        debugger = self.run_to(program, 'here')
        debugger.send('mtrx', 1, wanted)
        debugger.wait_for('MTRX')
        return program, debugger

    def listed(self, debugger, start=0, count=100):
        answer = debugger.ask('susp', debugger.thread, start, count)
        self.assertEqual(answer[:2], (debugger.thread, start))
        return answer[2:]

    def named(self, program, head):
        labels = dict((line, label) for label, line in program.labels.items())
        return labels.get(head.line, head.line) if head.filename == program.path else head.name


class TaskTest(Suspended, DebugTestCase):
    def test_tasks_are_listed_with_names_states_and_places(self):
        program, debugger = self.stopped(TASKS, 'suspended')
        count, tasks = self.listed(debugger)
        self.assertEqual(count, 4)
        self.assertEqual(set(task.kind for task in tasks), set([TASK]))
        found = dict((self.named(program, task.head[0]), task) for task in tasks)
        self.assertEqual(
            dict((label, task.state) for label, task in found.items()),
            {'here': RUNS, 'sleep': SUSPENDED, 'numbers': SUSPENDED,
             program['inner'] - 2: NOT_STARTED})
        if sys.version_info >= (3, 8):
            self.assertEqual(found['sleep'].name, 'picker')
            self.assertRegex(found['here'].name, '^Task-[0-9]+$')
        else:
            self.assertEqual(found['sleep'].name, 'work')
            self.assertEqual(found['here'].name, 'main')
        self.assertEqual(debugger.finish(), 0, debugger.errors())

    def test_a_list_comes_in_pages_and_numbers_stay_while_the_task_lives(self):
        program, debugger = self.stopped(TASKS, 'suspended')
        _, tasks = self.listed(debugger)
        pages = [self.listed(debugger, number, 1) for number in range(4)]
        self.assertEqual(pages, [(4, [task]) for task in tasks])
        debugger.step('over')
        self.assertEqual([task.identifier for task in self.listed(debugger)[1]],
                         [task.identifier for task in tasks])

    def test_frames_and_values_of_a_suspended_task_as_those_of_a_thread(self):
        program, debugger = self.stopped(TASKS, 'suspended,lazy')
        task = self.task(program, debugger, 'sleep')
        _, name, _, count, heads = debugger.ask('frms', task, 0, 20)
        self.assertEqual([head.name for head in heads], ['sleep', 'inner', 'work'])
        self.assertEqual([head.line for head in heads[1:]], [program['sleep'], program['inner']])
        scopes, = debugger.ask('scps', task, 1)
        _, values = debugger.ask('vals', task, scopes[1], 0, 10, 0)
        values = dict((value.name, value) for value in values)
        self.assertEqual(values['secret'].value.repr, "['fig', 'fig']")
        _, items = debugger.ask('vals', task, values['secret'].reference, 0, 10, 0)
        self.assertEqual([item.value.repr for item in items if item.name[0] == '['],
                         ["'fig'", "'fig'"])
        self.assertEqual(debugger.ask('valu', task, 2, 'length + 1', 0)[0].repr, '4')
        self.assertEqual(debugger.finish(), 0, debugger.errors())

    def test_classic_requests_work_as_well(self):
        program, debugger = self.stopped(TASKS, 'suspended')
        task = self.task(program, debugger, 'numbers')
        debugger.send('thrf', task)
        _, name, frames = debugger.wait_for('THRF').fields
        self.assertEqual([frame.name for frame in frames], ['sleep', 'numbers', 'count'])
        self.assertEqual(debugger.evaluate('sorted(locals())', 1, task).repr, '[]')
        debugger.send('chld', '[1, 2]', task, 0, 92, 1)
        self.assertEqual(len(debugger.wait_for('CHLD').fields[1]), 2)

    def task(self, program, debugger, label):
        return [task.identifier for task in self.listed(debugger)[1]
                if self.named(program, task.head[0]) == label][0]

    def test_a_number_is_good_for_the_stop_at_which_it_was_listed(self):
        program, debugger = self.stopped(TASKS, 'suspended,lazy')
        task = self.task(program, debugger, 'sleep')
        self.assertEqual(debugger.ask('frms', -99, 0, 20), 'there is no thread -99')
        self.assertEqual(debugger.ask('susp', task, 0, 9), 'there is no thread %d' % task)
        debugger.step('over')
        self.assertEqual(debugger.ask('frms', task, 0, 20), 'there is no thread %d' % task)
        self.listed(debugger)
        self.assertEqual(len(debugger.ask('frms', task, 0, 20)), 5)

    def test_a_program_without_any_has_none(self):
        program = self.write('first = 1\nhere = 1      # @here\n')
        debugger = self.run_to(program, 'here')
        debugger.send('mtrx', 1, 'suspended')
        debugger.wait_for('MTRX')
        self.assertEqual(self.listed(debugger), (0, []))


class GreenletTest(Suspended, GreenletTestCase):
    def test_greenlets_are_listed_with_their_frames_and_values(self):
        program, debugger = self.stopped(GREENLETS, 'suspended,lazy')
        count, found = self.listed(debugger)
        self.assertEqual(count, 3)
        by_name = dict((each.name, each) for each in found)
        self.assertEqual(dict((each.name, (each.kind, each.state)) for each in found), {
            '<module>': (GREENLET, RUNS), 'work': (GREENLET, SUSPENDED),
            'picker': (GREENLET, NOT_STARTED)})
        self.assertEqual(by_name['picker'].head, [])
        self.assertEqual(by_name['work'].head[0].line, program['switch'])
        number = by_name['work'].identifier
        heads = debugger.ask('frms', number, 0, 20)[-1]
        self.assertEqual([head.line for head in heads], [program['switch'], program['inner']])
        self.assertEqual(debugger.ask('valu', number, 0, 'secret', 0)[0].repr, "['fig', 'fig']")
        self.assertEqual(debugger.ask('valu', number, 1, 'length', 0)[0].repr, '3')
        self.assertEqual(debugger.finish(), 0, debugger.errors())


if __name__ == '__main__':
    unittest.main()
