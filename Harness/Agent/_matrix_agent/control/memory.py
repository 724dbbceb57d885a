"""Thread states as memory, up to 3.11, without compiled code."""

import sys

from .. import native
from . import base

WORDS = 24                  # As far as places are looked for; every thread state is longer.


class CannotReach(base.Refused):
    """Threads that run already cannot be traced by this Python."""

    def __init__(self, text):
        base.Refused.__init__(self, base.Refused.NO_TRACE, text)


def only(found, what):
    """The one that there is."""
    found = sorted(found)
    if len(found) != 1:
        raise CannotReach('%d places for the %s' % (len(found), what))
    return found[0]


class Memory(object):
    """Our own memory. Nothing here gives the GIL away."""

    def __init__(self):
        if sys.maxsize <= 1 << 32:
            raise CannotReach('not a 64-bit Python')
        calls = native.get()
        pointer, function = calls.pointer, calls.function
        self.own_state = function('PyThreadState_Get', pointer)
        self._next_state = function('PyThreadState_Next', pointer, pointer)
        self._first_interpreter = function('PyInterpreterState_Head', pointer)
        self._next_interpreter = function('PyInterpreterState_Next', pointer, pointer)
        self._first_state = function('PyInterpreterState_ThreadHead', pointer, pointer)
        self.increase = function('Py_IncRef', None, pointer)
        self.decrease = function('Py_DecRef', None, pointer)
        self.copy = calls.copy()
        self.buffer = calls.word * WORDS
        self.address_of = calls.address_of
        self._bytes = calls.bytes
        self._words = self.buffer()
        self._words_address = calls.address_of(self._words)
        self._cell = calls.word()
        self._cell_address = calls.address_of(self._cell)

    def words(self, address):
        self.copy(self._words_address, address, 8 * WORDS)
        return self._words[:]

    def write(self, address, value, size):
        if sys.byteorder == 'big':
            value <<= 8 * (8 - size)
        self._cell.value = value
        self.copy(address, self._cell_address, size)

    def write_behind(self, address, value):
        """Writes the byte that the pointer at `address` points to now: it may be another one than
        a moment ago, and this is one call into C."""
        self._bytes.from_address(address)[0] = value

    def own_interpreter(self):
        """The one that our thread state names."""
        known = set()
        interpreter = self._first_interpreter()
        while interpreter:
            known.add(interpreter)
            interpreter = self._next_interpreter(interpreter)
        return only(known.intersection(self.words(self.own_state())), 'interpreter')

    def other_states(self):
        """The thread states of our own interpreter, the calling thread's left out."""
        own = self.own_state()
        states = []
        state = self._first_state(self.own_interpreter())
        while state:
            if state != own:
                states.append(state)
            state = self._next_state(state)
        return states
