"""Small programs, each about one construct, for stepping through and breaking in.

A program is a module that is imported, so that one debuggee runs them all. `since` is the first
minor version of CPython 3 that compiles it.
"""

import sys

_ALL = (
    ('calls', 5, '''
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
        nested = inner(inner(1))
        many = inner(
            1) + inner(
            2)
        last = 1
        '''),
    ('recursion', 5, '''
        def factorial(n):
            if n == 0:
                return 1
            rest = factorial(n - 1)
            return n * rest
        value = factorial(3)
        '''),
    ('loops', 5, '''
        total = 0
        for i in range(2):
            for j in range(2):
                if j:
                    continue
                total += 1
            else:
                total += 10
        while total < 100:
            total += 50
            if total > 90: break
        else:
            total = 0
        for i in range(3): total += i
        items = iter([1, 2])
        while next(items, None): pass
        '''),
    ('generators', 5, '''
        def numbers(n):
            for i in range(n):
                got = yield i
            yield from (x for x in 'ab')
            return 5
        def delegate():
            result = yield from numbers(1)
            yield result
        def consumer():
            for number in numbers(2):
                value = number
            return list(delegate())
        consumer()
        running = numbers(1)
        next(running)
        running.send(3)
        list(running)
        '''),
    ('closed_while_delegating', 5, '''
        def numbers():
            yield from (x for x in 'ab')
        list(numbers())
        running = numbers()
        next(running)
        running.close()
        '''),
    ('thrown_into', 5, '''
        def catching():
            while True:
                try:
                    yield 1
                except ValueError:
                    caught = 1
                finally:
                    done = 1
        running = catching()
        next(running)
        running.throw(ValueError())
        running.close()
        def failing():
            yield 1
            raise KeyError()
        try:
            for each in failing():
                pass
        except KeyError:
            caught = 1
        '''),
    ('comprehensions', 5, '''
        def function(limit):
            squares = [
                x * x
                for x in range(limit)
                if x]
            table = {k: v for k, v in zip('ab', squares)}
            return {x for x in squares}, sum(x for x in squares), table
        function(3)
        pairs = [(a, b) for a in range(2) for b in 'x']
        nested = [[y for y in range(x)] for x in range(3)]
        class Holder:
            values = [v for v in 'ab']
        called = [function(1) for _ in 'ab']
        '''),
    ('exceptions', 5, '''
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
        def deep():
            fail()
            never = 1
        with Manager():
            fail()
        try:
            deep()
        except ValueError as error:
            caught = 1
        else:
            never = 1
        finally:
            done = 1
        try:
            try:
                fail()
            except ValueError as error:
                raise KeyError() from error
        except KeyError:
            caught = 2
        with Manager() as one, Manager() as two:
            inside = 1
        '''),
    ('finally_returns', 5, '''
        def function(flag):
            for i in range(2):
                try:
                    if flag:
                        return 1
                    continue
                finally:
                    done = i
            return 2
        function(True)
        function(False)
        '''),
    ('classes', 5, '''
        import functools
        def decorator(function):
            @functools.wraps(function)
            def wrapper(*arguments):
                return function(*arguments)
            return wrapper
        def marked(mark):
            return decorator
        class Thing:
            size = 1
            @decorator
            @marked(
                1)
            def method(self):
                return self.size
            @property
            def value(self):
                return self.method()
            def __add__(self, other):
                return other
            def __getattr__(self, name):
                return 1
        thing = Thing()
        while thing.size < 3:
            thing.size += thing.value
        both = thing + thing.missing
        '''),
    ('callbacks', 5, '''
        def negative(x):
            return -x
        value = sorted([3, 1, 2], key=negative)
        value = sorted([3, 1], key=lambda x: -x)
        doubled = list(map(lambda x:
                           x * 2, value))
        kept = [*filter(negative, value)]
        def visit(match):
            return 'x'
        import re
        text = re.sub('a', visit, 'banana')
        '''),
    ('one_line', 5, '''
        def double(x): return x * 2
        def nothing(): pass
        triple = lambda x: x * 3
        double(1); nothing(); triple(1)
        value = double(2) if triple(1) else nothing()
        class Empty: pass
        '''),
    ('layout', 5, '''
        value = (1 +
                 2 +
                 len('abc'))
        def function(
                first=len('a'),
                second=2):
            """Documented."""
            text = \'\'\'one
            two\'\'\'

            return {
                'first': first,
                'second': second,
            }
        function(
            first=function(),
            second=3)
        if (value and
                function()):
            done = 1
        assert value, (
            'message')
        '''),
    ('coroutines', 5, '''
        import asyncio
        async def inner(n):
            await asyncio.sleep(0)
            return n
        class Manager:
            async def __aenter__(self):
                await asyncio.sleep(0)
            async def __aexit__(self, *exception):
                await asyncio.sleep(0)
        async def main():
            first = await inner(1)
            async with Manager():
                second = await inner(2)
            both = await asyncio.gather(inner(3), inner(4))
            return first
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.close()
        '''),
    ('async_generators', 6, '''
        import asyncio
        async def numbers():
            for n in range(2):
                await asyncio.sleep(0)
                yield n
        async def main():
            async for number in numbers():
                value = number
            return [number async for number in numbers()]
        loop = asyncio.new_event_loop()
        loop.run_until_complete(main())
        loop.close()
        '''),
    ('matching', 10, '''
        def kind(value):
            match value:
                case 1 | 2:
                    return 'small'
                case [first, *rest] if rest:
                    return 'list'
                case {'key': found}:
                    return found
                case _:
                    return None
        for each in (1, [1, 2], [1], {'key': 2}):
            kind(each)
        '''),
    ('groups', 11, '''
        def fail():
            raise ExceptionGroup('both', [ValueError(), KeyError()])
        try:
            fail()
        except* ValueError:
            first = 1
        except* KeyError:
            second = 2
        done = 1
        '''),
)

PROGRAMS = [(name, source) for name, since, source in _ALL if sys.version_info[1] >= since]
