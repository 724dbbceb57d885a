"""How the program starts Pythons while its processes are followed: by functions that fork and execute
at once, and by `exec`. In their environment such a Python finds a folder of ours first in PYTHONPATH,
whose `sitecustomize` begins the session; arguments, descriptors and all else stay the program's.

The functions are given back at the end; a program that took ours keeps them, and they pass through.
"""

import os
import sys

from . import forks, genuine, native
from .genuine import _thread, posix

VARIABLE = 'MATRIX_FOLLOW'
_PATH = 'PYTHONPATH'
_KEY, _PATH_KEY = os.fsencode(VARIABLE) + b'=', os.fsencode(_PATH) + b'='
_ARGUMENTS, _PROGRAMS, _FOLDER, _ENVIRONMENT = 0, 1, 4, 5       # of `_posixsubprocess.fork_exec`

# Programs that run others with the environment that they are given.
_PASS_ON = frozenset(['sh', 'ash', 'bash', 'dash', 'ksh', 'zsh', 'env', 'nice', 'nohup', 'setsid',
                      'timeout'])
# `multiprocessing` runs these beside the program; there is nothing of the user's in them.
_HELPERS = ('from multiprocessing.resource_tracker ', 'from multiprocessing.semaphore_tracker ')

_starting = set()

# What is in force in this process. A function that a program took may be called in a forked child, whose
# session is another.
_environment = None


def is_starting():
    """True in a child that is about to execute another program. Where there is a `preexec_fn`, hooks
    for forks run in it."""
    return _thread.get_ident() in _starting


def install(value, folder):
    """Puts our functions in place; the result puts the program's back. `value` gives that of the
    variable, or None where nothing is followed any more."""
    global _environment
    environment = None
    if not hasattr(os, 'register_at_fork'):         # before 3.7
        undoings = [_replace(os, name, _forking) for name in ('fork', 'forkpty')]
    else:
        undoings = []
    if folder is not None:
        environment = _environment = _Environment(value, os.fsencode(folder))
        execve = os.execve
        undoings += [
            _replace(os, 'execv', lambda original: _execv(original, execve)),
            _replace(os, 'execve', _with_mapping),
            _replace(os, 'posix_spawn', _with_mapping),
            _replace(os, 'posix_spawnp', _with_mapping),
            _replace(genuine.stdlib('_posixsubprocess', shared=True), 'fork_exec', _fork_exec,
                     'subprocess', '_fork_exec')]

    def undo():
        global _environment
        if _environment is environment:
            _environment = None
        for each in undoings:
            each()

    return undo


def _replace(module, name, make, other='', other_name=''):
    """`other` is a module that may keep the function under a name of its own."""
    original = getattr(module, name, None)
    if original is None:
        return _nothing
    ours = make(original)
    for attribute in ('__name__', '__qualname__', '__doc__', '__module__', '__text_signature__'):
        if hasattr(original, attribute):
            setattr(ours, attribute, getattr(original, attribute))
    setattr(module, name, ours)
    if getattr(sys.modules.get(other), other_name, None) is original:
        setattr(sys.modules[other], other_name, ours)

    def undo():
        for holder, attribute in ((module, name), (sys.modules.get(other), other_name)):
            if getattr(holder, attribute, None) is ours:
                setattr(holder, attribute, original)

    return undo


def _nothing():
    """There was nothing to replace."""


def _forking(original):
    def fork():
        forks.before()
        pid = os.getpid()
        try:
            result = original()
            if os.getpid() != pid:
                forks.in_child()
            return result
        finally:
            forks.in_parent()

    return fork


def _fork_exec(original):
    def fork_exec(*arguments):
        environment = _environment
        if environment is not None:
            arguments = environment.for_fork_exec(arguments)
        identifier = _thread.get_ident()
        _starting.add(identifier)
        try:
            return original(*arguments)
        finally:
            _starting.discard(identifier)

    return fork_exec


def _with_mapping(original):
    names = ('path', 'argv', 'env')

    def start(*arguments, **keywords):
        given = dict(zip(names, arguments))
        for name in names:
            if name in keywords:
                given[name] = keywords[name]
        if len(given) == len(names):
            variables = _mapping(*[given[name] for name in names])
            if 'env' in keywords:
                keywords['env'] = variables
            else:
                arguments = arguments[:2] + (variables,) + arguments[3:]
        return original(*arguments, **keywords)

    return start


def _execv(original, execve):
    def execv(*arguments):
        variables = _mapping(*(arguments + (None,))) if len(arguments) == 2 else None
        if variables is None:
            return original(*arguments)
        return execve(*(arguments + (variables,)))

    return execv


def _mapping(path, arguments, variables):
    environment = _environment
    return variables if environment is None else environment.mapping(path, arguments, variables)


class _Environment(object):
    """The environment of a Python that is to be followed."""

    def __init__(self, value, folder):
        self._value = value
        self._folder = folder

    def for_fork_exec(self, arguments):
        """The arguments of that, with ours in the environment. The original says what is wrong."""
        try:
            arguments = list(arguments)
            folder = os.fsencode(arguments[_FOLDER] or b'')
            programs = [os.path.join(folder, os.fsencode(each)) for each in arguments[_PROGRAMS]]
            entries = arguments[_ENVIRONMENT]
            if self.is_for(programs, arguments[_ARGUMENTS]):
                arguments[_ENVIRONMENT] = self.entries(
                    _own_environment() if entries is None else list(entries))
        except Exception:
            pass
        return arguments

    def is_for(self, programs, arguments):
        """True where the program that would be executed, the first there is, may be a Python or run
        one."""
        for path in programs:
            path = os.fsencode(path)
            if os.path.isfile(path):
                return _may_be_python(path) and not any([
                    os.fsdecode(each).startswith(_HELPERS) for each in arguments])
        return False

    def entries(self, entries):
        """`KEY=VALUE` as bytes, with ours."""
        value = self._value()
        if value is None:
            return entries
        kept = [each for each in entries if not each.startswith((_KEY, _PATH_KEY))]
        places = [each[len(_PATH_KEY):] for each in entries if each.startswith(_PATH_KEY)]
        places = [self._folder] + [each for each in places[:1] if each]
        return kept + [_PATH_KEY + os.fsencode(os.pathsep).join(places), _KEY + value]

    def mapping(self, path, arguments, variables):
        """A mapping with ours, for functions that take one; what they are given where there is
        nothing to do, or where it is wrong."""
        try:
            if isinstance(path, int):
                return variables
            programs = [path]
            if not os.path.dirname(os.fsencode(path)):      # `posix_spawnp` looks for it.
                programs += [os.path.join(place, os.fsdecode(path)) for place in os.get_exec_path()]
            if not self.is_for(programs, arguments):
                return variables
            if variables is None:
                entries = _own_environment()
            else:
                entries = [os.fsencode(key) + b'=' + os.fsencode(value)
                           for key, value in variables.items()]
            made = {}
            for each in self.entries(entries):
                key, _, value = each.partition(b'=')
                made[key] = value
            return made
        except Exception:
            return variables


def _may_be_python(path):
    name = os.path.basename(path)
    if name.startswith(b'python') or os.fsdecode(name) in _PASS_ON:
        return True
    if os.path.realpath(path) == os.path.realpath(os.fsencode(sys.executable or '')):
        return True
    try:
        file = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC)
    except OSError:
        return False
    try:
        return posix.read(file, 2) == b'#!'
    finally:
        posix.close(file)


def _own_environment():
    """What a child would inherit. `os.environ` need not be that: C code and `putenv` change it too."""
    try:
        calls = native.get()
        found, at = [], calls.pointer.from_address(calls.address('environ')).value
        while at:
            entry = calls.text.from_address(at).value
            if entry is None:
                return found
            found.append(entry)
            at += calls.sizeof(calls.pointer)
        return found
    except ImportError:
        return [key + b'=' + value for key, value in os.environb.items()]
