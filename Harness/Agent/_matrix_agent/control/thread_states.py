"""Tracing threads that run already, before 3.12, from another thread and without compiled code.

`sys.settrace` reaches the calling thread only. What it writes is in the thread's `PyThreadState`, at
places that differ by version: they are found by looking at our own thread state before and after
`sys.settrace`, never assumed, and refused where there is anything but exactly one. Up to 3.9 that is
an object, a C function and a flag; since 3.10 (bpo-43760) the flag is behind the `cframe` pointer.
"""

import os
import sys

from .. import genuine, native, versions
from ..genuine import posix
from . import all_thread_tracing, quiet_turn
from .memory import CannotReach, Memory, only, WORDS

ALLOWED = 'MATRIX_QUIET_TURN'   # `quiet_turn` may be used.
ROUNDS = 5
ATTEMPTS = 50


def install(tracer):
    """Traces every thread but the calling one. A trace function of others is kept for `remove`."""
    everywhere = getattr(sys, '_settraceallthreads', None)
    if everywhere is not None:
        everywhere(tracer)
        genuine.settrace(None)
        return
    _untraced(calibrated().install, tracer)


def begin_again(tracer):
    """How many threads were not traced and are now. 0 where that is not to be had in one call."""
    if _layout is None or _layout.exchange is None:
        return 0
    changed = []
    _untraced(lambda tracer: changed.append(_layout.begin_again(tracer)), tracer)
    return changed[0]


def remove(tracer):
    """Ends tracing by `tracer` in every thread but the calling one. False where that is beyond
    us, because nothing was calibrated."""
    if _layout is None:
        return False
    _untraced(_layout.remove, tracer)
    return True


# The tracer with which thread states are being written, or None. A thread that ends its own tracing
# meanwhile, between our look and our writing, would have its reference given back twice: it waits.
writing = None


def _untraced(write, tracer):
    """The calling thread's own tracing must be off meanwhile: it serves to count (`_count`)."""
    global writing
    own = genuine.gettrace()
    if own is not None:
        genuine.settrace(None)
    writing = tracer
    try:
        write(tracer)
    finally:
        writing = None
        if own is not None:
            genuine.settrace(own)


def layout():
    """The layout where it is calibrated, or None."""
    return _layout


def take_others(tracer):
    """Has the threads that are traced by others' functions traced by ours: how many these are. 0
    where that is not to be had in one call."""
    if _layout is None or _layout.exchange is None:
        return 0
    taken = []
    if _layout.exchange_has_others(tracer):
        _untraced(lambda tracer: taken.append(_layout.take_others(tracer)), tracer)
    return sum(taken)


_layout = None


def calibrated():
    """The layout of thread states; `CannotReach` where it is not found."""
    global _layout
    if _layout is None:
        try:
            layout = _Layout()
            layout.exchange = all_thread_tracing.made(layout)
            if layout.exchange is None and os.environ.get(ALLOWED) != '1':
                raise CannotReach(
                    'without machine code for this processor, threads that run already are traced in '
                    'a way that is only nearly safe; %s=1 allows it' % ALLOWED)
            _layout = layout
        except CannotReach:
            raise
        except Exception as error:
            raise CannotReach('%s: %s' % (type(error).__name__, error))
    return _layout


def _probe(frame, event, arg):
    """A trace function that does nothing."""


class _Layout(object):
    """Where things are in a thread state, by index of word or, for the flag up to 3.9, of int."""

    def __init__(self):
        if genuine.gettrace() is not None or sys.getprofile() is not None:
            raise CannotReach('the calling thread is traced')
        self.memory = Memory()
        self._find_trace()
        self._find_profile()
        self.kept = {}
        self.exchange = None            # of machine code, where there is some

    # Calibration

    def _find_trace(self):
        """Bytes behind words that are of no interest may change meanwhile, since reading them lets
        other threads run: the place is the one that shows every time."""
        rounds = [self._look() for _ in range(ROUNDS)]
        found = rounds[0]
        for other in rounds[1:]:
            found = [places & others for places, others in zip(found, other)]
        objects, flags, frame_pointers = found
        self.object = only(objects, 'object')
        self.flag = self.frame_pointer = None
        if versions.TRACING_FLAG_IS_BEHIND:
            self.frame_pointer = only(frame_pointers, 'flag')
            self.on_flag = self._on_bytes[self.frame_pointer][0]
        else:
            self.flag = only(flags, 'flag')

    def _look(self):
        """Everything is read by C functions called from this one frame: on 3.10 and 3.11 the thread
        state points to a structure of the innermost frame that runs."""
        memory, settrace = self.memory, genuine.settrace
        copy, own, size = memory.copy, memory.own_state(), 8 * WORDS
        off, on, again = memory.buffer(), memory.buffer(), memory.buffer()
        to_off, to_on, to_again = [memory.address_of(buffer) for buffer in (off, on, again)]
        off_bytes, on_bytes, again_bytes = [], [], []
        file = (posix.open('/proc/self/mem', posix.O_RDONLY)
                if versions.TRACING_FLAG_IS_BEHIND else None)
        pread = posix.pread
        try:
            for to, words, found, function in ((to_off, off, off_bytes, None),
                                               (to_on, on, on_bytes, _probe),
                                               (to_again, again, again_bytes, None)):
                settrace(function)
                copy(to, own, size)
                if file is not None:
                    for word in words:
                        # The kernel refuses where a word is no pointer and we would crash.
                        try:
                            found.append(pread(file, 1, word))
                        except (OSError, OverflowError):
                            found.append(b'')
        finally:
            settrace(None)
            if file is not None:
                posix.close(file)
        place, self.function = _object_and_function(off, on, id(_probe))
        self.on_function = on[self.function]
        known = (place, self.function)
        if file is None:
            before, after = _ints(off), _ints(on)
            self.on_flag = 1
            return set([place]), set([
                index for index in range(2 * WORDS)
                if index // 2 not in known and before[index] == 0 and after[index] == 1]), set()
        pointers = set([
            index for index in range(WORDS)
            if index not in known and off[index] == on[index] == again[index]
            and off_bytes[index] == again_bytes[index] == b'\0'
            and on_bytes[index] not in (b'', b'\0')])
        self._on_bytes = on_bytes
        return set([place]), set(), pointers

    def _find_profile(self):
        memory, setprofile = self.memory, sys.setprofile
        own = memory.own_state()
        off = memory.words(own)
        try:
            setprofile(_probe)
            on = memory.words(own)
        finally:
            setprofile(None)
        self.profile_object, self.profile = _object_and_function(off, on, id(_probe))

    def offsets(self):
        """What machine code needs to know."""
        flag = 8 * self.frame_pointer if self.flag is None else 4 * self.flag
        return {'object_offset': 8 * self.object, 'function_offset': 8 * self.function,
                'profile_offset': 8 * self.profile, 'profile_object_offset': 8 * self.profile_object,
                'flag_offset': flag, 'on_flag': self.on_flag}

    # Writing, while no other thread can run

    def install(self, tracer):
        memory = self.memory
        if self.exchange is not None:
            for _ in range(ATTEMPTS):
                changed, other = self.exchange.enter(id(tracer), self.on_function)
                for _ in range(changed):
                    self._count(1)
                if other is None:
                    break
                self._take(other, tracer)
            return
        for state, words in self._each_state():
            if words[self.object] == id(tracer):
                continue
            kept = self.kept.pop(state, None)
            if words[self.function]:
                self.kept[state] = (words[self.object], words[self.function])
            else:
                self._count(1)
            memory.increase(id(tracer))
            self._write(state, words, id(tracer), self.on_function)
            if kept is not None and kept[0]:
                memory.decrease(kept[0])

    def _take(self, other, tracer):
        """True where it is kept. None where it could not be taken: it has changed meanwhile, or belongs
        to C code."""
        state, reference, function = other
        if not (reference and self.exchange.run(reference, id(tracer), self.on_function, state)):
            self.memory.decrease(reference)
            return None
        forgotten = self.kept.pop(state, None)      # of a thread that has ended
        if forgotten:
            self.memory.decrease(forgotten[0])
        # A thread may be about to find out that the session before has ended.
        if getattr(self._object_at(reference), '__module__', None) == tracer.__module__:
            self.memory.decrease(reference)
            return False
        self.kept[state] = (reference, function)
        return True

    def _object_at(self, reference):
        calls = native.get()
        cell = calls.word(reference)
        return calls.object.from_address(calls.address_of(cell)).value

    def exchange_has_others(self, tracer):
        other = self.exchange.look(id(tracer))
        if other is None:
            return False
        self.memory.decrease(other[1])
        return True

    def take_others(self, tracer):
        taken = 0
        for _ in range(ATTEMPTS):
            other = self.exchange.look(id(tracer))
            kept = self._take(other, tracer) if other is not None else None
            if kept is None:
                break
            taken += kept
        return taken

    def claim(self):
        """What was kept of the calling thread, as the object and the address of its C function, or 0
        where that is `sys.settrace`'s; or None."""
        kept = self.kept.pop(self.memory.own_state(), None)
        if kept is None:
            return None
        reference, function = kept
        function = 0 if function == self.on_function else function
        if not reference:
            return None, function
        value = self._object_at(reference)
        self.memory.decrease(reference)
        return value, function

    def give_back(self, tracer, state, function, in_c):
        """Has a thread that is traced by ours traced by its own function."""
        self.exchange.run(id(tracer), id(function), in_c or self.on_function, state)

    def begin_again(self, tracer):
        changed = self.exchange.run(0, id(tracer), self.on_function)
        for _ in range(changed):
            self._count(1)
        return changed

    def remove(self, tracer):
        memory = self.memory
        if self.exchange is not None:
            for state, (reference, function) in self.kept.items():
                self.exchange.run(id(tracer), reference, function, state)
                memory.decrease(reference)
            self.kept.clear()
            for _ in range(self.exchange.run(id(tracer), 0, 0)):
                self._count(-1)
            return
        for state, words in self._each_state():
            if words[self.object] != id(tracer):
                continue
            kept = self.kept.pop(state, (0, 0))
            if not kept[1]:
                self._count(-1)
            self._write(state, words, *kept)
            memory.decrease(id(tracer))
        for reference, _ in self.kept.values():        # of threads that have ended meanwhile
            if reference:
                memory.decrease(reference)
        self.kept.clear()

    def _each_state(self):
        """Every other thread state and its words, each while no other thread can run. A state that
        is looked at later may be freed by then: on a machine that gives nobody a quiet turn, some
        are left out rather than written to."""
        done = set()
        for _ in range(ATTEMPTS):
            with quiet_turn.QuietTurn() as hold:
                complete = hold.is_unbroken()
                for state in self.memory.other_states() if complete else ():
                    if state in done:
                        continue
                    words = self.memory.words(state)
                    if not hold.is_unbroken():
                        complete = False        # Is it there still? Look again.
                        break
                    done.add(state)
                    yield state, words
            if complete:
                return

    def _write(self, state, words, reference, function):
        memory = self.memory
        memory.write(state + 8 * self.object, reference, 8)
        memory.write(state + 8 * self.function, function, 8)
        flag = self.on_flag if function or words[self.profile] else 0
        if self.flag is not None:
            memory.write(state + 4 * self.flag, flag, 4)
        elif words[self.frame_pointer]:
            memory.write_behind(state + 8 * self.frame_pointer, flag)

    def _count(self, number):
        """Up to 3.9 the runtime counts the threads that are traced and looks at none where the
        count is 0. Our own thread state is made to say what `sys.settrace` will count from."""
        if self.flag is None:
            return
        memory, own = self.memory, self.memory.own_state()
        if number > 0:
            genuine.settrace(_probe)
            memory.write(own + 8 * self.function, 0, 8)
        else:
            memory.increase(id(_probe))
            memory.write(own + 8 * self.object, id(_probe), 8)
            memory.write(own + 8 * self.function, self.on_function, 8)
        genuine.settrace(None)


def _object_and_function(off, on, identity):
    """The word that holds the Python function, and the C function's, which lies two before it."""
    found = only([index for index in range(WORDS)
                   if on[index] == identity and off[index] != identity], 'object')
    function = found - 2
    if function < 0 or off[function] != 0 or on[function] == 0:
        raise CannotReach('0 places for the function')
    return found, function


def _ints(words):
    """The same bytes as 32-bit numbers."""
    data = b''.join([word.to_bytes(8, sys.byteorder) for word in words])
    return [int.from_bytes(data[at:at + 4], sys.byteorder) for at in range(0, len(data), 4)]
