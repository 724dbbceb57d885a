"""Code objects of the program, remembered without being kept alive."""

import _weakref

from .. import heap
from . import base


class CodeRegistry(object):
    """Registers whole trees of code, so that functions are known before they are called, and
    suspended generators that nothing will call again."""

    def __init__(self, sink, is_user_code):
        self._sink = sink
        self._is_user_code = is_user_code
        self._codes = {}
        self._files = {}
        self._watched = set()
        self.late = False               # There may be code of the user's that ran before.

    def __contains__(self, code):
        return id(code) in self._codes

    def first_sight(self, code):
        """Code that runs for the first time. Library code is passed over until it is watched."""
        filename = code.co_filename
        if filename not in self._files:
            mark = []
            if self._files.setdefault(filename, mark) is mark:      # and no other thread's
                self._sink.file_seen(filename)
        if filename in self._watched or self._is_user_code(filename):
            self.register(code)

    def register(self, code):
        for nested in nested_code(code):
            key = id(nested)
            if key not in self._codes:
                self._codes[key] = _weakref.ref(nested, self._forget(key))
                if nested.co_filename in self._watched:
                    self._sink.code_seen(nested)

    def _forget(self, key):
        codes = self._codes

        def forget(_reference):
            try:
                codes.pop(key, None)
            except:                     # noqa: E722  (no builtin may be left)
                pass                    # The registry goes too, and its variables went before.

        return forget

    def watch(self, filename):
        """Reports the file's code, from the registry, from all stacks, and, where it was never
        registered (a library's, or what was there before the debugger), from the functions and the
        suspended generators and coroutines that exist."""
        if filename in self._watched:
            return
        self._watched.add(filename)
        for reference in list(self._codes.values()):
            code = reference()
            if code is not None and code.co_filename == filename:
                self._sink.code_seen(code)
        for frame in base.running_frames():
            if frame.f_code.co_filename == filename:
                self.register(frame.f_code)
        if self.late or not self._is_user_code(filename):
            for code in _existing_codes(filename):
                self.register(code)


def nested_code(code):
    """The code object and all that are constants of it, at any depth."""
    kind = type(code)
    found = [code]
    for outer in found:
        for constant in outer.co_consts:
            if type(constant) is kind:
                found.append(constant)
    return found


def _existing_codes(filename):
    places = _places_of_code()
    code_of = dict([(id(kind), name) for kind, name in places])
    found = [getattr(value, code_of[id(type(value))])
             for value in heap.instances(*[kind for kind, _ in places])]
    return [code for code in found if code.co_filename == filename]


def _places_of_code():
    """Types that have code, and their attributes for it, as the module `types` finds them: that one
    imports packages up to 3.6."""
    def generator():
        yield

    async def coroutine():
        pass

    unused = coroutine()
    places = [(type(generator), '__code__'), (type(generator()), 'gi_code'), (type(unused), 'cr_code')]
    unused.close()
    names = {}
    try:
        exec('async def generator():\n    yield', names)
    except SyntaxError:                 # in 3.5
        return places
    return places + [(type(names['generator']()), 'ag_code')]
