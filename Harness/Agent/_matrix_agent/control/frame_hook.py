"""A look at code before it runs, and none at code that was looked at already: PEP 523, 3.8 to 3.11.

The interpreter calls one function for every frame. A few instructions of ours take its place; they
pass over code objects that are marked with the generation of now. For others they call `examine`,
which marks the code object, or has its thread traced, or does neither and is asked again.

Nothing here is known by number: where things are is found in what lives, and where there is not
exactly one place, or no memory for code, or another's function is there already, it is `NoHook`.
The page of machine code is never given back: threads may be in it.
"""

import sys

from .. import native, versions
from ..genuine import _thread, posix
from . import base, eval_frame_x86_64 as machine, machine_code

NEVER = machine.NEVER
_FRAME_WORDS = 12               # As far as the code object is looked for; every frame is longer.
_INTERPRETER = 8192             # bytes, as far as its function is looked for


class NoHook(Exception):
    """This Python cannot be hooked; its text says why."""


def may_be():
    """False where there is no need to try."""
    return versions.EVALUATOR_SEES_ALL and machine_code.may_be()


_made = None


def install(layout, examine):
    """Has `examine` called with code objects. `layout` is that of `thread_states`. Or `NoHook`."""
    global _made
    try:
        if _made is None:
            _made = _Hook(layout)
        _made.install(examine)
    except NoHook:
        raise
    except Exception as error:
        raise NoHook('%s: %s' % (type(error).__name__, error))
    return _made


class _Hook(object):
    """The one of the process. A session after another uses it again."""

    def __init__(self, layout):
        calls = self._calls = native.get()
        self._memory = layout.memory
        offset = _offset_of_code()
        self._find_function()
        self._set_extra = calls.function('_PyCode_SetExtra', calls.int, calls.object, calls.long,
                                         calls.pointer)
        self._make_page(offset, layout.offsets())
        self._examine = None
        call = self._make_callable()
        self._memory.increase(id(call))         # The page outlives everything.
        self._page.set(callable=id(call))
        self.generation = NEVER
        self.renew()
        self.mark(call.__code__, NEVER)

    # The interpreter's function

    def _find_function(self):
        """Since 3.9 it is asked for; in 3.8 it is the one field that has the known value."""
        pointer, function = self._calls.pointer, self._calls.function
        self._default = machine_code.address('_PyEval_EvalFrameDefault')
        interpreter = self._memory.own_interpreter()
        if versions.EVALUATOR_HAS_STATE:
            get = function('_PyInterpreterState_GetEvalFrameFunc', pointer, pointer)
            put = function('_PyInterpreterState_SetEvalFrameFunc', None, pointer, pointer)
            self._get = lambda: get(interpreter)
            self._put = lambda address: put(interpreter, address)
            return
        wanted = self._default.to_bytes(8, sys.byteorder)
        data = _read(interpreter, _INTERPRETER)
        found = [at for at in range(0, len(data) - 7, 8) if data[at:at + 8] == wanted]
        if len(found) != 1:
            raise NoHook('%d places for the function of frames' % len(found))
        field = pointer.from_address(interpreter + found[0])
        self._get = lambda: field.value

        def put(address):
            field.value = address

        self._put = put

    # The page

    def _make_page(self, code_offset, offsets):
        self._page = machine_code.Page(machine.CELLS, lambda distance: machine.code(
            versions.EVALUATOR_HAS_STATE, code_offset, offsets, distance))
        self._page.set_functions(
            get_extra='_PyCode_GetExtra', state='PyThreadState_Get', fetch='PyErr_Fetch',
            restore='PyErr_Restore', call='PyObject_CallFunctionObjArgs', release='Py_DecRef')
        request = self._calls.function(
            '_PyEval_RequestCodeExtraIndex', self._calls.long, self._calls.pointer)
        self._index = request(None)
        if self._index < 0:
            raise NoHook('no place on code objects is left')
        self._page.set(default=self._default, index=self._index)

    def _make_callable(self):
        """What the machine code calls. It keeps what it needs, whatever becomes of modules."""
        getpid, cells = posix.getpid, self._page.cells

        def called(code):
            examine = self._examine
            if self._pid != getpid():
                cells[0] = 0            # A forked child: it is left alone.
            elif examine is not None:
                examine(code)

        return called

    # For the session

    def install(self, examine):
        """Looks whether it works before anything counts on it."""
        if self._get() not in (self._default, self._page.entry):
            raise NoHook('frames are somebody else\'s already')
        self._pid = posix.getpid()
        thread = _thread.get_ident()
        seen = []

        def look(code):
            if _thread.get_ident() == thread:
                seen.append(code)

        self.mark(look.__code__, NEVER)
        self.mark(examine.__code__, NEVER)
        self._examine = look
        self.renew()
        self._page.set(active=1)
        self._put(self._page.entry)
        _looked_at()
        if _looked_at.__code__ not in seen or self._get() != self._page.entry:
            self.remove()
            raise NoHook('the function of frames is not called')
        self._examine = examine

    def remove(self):
        """Where another has taken the place meanwhile it may call ours: that is idle then."""
        self._examine = None
        self._page.set(active=0)
        if self._get() == self._page.entry:
            self._put(self._default)

    def is_kept(self):
        """False where another function is in place of ours."""
        return self._get() == self._page.entry

    def put_back(self):
        """False where that is not the interpreter's own, and so not ours to take away."""
        if self._get() != self._default:
            return False
        self._put(self._page.entry)
        self.renew()
        return True

    def renew(self):
        """Every code object is to be looked at once more."""
        self.generation += 1
        self._page.set(generation=self.generation)

    def mark(self, code, mark):
        """Not to be looked at again: in this generation, or `NEVER`."""
        try:
            self._set_extra(code, self._index, mark)
        except self._calls.ArgumentError:
            # What goes wrong with good arguments is that the stack has no room to look at them.
            raise RecursionError('maximum recursion depth exceeded')


def _looked_at():
    """A function for the trial."""


def _read(address, size):
    """Memory as far as it goes; the kernel refuses where we would crash."""
    file = posix.open('/proc/self/mem', posix.O_RDONLY)
    try:
        return posix.pread(file, size, address)
    except (OSError, OverflowError):
        return b''
    finally:
        posix.close(file)


def _offset_of_code():
    """Where a frame, as the interpreter's function is given it, has its code object. In 3.11 that
    is not the frame object, but what the one word of it points to that leads to the code."""
    found = None
    for frame in base.stack(sys._getframe()):
        own = _words(id(frame))
        if versions.FRAME_OBJECTS_ARE_APART:
            places = set()
            for index, word in enumerate(own):
                places.update([(index, place) for place in _places(_words(word), id(frame.f_code))])
        else:
            places = set(_places(own, id(frame.f_code)))
        found = places if found is None else found & places
    if len(found) != 1:
        raise NoHook('%d places for the code of a frame' % len(found))
    place = found.pop()
    return 8 * (place[1] if isinstance(place, tuple) else place)


def _words(address):
    data = _read(address, 8 * _FRAME_WORDS)
    return [int.from_bytes(data[at:at + 8], sys.byteorder) for at in range(0, len(data) - 7, 8)]


def _places(words, value):
    return [index for index, word in enumerate(words) if word == value]
