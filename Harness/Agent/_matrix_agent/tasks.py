"""Tasks of asyncio: coroutines that take turns on one thread, each suspended whenever it waits.

They are found without a call to the program's code, and without an import.
"""

import sys

from .genuine import stdlib

_MANY = 1000                    # futures between two tasks


def _own(value, name):
    """An attribute, without a call to the program's own `__getattr__`. None where there is none."""
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        return None


def _modules():
    """`_asyncio`, `asyncio.tasks` and `asyncio.events`, None each where it is not there."""
    return [sys.modules.get(name) for name in ('_asyncio', 'asyncio.tasks', 'asyncio.events')]


def running_loop():
    """The calling thread's event loop that runs, or None."""
    native, _, events = _modules()
    running = getattr(native, '_get_running_loop', None)
    if running is not None:
        return running()
    local = getattr(events, '_running_loop', None)          # up to 3.6
    loop, pid = getattr(local, '_loop', None), None
    if loop is None:
        loop, pid = getattr(local, 'loop_pid', (None, None))
    return loop


def current():
    """The calling thread's task that runs, or None."""
    native, tasks, _ = _modules()
    loop = running_loop()
    if loop is None or tasks is None:
        return None
    ask = getattr(native, 'current_task', None)             # since 3.12
    if ask is None:
        known = getattr(tasks, '_current_tasks', None)      # since 3.7
        if known is not None:
            return _of(loop, known)
        ask = getattr(tasks.Task, 'current_task', None)
    try:
        return ask(loop)
    except Exception:
        return None


def _of(loop, known):
    for each, task in list(known.items()):
        if each is loop:
            return task
    return None


def every(loop):
    """All tasks of an event loop that have not ended, in the order of their names where they have
    numbers for names."""
    native, tasks, _ = _modules()
    if loop is None or tasks is None:
        return []
    found = []
    for name in ('_all_tasks', '_scheduled_tasks', '_eager_tasks'):
        known = getattr(tasks, name, None)
        found.extend([reference() for reference in list(getattr(known, 'data', ()))])
        if type(known) is set:
            found.extend(known)
    ask = getattr(native, 'all_tasks', None) or getattr(tasks.Task, 'all_tasks', None)
    if ask is not None:                 # up to 3.6, and since 3.14
        try:
            found.extend(ask(loop))
        except Exception:
            pass
    unique = dict([(id(task), task) for task in found if task is not None])
    return [task for task in unique.values()
            if _own(task, '_loop') is loop and _own(task, '_state') == 'PENDING']


def name(task):
    """Its name since 3.8; before that, its coroutine's."""
    native, tasks, _ = _modules()
    kind = getattr(native, 'Task', None) or tasks.Task
    get = vars(kind).get('get_name')
    found = None
    if get is not None:
        try:
            found = get(task)
        except TypeError:
            found = _own(task, '_name')
    if type(found) is not str:
        found = _own(coroutine(task), '__qualname__')
    return found if type(found) is str else 'task'


def coroutine(task):
    return _own(task, '_coro')


def outermost_frame(task):
    """The frame of its coroutine, while that has not ended."""
    own = coroutine(task)
    return getattr(own, 'cr_frame', None) or getattr(own, 'gi_frame', None)


def never_ran(task):
    """True for one that has not begun, which does not run."""
    frame = outermost_frame(task)
    if frame is None:
        return False
    own = coroutine(task)
    suspended = getattr(own, 'cr_suspended', getattr(own, 'gi_suspended', None))    # since 3.11
    return frame.f_lasti < 0 if suspended is None else not suspended


# Coroutines

_PARTS = (('cr_frame', 'cr_await'), ('gi_frame', 'gi_yieldfrom'), ('ag_frame', 'ag_await'))


def frames(task):
    """The frames of a task that is suspended, from the innermost outward."""
    found = []
    awaited = coroutine(task)
    while awaited is not None and len(found) < _MANY:
        following = None
        for frame, inner in _PARTS:
            if hasattr(type(awaited), frame):
                if getattr(awaited, frame) is not None:
                    found.append(getattr(awaited, frame))
                following = getattr(awaited, inner)
                break
        else:
            following = _wrapped(awaited)
        awaited = following
    return found[::-1]


def _wrapped(awaited):
    """What is awaited by way of an object of the interpreter's own, which shows it to nobody but the
    garbage collector: an asynchronous generator, or a coroutine whose `__await__` was called."""
    if type(awaited).__name__ in (
            'coroutine_wrapper', 'async_generator_asend', 'async_generator_athrow',
            'anext_awaitable'):
        for inner in stdlib('gc').get_referents(awaited):
            if any([hasattr(type(inner), frame) for frame, _ in _PARTS]):
                return inner
    return None


# Who waits for whom

def awaiters(task):
    """The tasks that wait for a task, directly, or by way of `gather`, `wait` and the like."""
    native, tasks, _ = _modules()
    kinds = tuple([kind for kind in (
        getattr(native, 'Task', None), getattr(tasks, '_PyTask', None), tasks.Task) if kind])
    found, seen, work = [], set(), [task]
    while work and len(seen) < _MANY:
        future = work.pop()
        if id(future) in seen:
            continue
        seen.add(id(future))
        if future is not task and issubclass(type(future), kinds):
            found.append(future)
            continue
        for callback in _own(future, '_callbacks') or ():
            work.extend(_told_by(callback[0] if type(callback) is tuple else callback))
    return found


def _told_by(callback):
    """What a callback of a future's tells of the end."""
    gc = stdlib('gc')
    if type(callback).__name__ in ('TaskWakeupMethWrapper', 'builtin_function_or_method'):
        return gc.get_referents(callback)
    if type(callback).__name__ == 'partial':
        return list(callback.args) + _told_by(callback.func)
    bound = getattr(callback, '__self__', None)
    if bound is not None:
        parent = _own(bound, '_parent_task')            # a TaskGroup
        return [parent if parent is not None else bound]
    found = []
    names = callback.__code__.co_freevars if hasattr(callback, '__code__') else ()
    for name_of, cell in zip(names, getattr(callback, '__closure__', None) or ()):
        if name_of in ('outer', 'waiter'):
            try:
                found.append(cell.cell_contents)
            except ValueError:
                pass
    return found


def waits_for(waiting, task):
    """True where a task waits for another, by way of others or not."""
    seen, work = set(), [task]
    while work and len(seen) < _MANY:
        each = work.pop()
        if each is waiting:
            return True
        if id(each) not in seen:
            seen.add(id(each))
            work.extend(awaiters(each))
    return False
