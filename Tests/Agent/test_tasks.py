"""Tasks of asyncio: steps stay in the right one."""

import sys
import unittest

from attaching import AttachTestCase, INJECTED

TASKS = '''
import asyncio
def double(n):
    return n * 2                        # @double
async def work(n):
    await asyncio.sleep(0)              # @sleep
    total = double(n)                   # @after
    return total                        # @return
async def bystander():
    for n in range(100, 200):
        double(n)
        await asyncio.sleep(0)          # @bystander
async def main():
    other = asyncio.ensure_future(bystander())
    one = await work(1)                 # @awaited
    task = asyncio.ensure_future(work(2))
    two = await task                    # @task
    both = await asyncio.gather(work(3), work(4))       # @gather
    other.cancel()                      # @cancel
    return [one, two] + both            # @result
loop = asyncio.new_event_loop()
print(loop.run_until_complete(main()))
loop.close()
'''


class StepTest(AttachTestCase):
    def lead(self, label, kind, count, passes=0):
        """Labels of lines, and what they work on, from a label on; `passes`: at which hit of it."""
        program = self.write(TASKS)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program[label], passes=(2, passes) if passes else (0, 0))
        self.assertEqual(debugger.go_on(), ('BRKH', program[label]))
        debugger.send('brkr', program[label], 1)
        labels = dict((line, name) for name, line in program.labels.items())
        found = []
        for _ in range(count):
            line = debugger.step(kind)[1]
            shown = debugger.variables().get('n')
            found.append((labels.get(line, line), shown.repr if shown is not None else None))
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(debugger.output(), '[2, 4, 6, 8]\n')
        return found

    def test_a_step_into_an_await_does_not_go_into_another_task(self):
        self.assertEqual(self.lead('sleep', 'into', 3),
                         [('after', '1'), ('double', '1'), ('after', '1')])

    def test_a_step_into_an_await_goes_into_the_task_that_is_awaited(self):
        self.assertEqual(self.lead('task', 'into', 1), [('sleep', '2')])
        # Up to 3.6 `gather` begins with any of them.
        self.assertIn(self.lead('gather', 'into', 1), [[('sleep', '3')], [('sleep', '4')]])

    def test_the_end_of_a_task_leads_to_the_one_that_awaits_it(self):
        self.assertEqual(self.lead('return', 'out', 1, passes=2), [('gather', None)])
        self.assertEqual(self.lead('return', 'over', 1, passes=4), [('cancel', None)])

    def test_the_end_of_an_awaited_coroutine_leads_to_the_one_that_awaits_it(self):
        self.assertEqual(self.lead('return', 'out', 1), [('awaited', None)])


LATER = INJECTED + '''
import asyncio, worker
stop = []
print('ready', flush=True)
loop = asyncio.new_event_loop()
loop.run_until_complete(worker.work(stop))
loop.close()
print('end')
'''

WORKER = '''
import asyncio
async def work(stop):
    while not stop:
        await asyncio.sleep(0.001)
        last = 1                        # @last
'''


class AttachTest(AttachTestCase):
    def test_breakpoints_in_tasks_that_are_older_than_the_debugger(self):
        program = self.write(WORKER, 'worker.py')
        running = self.run_program(self.write(LATER))
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['last'])
        self.assertEqual(debugger.wait_for_stop(), ('BRKH', program['last']))
        debugger.detach()
        running.inject('import __main__; __main__.stop.append(1)')
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual((running.output(), running.errors()), ('ready\nend\n', ''))


if __name__ == '__main__':
    unittest.main()
