"""Setting the trace function of all other threads in one call under the GIL, up to 3.11."""

from . import exchange_x86_64 as machine, machine_code


def made(layout):
    """An `Exchange`, or None where there is no machine code. `layout` is that of `running`."""
    if not machine_code.may_be():
        return None
    import ctypes
    try:
        page = machine_code.Page(machine.CELLS, lambda distance: machine.code(
            layout.flag is None, layout.offsets(), distance))
    except machine_code.Refused:
        return None
    page.set_functions(increase='Py_IncRef', release='Py_DecRef', next_state='PyThreadState_Next',
                       first_state='PyInterpreterState_ThreadHead')
    pointer = ctypes.c_void_p
    call = ctypes.PYFUNCTYPE(ctypes.c_uint64, *[pointer] * 6)(page.entry)
    return Exchange(page, call, layout.memory)


class Exchange(object):
    """Objects, functions and states are addresses."""

    def __init__(self, page, call, memory):
        self._page, self._call, self._memory = page, call, memory
        self._interpreter = memory.own_interpreter()

    def run(self, old, new, function, only=0):
        """How many thread states had the old object and have the new one now, and how many have
        neither; see `exchange_x86_64`."""
        number = self._call(
            self._interpreter, self._memory.own_state(), old, new, function, only)
        return number & 0xffffffff, number >> 32

    def take(self, new, function):
        """Takes a thread from a trace function of others: its state and what it had, with a
        reference; None where there is none (any more)."""
        cells = self._page.cells
        for _ in range(8):
            self._page.set(state=0)
            if not self.run(0, new, function)[1]:
                return None
            state, had, by = [cells[machine.CELLS.index(name)]
                              for name in ('state', 'object', 'function')]
            if had and self.run(had, new, function, state)[0]:
                return state, had, by
            self._memory.decrease(had)      # It has changed meanwhile, or belongs to C code.
        return None
