"""The interpreter's own functions and the standard library's own modules, whatever the program has put
in their place. This module is imported before all others of the agent.

gevent, eventlet and others replace functions of `_thread` and `time`; a "thread" that is started by a
replaced function is a greenlet of the calling thread and blocks it for good. A launched agent keeps
what it finds. One that comes later finds the builtin function again:

    since 3.10   `_thread` and `time` can be made anew (PEP 489), without touching the program's
    up to 3.9    that would undo the replacement in the program. But the interpreter keeps a copy of
                 the module's first dictionary, so the garbage collector still knows the functions

A folder of the program's may have modules named as the standard library's (`opcode`, `resource`), and
finders on `sys.meta_path` may be the program's. `stdlib` sees neither, and leaves `sys.modules` alone.
"""

import builtins
import posix                            # noqa: F401  (used by others, in place of `os`)
import sys

_bootstrap = sys.modules['_frozen_importlib']
_external = sys.modules['_frozen_importlib_external']
_BUILTIN = type(len)

# Modules of which there can be several: initialised in phases.
_CAN_BE_MADE_ANEW = sys.version_info >= (3, 10)       # here, since this module needs no other


class Missing(RuntimeError):
    """The program has replaced a function, and the interpreter's own is nowhere to be found."""


class Kept(object):
    """Functions of a builtin module. They are not attributes of a module of ours, because those are
    what programs that replace functions everywhere (freezegun) walk over."""

    def __init__(self, name, functions):
        module = sys.modules.get(name) or stdlib(name)
        for function in functions:
            found = getattr(module, function, None)
            if not is_genuine(found, name):
                found = _find(name, function)
            setattr(self, function, found)

    def __getattr__(self, function):
        raise Missing('the program has replaced %s' % function)


def is_genuine(function, module):
    """True for a function that is written in C and belongs to the builtin module of that name."""
    return type(function) is _BUILTIN and function.__module__ == module


def _find(name, function):
    if _CAN_BE_MADE_ANEW:
        if name not in _made_anew:
            spec = _bootstrap.BuiltinImporter.find_spec(name)
            _made_anew[name] = module = _bootstrap.module_from_spec(spec)
            spec.loader.exec_module(module)
        return getattr(_made_anew[name], function, None)
    for known in stdlib('gc').get_objects():
        if is_genuine(known, name) and known.__name__ == function:
            return known
    return None


_made_anew = {}


# The standard library

_private = {}


def stdlib(name, shared=False):
    """A module of the standard library that imports no packages: the one that the program has, where
    it is that, or one of our own. `shared`: the program gets it too, if it has none by that name."""
    known = _private.get(name)
    if known is not None:
        return known
    known = sys.modules.get(name)
    if known is None or not _is_stdlib(known):
        # Modules may import one another (`types` and `functools` up to 3.6): the thread that loads
        # one finds it unfinished, other threads load their own.
        key = sys.modules['_thread'].get_ident(), name
        known = _unfinished.get(key)
        if known is not None:
            return known
        try:
            known = _load(name, shared, key)
        finally:
            _unfinished.pop(key, None)
    _private[name] = known
    return known


_unfinished = {}


def unseen(name, *beneath):
    """As `stdlib`, where `sys.modules` is not to show either what enters itself: the module, and
    those beneath that it imports."""
    absent = [each for each in (name,) + beneath if each not in sys.modules]
    module = stdlib(name)
    for each in absent:
        if sys.modules.get(each) is _private.get(each):
            sys.modules.pop(each, None)
    return module


def _is_stdlib(module):
    spec = getattr(module, '__spec__', None)
    if getattr(spec, 'loader', None) is _bootstrap.BuiltinImporter:
        return True             # Up to 3.8 `sys` and the first others have no origin.
    origin = getattr(spec, 'origin', None)
    if not isinstance(origin, str):
        return False
    if origin in ('built-in', 'frozen'):
        return True
    folder, _, file = origin.rpartition('/')
    if file == '__init__.py':
        folder = folder.rpartition('/')[0]
    return folder in _places


def _load(name, shared, key):
    if name in sys.builtin_module_names:
        spec = _bootstrap.BuiltinImporter.find_spec(name)
    else:
        spec = _external.PathFinder.find_spec(name, _places)
    if spec is None or spec.loader is None:
        raise ImportError('the standard library has no ' + name)
    programs, module = sys.modules.get(name), None
    try:
        module = _unfinished[key] = _bootstrap.module_from_spec(spec)
        if not hasattr(module, '__builtins__'):
            module.__builtins__ = dict(vars(builtins), __import__=_import)
        if shared and programs is None:
            sys.modules[name] = programs = module
        spec.loader.exec_module(module)
    finally:
        # Modules in C that are initialised in one phase enter themselves.
        if sys.modules.get(name) is not module:
            pass                        # The program imports it at this moment.
        elif programs is not None:
            sys.modules[name] = programs
        else:
            sys.modules.pop(name, None)
    return module


def _import(name, names=None, local_names=None, wanted=(), level=0):
    """What stands for `__import__` in modules of our own."""
    return stdlib(name)


def _find_places():
    """Where the standard library lies."""
    os = sys.modules.get('os')
    places = [getattr(sys, '_stdlib_dir', None),
              (getattr(os, '__file__', None) or '').rpartition('/')[0]]
    places += [place + '/lib-dynload' for place in places if place]
    places += [place for place in sys.path
               if isinstance(place, str) and place.endswith('/lib-dynload')]
    found = []
    for place in places:
        if place and place not in found:
            found.append(place)
    return found


_places = _find_places()


def stdlib_places():
    """Folders of the standard library."""
    return tuple(_places)


# The program's versions may be ours, in a session (`control.program_trace`).
settrace, gettrace = sys.settrace, sys.gettrace

_thread = Kept('_thread', ('allocate_lock', 'get_ident', 'interrupt_main', 'start_new_thread'))
time = Kept('time', ('monotonic', 'sleep'))
