"""Functions of the interpreter and of the C library, called from Python.

Not by `ctypes`: what `ctypes.pythonapi` knows of a function is shared with the program, which may have
set other argument types. `_ctypes`, its half in C, has all that is needed here. It is loaded when the
first function is asked for; where there is none, that is an `ImportError`.
"""

import sys

from . import genuine, versions
from .genuine import _thread

_CDECL, _PYTHON_API = 1, 4              # FUNCFLAG_CDECL; FUNCFLAG_PYTHONAPI keeps the GIL
_NOW = 2                                # RTLD_NOW


class _Native(object):
    """The types, and this process as a library."""

    def __init__(self):
        c = self._c = genuine.stdlib('_ctypes')

        def simple(name, letter):
            return type(c._SimpleCData)(name, (c._SimpleCData,), {'_type_': letter})

        self.pointer = simple('pointer', 'P')
        self.object = simple('object', 'O')
        self.text = simple('text', 'z')
        self.int = simple('int', 'i')
        self.uint32 = simple('uint32', 'I')
        self.long = simple('long', 'l')
        self.word = simple('word', 'L')         # 64 bits on every Linux with 64-bit pointers
        self.byte = simple('byte', 'B')
        self.bytes = type(c._Pointer)('bytes', (c._Pointer,), {'_type_': self.byte})
        self.sizeof, self.address_of = c.sizeof, c.addressof
        self.ArgumentError = c.ArgumentError
        self._handle = c.dlopen(None, _NOW)
        self._types = {}

    def address(self, name):
        """The address of a function in this process; `ImportError` where there is none of that name."""
        try:
            return self._c.dlsym(self._handle, name)
        except OSError as error:
            raise ImportError(str(error))

    def function(self, name, result, *arguments, gives_gil_away=False):
        """A function by its name or its address."""
        key = result, arguments, gives_gil_away
        kind = self._types.get(key)
        if kind is None:
            kind = self._types[key] = type(self._c.CFuncPtr)('function', (self._c.CFuncPtr,), {
                '_flags_': _CDECL if gives_gil_away else _CDECL | _PYTHON_API,
                '_restype_': result, '_argtypes_': arguments})
        return kind(name if isinstance(name, int) else self.address(name))

    def copy(self):
        """`memmove`: to, from, size."""
        return self.function(self._c._memmove_addr, self.pointer, self.pointer, self.pointer,
                             self.word)


_loaded = []


def get():
    """The one of the process."""
    if not _loaded:
        _loaded.append(_Native())
    return _loaded[0]


def has_subinterpreters():
    """Whether there are other interpreters in the process than one. False where it cannot be told."""
    try:
        calls = get()
        if not _interpreters:
            _interpreters.extend([
                calls.function('PyInterpreterState_Head', calls.pointer),
                calls.function('PyInterpreterState_Next', calls.pointer, calls.pointer)])
    except ImportError:
        return False
    first, following = _interpreters
    return bool(following(first()))


_interpreters = []


def current_frames():
    """`sys._current_frames()`, or the calling thread's frame alone where that would do harm."""
    if not are_all_frames_told():
        return {_thread.get_ident(): sys._getframe(1)}
    return sys._current_frames()


def are_all_frames_told():
    return not (versions.FRAMES_OF_OTHERS_CRASH and has_subinterpreters())
