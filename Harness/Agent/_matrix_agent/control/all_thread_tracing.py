"""Setting the trace function of all other threads in one call under the GIL, up to 3.11."""

from .. import native
from . import exchange_x86_64 as machine, machine_code

_UNASKED = 1                    # In the cell `state`: nobody wants to know who else there is.
_PASSED = 1                     # In the cell `passed`: none; an object is never there.


def made(layout):
    """An `Exchange`, or None where there is no machine code. `layout` is that of `thread_states`."""
    if not machine_code.may_be():
        return None
    try:
        page = machine_code.Page(machine.CELLS, lambda distance: machine.code(
            layout.flag is None, layout.offsets(), distance))
    except machine_code.Refused:
        return None
    page.set_functions(increase='Py_IncRef', release='Py_DecRef', next_state='PyThreadState_Next',
                       first_state='PyInterpreterState_ThreadHead')
    calls = native.get()
    call = calls.function(page.entry, calls.uint32, *[calls.pointer] * 6)
    return Exchange(page, call, layout.memory)


class Exchange(object):
    """Objects, functions and states are addresses."""

    def __init__(self, page, call, memory):
        self._page, self._call, self._memory = page, call, memory
        self._interpreter = memory.own_interpreter()
        page.set(state=_UNASKED, passed=_PASSED)

    def run(self, old, new, function, only=0):
        """How many thread states had the old object and have the new one now; see
        `exchange_x86_64`."""
        return self._call(self._interpreter, self._memory.own_state(), old, new, function, only)

    def enter(self, new, function):
        """The same for those that are not traced, and one that has a trace function of others: its
        state, object (with a reference) and function; or None."""
        self._page.set(state=0)
        changed = self.run(0, new, function)
        other = self._page.get('state', 'object', 'function')
        self._page.set(state=_UNASKED)
        return changed, other if other[0] else None

    def look(self, own):
        """A state that has a trace function of others, as `enter` gives it, or None."""
        self._page.set(state=0, passed=own)
        self.run(_PASSED, 0, 0)         # Those that are not traced have the new object.
        other = self._page.get('state', 'object', 'function')
        self._page.set(state=_UNASKED, passed=_PASSED)
        return other if other[0] else None
