"""Both ways of watching execution give the same stops in the same order."""

import os
import sys
import unittest

from debuggee import DebugTestCase

PROGRAMS = {
    'calls': '''
        def outer(n):
            if n:
                return inner(n) + outer(n - 1)
            return 0
        def inner(n):
            total = 0
            for i in range(n):
                total += i
            return total
        outer(2)
        value = sorted([3, 1, 2], key=lambda x: -x)
        last = 1
        ''',
    'generators': '''
        def numbers(n):
            for i in range(n):
                yield i
            yield from (x for x in 'ab')
        def consumer():
            for number in numbers(2):
                print(number)
        consumer()
        pairs = [(a, b) for a in range(2) for b in 'x']
        ''',
    'exceptions': '''
        class Manager:
            def __enter__(self):
                return self
            def __exit__(self, *exception):
                return True
        def fail():
            try:
                raise ValueError()
            finally:
                cleanup = 1
        with Manager():
            fail()
        try:
            fail()
        except ValueError as error:
            caught = 1
        else:
            never = 1
        ''',
    'classes': '''
        import functools
        def decorator(function):
            @functools.wraps(function)
            def wrapper(*arguments):
                return function(*arguments)
            return wrapper
        class Thing:
            size = 1
            @decorator
            def method(self):
                return self.size
            @property
            def value(self):
                return self.method()
        thing = Thing()
        while thing.size < 3:
            thing.size += thing.value
        ''',
    'coroutines': '''
        import asyncio
        async def inner(n):
            await asyncio.sleep(0)
            return n
        async def numbers():
            for n in range(2):
                yield await inner(n)
        async def main():
            async for number in numbers():
                value = number
            return value
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.close()
        ''',
}


@unittest.skipUnless(hasattr(sys, 'monitoring'), 'there is one way only before 3.12')
class ControlTest(DebugTestCase):
    def stops(self, program, control, kinds):
        environment = dict(os.environ, MATRIX_EXECUTION_CONTROL=control)
        debugger = self.launch(program, environment=environment)
        found = []
        for number in range(90):
            code, line = debugger.step(kinds[number % len(kinds)])
            if code == 'LAST':
                break
            found.append([(frame.name, frame.line)
                          for frame in debugger.frames[debugger.thread]])
        debugger.close()
        return found

    def test_steps_of_all_kinds_stop_at_the_same_places(self):
        for name in sorted(PROGRAMS):
            program = self.write(PROGRAMS[name], name + '.py')
            for kinds in (['into'], ['over'], ['into', 'over'], ['into', 'into', 'out']):
                self.assertEqual(self.stops(program, 'monitoring', kinds),
                                 self.stops(program, 'trace', kinds), (name, kinds))


if __name__ == '__main__':
    unittest.main()
