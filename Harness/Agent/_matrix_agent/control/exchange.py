"""Setting the trace function of all other threads in one call under the GIL, up to 3.11."""

from . import exchange_x86_64 as machine, machine_code


def made(layout):
    """A function of the old object, the new object and the new C function, by address, which gives
    the number of thread states that it changed and of those that have neither object; see
    `exchange_x86_64`. `layout` is that of `running`. None where there is no machine code."""
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
    call = ctypes.PYFUNCTYPE(ctypes.c_uint64, *[pointer] * 5)(page.entry)
    memory = layout.memory
    interpreter = memory.own_interpreter()

    def exchange(old, new, function):
        number = call(interpreter, memory.own_state(), old, new, function)
        return number & 0xffffffff, number >> 32

    return exchange
