"""The local variables of a frame, read without harm, and written where the program sees them.

Since 3.12 (PEP 709) a comprehension in a module or a class body keeps its variables in fast locals
of that frame, "hidden" ones. In 3.12 itself, reading `f_locals` of such a frame inside a trace
function makes CPython write all fast locals back when the function returns; the hidden ones are not
in the dictionary and become None, in the middle of the program's comprehension.
"""

import sys

_OPTIMIZED = 0x01
_HARMS = sys.version_info[:2] == (3, 12)
_FLAG_OFFSET = 46       # f_fast_as_locals in PyFrameObject of 3.12 (pycore_frame.h)


def local_variables(frame):
    """What `frame.f_locals` says, with the variables of a comprehension that runs."""
    values = frame.f_locals
    if _HARMS and has_hidden(frame.f_code):
        _forget_that_it_was_read(frame)
    return values


def has_hidden(code):
    """True for the code of a module or a class with comprehensions inside (3.12 and later)."""
    return not code.co_flags & _OPTIMIZED and code.co_nlocals > 0


def _forget_that_it_was_read(frame):
    """Clears the mark by which CPython 3.12 knows that fast locals are to be written back."""
    try:
        import ctypes
        if object.__basicsize__ == 16:
            ctypes.c_char.from_address(id(frame) + _FLAG_OFFSET).value = b'\0'
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
        import ctypes
        write = ctypes.pythonapi.PyFrame_LocalsToFast
        write.restype = None
        write(ctypes.py_object(frame), ctypes.c_int(1))
    except BaseException:
        pass


def _same(left, right):
    if len(left) != len(right):
        return False
    for name, value in left.items():
        if name not in right or right[name] is not value:
            return False
    return True
