"""Exceptions are unhandled when they leave the user's code, even if a library catches them there."""

import os
import sys
import unittest
import zipfile

from debuggee import DebugTestCase

SCRIPTS = [
    ('uncaught in a thread', 'raise', '''
        import threading
        def work():
            raise ValueError('x')               # @raise
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        '''),
    ('caught in a thread', None, '''
        import threading
        def work():
            try:
                raise ValueError('x')
            except ValueError:
                pass
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        '''),
    ('uncaught in the run method of a thread', 'raise', '''
        import threading
        class Worker(threading.Thread):
            def run(self):
                raise ValueError('x')           # @raise
        thread = Worker()
        thread.start()
        thread.join()
        '''),
    ('uncaught in a thread without threading', 'raise', '''
        import _thread
        done = _thread.allocate_lock()
        done.acquire()
        def work():
            try:
                raise ValueError('x')           # @raise
            finally:
                done.release()
        _thread.start_new_thread(work, ())
        done.acquire()
        '''),
    ('uncaught in a job of an executor', 'raise', '''
        from concurrent.futures import ThreadPoolExecutor
        def work():
            raise ValueError('x')               # @raise
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work)
            try:
                future.result()
            except ValueError:
                pass
        '''),
    ('uncaught in a task', 'raise', '''
        import asyncio
        async def work():
            await asyncio.sleep(0)
            raise ValueError('x')               # @raise
        async def main():
            await asyncio.wait([asyncio.ensure_future(work())])
        asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
        '''),
    ('caught by a coroutine that awaits', None, '''
        import asyncio
        async def work():
            await asyncio.sleep(0)
            raise ValueError('x')
        async def main():
            try:
                await work()
            except ValueError:
                pass
        asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
        '''),
    ('a task that is cancelled', None, '''
        import asyncio
        async def work():
            await asyncio.sleep(100)
        async def main():
            task = asyncio.ensure_future(work())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
        asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
        '''),
    ('in a finalizer', 'raise', '''
        class Thing(object):
            def __del__(self):
                raise ValueError('x')           # @raise
        try:
            Thing()
        except ValueError:
            pass
        '''),
    ('in a finalizer that is called', None, '''
        class Thing(object):
            done = False
            def __del__(self):
                if not self.done:
                    self.done = True
                    raise ValueError('x')
        thing = Thing()
        try:
            thing.__del__()
        except ValueError:
            pass
        '''),
    ('in the callback of a weak reference', 'raise' if sys.version_info >= (3, 8) else None, '''
        import weakref
        class Thing(object):
            pass
        def gone(reference):
            raise ValueError('x')               # @raise
        thing = Thing()
        reference = weakref.ref(thing, gone)
        try:
            del thing
        except ValueError:
            pass
        '''),
    ('in a generator that the interpreter closes', 'raise' if sys.version_info >= (3, 8) else None, '''
        def numbers():
            try:
                yield 1
            finally:
                raise ValueError('x')           # @raise
        running = numbers()
        next(running)
        try:
            del running
        except ValueError:
            pass
        '''),
    ('suppressed', None, '''
        import contextlib
        def fail():
            raise OSError('x')
        with contextlib.suppress(OSError):
            fail()
        '''),
    ('suppressed by a context manager of the program', None, '''
        class Suppress(object):
            def __enter__(self):
                return self
            def __exit__(self, *exception):
                return self is not None
        with Suppress():
            raise ValueError('x')
        '''),
    ('suppressed by a stack of context managers', None, '''
        import contextlib
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.suppress(ValueError))
            raise ValueError('x')
        '''),
    ('suppressed by unittest', None, '''
        import unittest
        class Test(unittest.TestCase):
            def runTest(self):
                with self.assertRaises(ValueError):
                    raise ValueError('x')
        unittest.TextTestRunner().run(Test())
        '''),
    ('not suppressed after all', 'with', '''
        class Suppress(object):
            def __enter__(self):
                return self
            def __exit__(self, *exception):
                return self is None
        def fail():
            raise ValueError('x')
        def work():
            with Suppress():
                fail()                          # @with
        work()
        '''),
    ('not suppressed, but caught further out', None, '''
        class Suppress(object):
            def __enter__(self):
                return self
            def __exit__(self, *exception):
                return self is None
        try:
            with Suppress():
                raise ValueError('x')
        except ValueError:
            pass
        '''),
    ('raised again now and then, and caught', None, '''
        def work(again):
            try:
                raise ValueError('x')
            except ValueError:
                if again:
                    raise
        work(False)
        '''),
    ('raised again now and then', 'raise', '''
        def work(again):
            try:
                raise ValueError('x')           # @raise
            except ValueError:
                if again:
                    raise
        work(True)
        '''),
    ('raised again', 'raise', '''
        def work():
            raise ValueError('x')               # @raise
        try:
            work()
        except ValueError:
            print('failed')
            raise
        '''),
    ('caught, kept and raised later', 'later', '''
        def work():
            raise ValueError('x')
        try:
            work()
        except ValueError as error:
            kept = error
        for number in range(100):
            try:
                int('x')
            except ValueError:
                pass
        raise kept                              # @later
        '''),
    ('caught by the user around a library', None, '''
        import functools
        def fail(left, right):
            raise ValueError('x')
        try:
            sorted([2, 1], key=functools.cmp_to_key(fail))
            functools.reduce(fail, [1, 2])
        except ValueError:
            pass
        '''),
    ('caught around an import', None, '''
        try:
            import module_that_there_is_not
        except ImportError:
            pass
        '''),
    ('uncaught in a module that is imported', 'failing', '''
        import failing
        '''),
    ('in a generator that the user catches', None, '''
        def numbers():
            yield 1
            raise ValueError('x')
        try:
            print(list(numbers()))
        except ValueError:
            pass
        '''),
    ('caught inside a zip', None, '''
        import sys
        sys.path.insert(0, 'library.zip')
        import zipped
        def fail():
            raise ValueError('x')
        zipped.call(fail)
        '''),
    ('a loop over an iterator of the user', None, '''
        class Numbers(object):
            def __iter__(self):
                return self
            def __next__(self):
                try:
                    raise ValueError('x')
                except ValueError:
                    return 1
        for number in Numbers():
            break
        '''),
]


class UnhandledTest(DebugTestCase):
    def stops(self, source, options):
        self.write("raise ValueError('x')           # @failing\n", 'failing.py')
        with zipfile.ZipFile(os.path.join(self.folder, 'library.zip'), 'w') as library:
            library.writestr('zipped.py', 'def call(function):\n    try:\n        function()\n'
                                          '    except ValueError:\n        pass\n')
        program = self.write(source)
        debugger = self.launch(program, loads=False, options=options)
        debugger.wait_for('LOAD')
        debugger.send('mtrx', 1, 'handlers')
        debugger.wait_for('MTRX')
        debugger.send('sexi', 32, 5, 0, 'KeyError', 0, 'StopIteration', 0, 'AttributeError',
                      0, 'ImportError', 0, 'GeneratorExit')
        found = []
        debugger.send('resa')
        while True:
            event = debugger.wait_for('EXCP', 'LAST')
            if event.code == 'LAST':
                debugger.send('lack')
                debugger.exit_status()
                break
            self.assertEqual(event.fields[2], 1)
            frame = debugger.frames[event.fields[1]][0]
            with open(frame.filename) as file:
                line = file.read().splitlines()[frame.line - 1]
            found.append(line.partition('# @')[2] or line)
            debugger.send('resa')
        self.assertNotIn('REQH', [event.code for event in debugger.events])
        return found

    def check(self, options):
        for name, label, source in SCRIPTS:
            with self.subTest(name):
                self.assertEqual(self.stops(source, options), [label] if label else [])

    def test_what_leaves_the_users_code_stops_once_and_nothing_else(self):
        self.check('None')

    @unittest.skipUnless(hasattr(sys, 'monitoring'), 'there is but one way before 3.12')
    def test_under_the_trace_function_too(self):
        self.check('ExecutionControl=trace')


if __name__ == '__main__':
    unittest.main()
