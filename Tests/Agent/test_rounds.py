"""Rounds of attaching and detaching leave nothing behind.

MATRIX_TEST_ROUNDS says how many rounds there are (60 unless told); the threads never pause then.
"""

import os
import sys
import sysconfig
import unittest

from attaching import BusyTestCase, wait_until

BLOCKS = '''
import gc, sys
gc.collect()
print(sys.getallocatedblocks(), flush=True)
'''
STATE = '''
import sys, _thread, threading, atexit, json, os
monitoring = getattr(sys, 'monitoring', None)
tools = [monitoring.get_tool(tool) for tool in range(6)] if monitoring else []
frames = [top for top in sys._current_frames().values()]
traced = []
while frames:
    frame = frames.pop()
    traced += [frame.f_trace] if frame.f_trace else []
    frames += [frame.f_back] if frame.f_back else []
print(json.dumps([[tool for tool in tools if tool], traced,
    type(_thread.start_new_thread).__name__, _thread.start_new_thread is getattr(threading,
    '_start_new_thread', _thread.start_new_thread), type(sys.stdout).__name__,
    getattr(threading, '_trace_hook', None), sys.getswitchinterval(), __import__('gc').isenabled()
    ]), flush=True)
'''


# The free-threaded 3.13 makes constants, code and functions of modules immortal ("Immortalization" in
# CPython's guide to free threading): memory grows with whatever code is compiled and run.
KEEPS_ALL_CODE = (bool(sysconfig.get_config_var('Py_GIL_DISABLED'))
                  and sys.version_info < (3, 14))


class RoundsTest(BusyTestCase):
    def test_detaching_leaves_nothing(self):
        program, running = self.busy(3)
        before = self.state(running)
        counts = running.threads(), running.descriptors()
        debugger = self.attach(running, 'RedirectOutput')
        debugger.wait_for('LOAD')
        debugger.break_at(1, program.path, program['count'])
        debugger.send('resa')
        debugger.wait_for('BRKH')
        debugger.detach()
        wait_until(lambda: (running.threads(), running.descriptors()) == counts)
        self.assertEqual(self.state(running), before)
        running.inject("import __main__; __main__.stop.append(1)")
        self.assertEqual(running.exit_status(), 0)

    def state(self, running):
        return self.told(running, STATE)

    def told(self, running, code):
        """The line that the program prints when it executes this."""
        seen = running.output()
        running.inject('exec(%r)' % code)
        wait_until(lambda: running.output()[len(seen):].endswith('\n'), running.errors)
        return running.output()[len(seen):].strip()

    def test_a_hundred_rounds_change_nothing(self):
        """In CI a few rounds, and threads that let each other run."""
        long = os.environ.get('MATRIX_TEST_ROUNDS')
        program, running = self.busy(10, 0 if long else 0.0005)
        counts = running.threads(), running.descriptors()
        rounds = int(long or 60)
        blocks = []
        for number in range(rounds):
            debugger = self.attach(running, 'NoBreakOnAttach' if number % 2 else 'None')
            if number % 2 == 0:
                debugger.wait_for('LOAD')
            if number % 3 == 0:
                debugger.break_at(1, program.path, program['count'])
                debugger.send('resa')
                debugger.wait_for('BRKH')
            debugger.detach()
            if number in (rounds // 3, rounds - 1):     # The first ones fill caches.
                wait_until(lambda: (running.threads(), running.descriptors()) == counts)
                blocks.append(int(self.told(running, BLOCKS)))
        if not KEEPS_ALL_CODE:
            self.assertLess(blocks[1], blocks[0] * 1.01, blocks)
        if long:
            print(blocks, self.memory(running))
        running.inject("import __main__; __main__.stop.append(1)")
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\n%d\n%d\nend\n' % tuple(blocks))
        self.assertEqual(running.errors(), '')

    def memory(self, running):
        """Resident kilobytes."""
        with open('/proc/%d/status' % running.process.pid) as file:
            return int([line.split()[1] for line in file if line.startswith('VmRSS')][0])


if __name__ == '__main__':
    unittest.main()
