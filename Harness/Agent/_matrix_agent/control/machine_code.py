"""Machine code that is written down with its assembly, and memory to run it in.

A row of code is a label or '', bytes in hexadecimal, what they end in, and the assembly. They end in a
cell, relative to the instruction pointer (32 bits); in `>label` (8 bits) or `>>label` (32); or in a
number that is known when the code is made (32 bits, or 8 where its name begins with `byte `).
"""

import os
import sys

from .. import native

MACHINE = 'x86_64'
_SIZE = 4096
_READ, _WRITE, _EXECUTE, _PRIVATE_ANONYMOUS = 1, 2, 4, 0x22     # of Linux


class Refused(Exception):
    """There is no memory for code; its text says why."""


def may_be():
    """False where there is no need to try."""
    return (os.environ.get('MATRIX_FRAME_HOOK') != '0' and sys.platform == 'linux'
            and sys.implementation.name == 'cpython' and sys.maxsize > 1 << 32
            and os.uname().machine == MACHINE)


class Page(object):
    """Code, and behind it cells of one machine word each. It is never given back: threads may be in
    it."""

    def __init__(self, cells, make_code):
        """`make_code(distance)` gives the code. It is written first, and made executable then; it
        is never both."""
        calls = native.get()
        pointer, word, number = calls.pointer, calls.word, calls.int
        mmap = calls.function('mmap', pointer, pointer, word, number, number, number, calls.long)
        mprotect = calls.function('mprotect', number, pointer, word, number)
        page = mmap(None, 2 * _SIZE, _READ | _WRITE, _PRIVATE_ANONYMOUS, -1, 0)
        if page == pointer(-1).value:
            raise Refused('no memory')
        code = make_code(_SIZE)
        (calls.byte * len(code)).from_address(page)[:] = code
        if mprotect(page, _SIZE, _READ | _EXECUTE):
            calls.function('munmap', number, pointer, word)(page, 2 * _SIZE)
            raise Refused('memory must not be executed')
        self.entry = page
        self._names = cells
        self.cells = (word * len(cells)).from_address(page + _SIZE)

    def set(self, **values):
        """Cells by name."""
        for name, value in values.items():
            self.cells[self._names.index(name)] = value

    def get(self, *names):
        return [self.cells[self._names.index(name)] for name in names]

    def set_functions(self, **names):
        """The same, with names of functions of the interpreter's."""
        self.set(**dict([(cell, address(name)) for cell, name in names.items()]))


def address(name):
    """The address of a function of the interpreter's."""
    return native.get().address(name)


def assemble(rows, cells, numbers, distance):
    """`numbers` by name; `distance`: from the first byte to the first cell."""
    labels, ends, at = {}, [], 0
    for label, data, operand, _ in rows:
        if label:
            labels[label] = at
        at += len(bytes.fromhex(data)) + _size(operand)
        ends.append(at)
    code = b''
    for (_, data, operand, _), end in zip(rows, ends):
        code += bytes.fromhex(data)
        if operand.startswith('>'):
            number = labels[operand.lstrip('>')] - end
        elif operand in cells:
            number = distance + 8 * cells.index(operand) - end
        else:
            number = numbers.get(operand, 0)
        code += number.to_bytes(_size(operand), 'little', signed=True)
    return code


def _size(operand):
    if operand.startswith('>>'):
        return 4
    if operand.startswith(('>', 'byte ')):
        return 1
    return 4 if operand else 0
