"""The local variables of a frame, read without harm, and written where the program sees them.

Since 3.12 (PEP 709) a comprehension in a module or a class body keeps its variables in fast locals
of that frame, "hidden" ones. In 3.12 itself, reading `f_locals` of such a frame inside a trace
function makes CPython write all fast locals back when the function returns; the hidden ones are not
in the dictionary and become None, in the middle of the program's comprehension.
"""

from . import native, versions

_OPTIMIZED = 0x01
_CODE = type((lambda: None).__code__)
_FLAG_OFFSET = 46       # f_fast_as_locals in PyFrameObject of 3.12 (pycore_frame.h)


def local_variables(frame):
    """What `frame.f_locals` says, with the variables of a comprehension that runs."""
    values = frame.f_locals
    if versions.READING_LOCALS_HARMS and has_hidden(frame.f_code):
        _forget_that_it_was_read(frame)
    return values


def has_hidden(code):
    """True for the code of a module or a class with comprehensions inside (3.12 and later)."""
    return not code.co_flags & _OPTIMIZED and code.co_nlocals > 0


def _forget_that_it_was_read(frame):
    """Clears the mark by which CPython 3.12 knows that fast locals are to be written back."""
    try:
        if object.__basicsize__ == 16:
            native.get().byte.from_address(id(frame) + _FLAG_OFFSET).value = 0
    except BaseException:
        pass


def write_back(frame, values, before):
    """After a statement has run with `values`: its assignments reach the program.

    Up to 3.12 `f_locals` of a function is a copy, which only C code can write back; since 3.13
    (PEP 667) it writes through. Around a comprehension of a module it is a copy on 3.12, and on 3.13
    and later keeps new names to itself: there the module gets what was assigned.
    """
    code = frame.f_code
    if has_hidden(code):
        if code.co_name == '<module>' and values is not frame.f_globals:
            for name in list(values):
                value = values[name]
                if name not in code.co_varnames and (
                        name not in before or before[name] is not value):
                    frame.f_globals[name] = value
        return
    if type(values) is not dict or _same(values, before):
        return
    try:
        calls = native.get()
        calls.function('PyFrame_LocalsToFast', None, calls.object, calls.int)(frame, 1)
    except BaseException:
        pass


def assign(frame, name, value):
    """Gives a local variable a value; False where CPython does not take it."""
    values = local_variables(frame)
    before = dict(values) if type(values) is dict else None
    values[name] = value
    if type(values) is dict:
        write_back(frame, values, before)
    values = local_variables(frame)
    return name in values and values[name] is value


def _same(left, right):
    if len(left) != len(right):
        return False
    for name, value in left.items():
        if name not in right or right[name] is not value:
            return False
    return True


# Evaluation

# By the address of a frame that stands: names that evaluated code sees and the program does not.
_extras = {}


def add_name(frame, name, value):
    """Adds a name for evaluated code; the result is its spelling, which is nobody else's."""
    values = local_variables(frame)
    spelling, number = name, 0
    while spelling in values:
        number += 1
        spelling = '%s_%d' % (name, number)
    _extras[id(frame)] = {spelling: value}
    return spelling


def forget_names(frame):
    _extras.pop(id(frame), None)


def has_scopes(code):
    """True where code that is to be evaluated has functions inside: lambdas, generators, and up to
    3.11 comprehensions. Since 3.12 those are variables of the code itself (PEP 709)."""
    return code.co_nlocals > 0 or any([type(constant) is _CODE for constant in code.co_consts])


def evaluate(code, nested, frame, values):
    """Evaluates code in a frame whose local variables are `values`. `nested`: it has scopes of its
    own, which know of no local variables but their own; to them those of the frame are globals."""
    extras = _extras.get(id(frame)) if _extras else None
    if extras is None and (not nested or values is frame.f_globals):
        return eval(code, frame.f_globals, values)
    namespace = _Namespace(frame, values, code, extras or {})
    try:
        return eval(code, namespace, namespace)
    finally:
        namespace.settle()


class _Namespace(dict):
    """The local variables of a frame, and behind them its globals.

    Names are looked up by `__missing__`, except in the body of a class up to 3.12, for which the
    globals are here, too. An assignment goes to the local variables at once; one by a scope inside,
    which is stored without a call to us, when the code is done.
    """

    def __init__(self, frame, values, code, extras):
        self._globals = frame.f_globals
        self._values = values
        if any([not inner.co_flags & _OPTIMIZED for inner in _scopes_of(code)]):
            self.update(frame.f_globals)
        self.update(values)
        dict.__setitem__(self, '__builtins__', frame.f_builtins)
        name = frame.f_globals.get('__name__')
        if name is not None:
            self.setdefault('__name__', name)
        self.update(extras)
        self._before = dict(self)

    def __missing__(self, name):
        return self._globals[name]

    def __setitem__(self, name, value):
        self._values[name] = value
        dict.__setitem__(self, name, value)
        self._before[name] = value

    def __delitem__(self, name):
        del self._values[name]
        self._before.pop(name, None)
        dict.__delitem__(self, name)

    def settle(self):
        """Gives the frame or its module what a scope inside has assigned."""
        for name in list(self):
            value = dict.__getitem__(self, name)
            if name not in self._before or self._before[name] is not value:
                (self._values if name in self._values else self._globals)[name] = value


def _scopes_of(code):
    found = [code]
    for outer in found:
        found.extend([constant for constant in outer.co_consts if type(constant) is _CODE])
    return found[1:]
