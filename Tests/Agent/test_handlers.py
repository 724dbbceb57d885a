"""What becomes of an exception in a frame, as predicted from bytecode, beside what then happens."""

import asyncio
import contextlib
import io
import os
import sys
import tempfile
import textwrap
import threading
import unittest

sys.path.insert(0, os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))),
    'Harness', 'Agent'))

from _matrix_agent import handlers  # noqa: E402

CATCHES, PASSES, MAYBE = handlers.CATCHES, handlers.PASSES, handlers.MAYBE


class Quiet(object):
    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.seen = exception


class Stubborn(Quiet):
    def __exit__(self, *exception):
        return bool(exception[0])


class Waiting(object):
    async def __aenter__(self):
        await asyncio.sleep(0)

    async def __aexit__(self, *exception):
        await asyncio.sleep(0)


@contextlib.contextmanager
def passing():
    try:
        yield
    finally:
        pass


@contextlib.contextmanager
def catching():
    try:
        yield
    except ValueError:
        pass


class Holder(object):
    def __init__(self):
        self.lock = threading.Lock()
        self.kind = ValueError


holder = Holder()
suppressing = contextlib.suppress(ValueError)
kinds = (KeyError, ValueError)


def predicted(error):
    """Called where the error is about to be raised."""
    results.append(handlers.in_frame(sys._getframe(1), error))
    raise error


results = []

# What is predicted, and the body of a function.
BODIES = [
    (PASSES, 'predicted(E)'),
    (CATCHES, 'try: predicted(E)\nexcept ValueError: pass'),
    (CATCHES, 'try: predicted(E)\nexcept ValueError as error: x = error'),
    (CATCHES, 'try: predicted(E)\nexcept: pass'),
    (PASSES, 'try: predicted(E)\nexcept KeyError: pass'),
    (PASSES, 'try: predicted(E)\nexcept KeyError as error: x = error'),
    (CATCHES, 'try: predicted(E)\nexcept (KeyError, ValueError): pass'),
    (CATCHES, 'try: predicted(E)\nexcept kinds: pass'),
    (CATCHES, 'try: predicted(E)\nexcept holder.kind: pass'),
    (PASSES, 'try: predicted(E)\nexcept (KeyError, OSError): pass'),
    (CATCHES, 'try: predicted(E)\nexcept KeyError: pass\nexcept Exception: pass'),
    (CATCHES, 'try:\n  try: predicted(E)\n  except KeyError: pass\nexcept ValueError: pass'),
    (PASSES, 'try: predicted(E)\nfinally: x = 1'),
    (PASSES, 'try: predicted(E)\nexcept ValueError: raise'),
    (PASSES, 'try: predicted(E)\nexcept ValueError as error: raise'),
    (PASSES, 'try: predicted(E)\nexcept ValueError as error: raise error'),
    (PASSES, 'try: predicted(E)\nexcept: raise'),
    (PASSES, 'try: predicted(E)\nexcept ValueError:\n  print(end="")\n  raise'),
    (PASSES, 'try: predicted(E)\nexcept ValueError:\n  for x in (1, 2): print(end="")\n  raise'),
    (PASSES, 'try: predicted(E)\nexcept ValueError:\n  try: x = 1\n  finally: y = 2\n  raise'),
    (PASSES, 'try:\n  try: predicted(E)\n  except ValueError: raise\nfinally: x = 1'),
    (CATCHES, 'try:\n  try: predicted(E)\n  except ValueError: raise\nexcept ValueError: pass'),
    (CATCHES, 'try:\n  try: predicted(E)\n  finally: x = 1\nexcept ValueError: pass'),
    (CATCHES, 'try: predicted(E)\nexcept ValueError: return 1'),
    (CATCHES, 'for x in (1, 2):\n  try: predicted(E)\n  except ValueError: continue'),
    (CATCHES, 'while True:\n  try: predicted(E)\n  except ValueError: break'),
    (PASSES, 'for x in (1,):\n  try: predicted(E)\n  finally:\n    for y in (1, 2):\n'
             '      if y: break'),
    (PASSES, 'for x in (1,):\n  predicted(E)'),
    (PASSES, 'while 1:\n  try: x = 1\n  except ValueError: pass\n  predicted(E)'),
    (MAYBE, 'try: predicted(E)\nexcept ValueError:\n  if results: raise'),
    (CATCHES, 'try:\n  try: predicted(E)\n  except ValueError:\n    if results: raise\n'
              'except ValueError: pass'),
    (MAYBE, 'try: predicted(E)\nexcept kind_of(): pass'),
    (CATCHES, 'try: x = 1\nexcept KeyError: pass\ntry: predicted(E)\nexcept ValueError: pass'),
    (PASSES, 'try: x = 1\nexcept ValueError: pass\npredicted(E)'),
    (PASSES, 'try: raise KeyError\nexcept KeyError: predicted(E)'),
    (PASSES, 'try: raise KeyError\nexcept KeyError as error: predicted(E)'),
    (PASSES, 'try: x = 1\nfinally: predicted(E)'),
    (PASSES, 'try: x = 1\nexcept ValueError: pass\nelse: predicted(E)'),
    (PASSES, 'with Quiet(): predicted(E)'),
    (PASSES, 'with Quiet() as x: predicted(E)'),
    (PASSES, 'with holder.lock: predicted(E)'),
    (PASSES, 'with threading.Lock(): predicted(E)'),
    (PASSES, 'with threading.Condition(): predicted(E)'),
    (PASSES, 'with open(__file__) as file: predicted(E)'),
    (PASSES, 'with tempfile.TemporaryFile() as file: predicted(E)'),
    (PASSES, 'with io.StringIO("x") as file, holder.lock: predicted(E)'),
    (PASSES, 'x = Quiet()\nwith x: predicted(E)'),
    (CATCHES, 'with contextlib.suppress(ValueError): predicted(E)'),
    (CATCHES, 'with contextlib.suppress(KeyError, Exception): predicted(E)'),
    (PASSES, 'with contextlib.suppress(KeyError): predicted(E)'),
    (CATCHES, 'with suppressing: predicted(E)'),
    (CATCHES, 'with contextlib.suppress(ValueError), Quiet(): predicted(E)'),
    (CATCHES, 'with Quiet(), contextlib.suppress(ValueError): predicted(E)'),
    (CATCHES, 'try:\n  with Stubborn(): predicted(E)\nexcept ValueError: pass'),
    (MAYBE, 'with Stubborn(): predicted(E)'),
    (PASSES, 'with passing(): predicted(E)'),
    (CATCHES, 'with catching(): predicted(E)'),
    (PASSES, 'with holder.lock:\n  with Quiet(): predicted(E)'),
    (PASSES, 'with Quiet():\n  x = 1\npredicted(E)'),
    (PASSES, 'x = [y for y in (1,)]\nfor z in x:\n  with Quiet():\n    if z: predicted(E)'),
    (CATCHES, 'def inner(): pass\nwith Quiet():\n  inner()\n'
              'try: predicted(E)\nexcept ValueError:\n  with Quiet(): inner()'),
    (PASSES, 'x = lambda: holder\nwith x().lock if False else Quiet(): predicted(E)'),
]
GROUPS = [
    (CATCHES, 'try: predicted(G)\nexcept* ValueError: pass'),
    (PASSES, 'try: predicted(G)\nexcept* KeyError: pass'),
    (CATCHES, 'try: predicted(G)\nexcept* KeyError: pass\nexcept* ValueError as group: x = group'),
    (CATCHES, 'try: predicted(E)\nexcept* ValueError: pass'),
    (CATCHES, 'try: predicted(G)\nexcept ExceptionGroup: pass'),
    (PASSES, 'try: predicted(G)\nexcept ValueError: pass'),
]
COROUTINES = [
    (PASSES, 'await asyncio.sleep(0)\npredicted(E)'),
    (CATCHES, 'try:\n  await asyncio.sleep(0)\n  predicted(E)\nexcept ValueError: pass'),
    (PASSES, 'async with Waiting(): predicted(E)'),
    (CATCHES, 'try:\n  async with Waiting(): predicted(E)\nexcept ValueError: pass'),
    (PASSES, 'async def inner(): predicted(E)\nawait inner()'),
    (PASSES, 'async def each():\n  yield 1\n  await asyncio.sleep(0)\n'
             'async for x in each(): predicted(E)'),
]


class HandlersTest(unittest.TestCase):
    def outcome(self, body, asynchronous=False):
        names = dict(globals(), E=ValueError('x'), kind_of=lambda: ValueError)
        if hasattr(handlers.builtins, 'ExceptionGroup'):
            names['G'] = handlers.builtins.ExceptionGroup('x', [ValueError(1), ValueError(2)])
        head = 'async def function():\n' if asynchronous else 'def function():\n'
        exec(head + textwrap.indent(body, '  '), names)
        del results[:]
        try:
            if asynchronous:
                loop = asyncio.new_event_loop()
                try:
                    loop.run_until_complete(names['function']())
                finally:
                    loop.run_until_complete(loop.shutdown_asyncgens())
                    loop.close()
            else:
                names['function']()
        except (ValueError, getattr(handlers.builtins, 'ExceptionGroup', ValueError)):
            return results[0], PASSES
        return results[0], CATCHES

    def check(self, bodies, asynchronous=False):
        for expected, body in bodies:
            with self.subTest(body):
                found, actual = self.outcome(body, asynchronous)
                self.assertEqual(found, expected)
                if expected != MAYBE:
                    self.assertEqual(actual, expected)

    def test_what_handlers_do_is_predicted(self):
        self.check(BODIES)

    @unittest.skipUnless(sys.version_info >= (3, 11), 'exception groups came with 3.11')
    def test_what_handlers_of_groups_do_is_predicted(self):
        self.check(GROUPS)

    def test_what_coroutines_do_is_predicted(self):
        self.check(COROUTINES, True)

    def test_a_generator_that_is_closed_or_thrown_into(self):
        names = dict(globals(), E=ValueError('x'))
        exec('def function():\n  try:\n    yield 1\n    predicted(E)\n  except ValueError:\n'
             '    yield 2\n', names)
        del results[:]
        self.assertEqual(list(names['function']()), [1, 2])
        self.assertEqual(results, [CATCHES])


if __name__ == '__main__':
    unittest.main()
