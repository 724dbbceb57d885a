"""Sets the trace function of all threads but one, in machine code of x86_64 (System V calls).

The arguments are the interpreter, the thread state to leave out, the old object, the new object, the
new C function, and the one state that matters, or 0 for all. An old object 0 means states that are not
traced. The answer is the number of states that were changed. The first that has neither object, nor
the one in the cell `passed`, is left in the cells `state`, `object` (with a reference) and `function`,
if `state` was 0 before.

No thread comes or goes meanwhile, since the caller has the GIL: one that comes is put before all
others, and is not met.
"""

from . import machine_code

CELLS = ('increase', 'release', 'first_state', 'next_state', 'state', 'object', 'function', 'passed')

_BEGIN = (
    ('', 'f3 0f 1e fa', '', 'endbr64'),
    ('', '53', '', 'push rbx'),
    ('', '55', '', 'push rbp'),
    ('', '41 54', '', 'push r12'),
    ('', '41 55', '', 'push r13'),
    ('', '41 56', '', 'push r14'),
    ('', '41 57', '', 'push r15'),
    ('', '41 51', '', 'push r9                ; the one state; aligned to 16'),
    ('', '49 89 f4', '', 'mov r12, rsi'),
    ('', '49 89 d5', '', 'mov r13, rdx'),
    ('', '49 89 ce', '', 'mov r14, rcx'),
    ('', '4d 89 c7', '', 'mov r15, r8'),
    ('', '31 ed', '', 'xor ebp, ebp'),
    ('', 'ff 15', 'first_state', 'call [first_state]'),
    ('each', '48 89 c3', '', 'mov rbx, rax'),
    ('', '48 85 db', '', 'test rbx, rbx'),
    ('', '0f 84', '>>end', 'je end'),
    ('', '4c 39 e3', '', 'cmp rbx, r12'),
    ('', '0f 84', '>>next', 'je next'),
    ('', '48 8b 04 24', '', 'mov rax, [rsp]'),
    ('', '48 85 c0', '', 'test rax, rax'),
    ('', '74', '>any', 'je any'),
    ('', '48 39 d8', '', 'cmp rax, rbx'),
    ('', '0f 85', '>>next', 'jne next'),
    ('any', '4c 39 ab', 'object_offset', 'cmp [rbx + object_offset], r13'),
    ('', '74', '>old', 'je old'),
    ('', '4c 39 b3', 'object_offset', 'cmp [rbx + object_offset], r14'),
    ('', '0f 84', '>>next', 'je next'),
    ('other', '48 8b 05', 'state', 'mov rax, [state]'),
    ('', '48 85 c0', '', 'test rax, rax'),
    ('', '0f 85', '>>next', 'jne next'),
    ('', '48 8b bb', 'object_offset', 'mov rdi, [rbx + object_offset]'),
    ('', '48 3b 3d', 'passed', 'cmp rdi, [passed]'),
    ('', '0f 84', '>>next', 'je next'),
    ('', '48 89 1d', 'state', 'mov [state], rbx'),
    ('', '48 8b 83', 'function_offset', 'mov rax, [rbx + function_offset]'),
    ('', '48 89 05', 'function', 'mov [function], rax'),
    ('', '48 89 3d', 'object', 'mov [object], rdi'),
    ('', 'ff 15', 'increase', 'call [increase]'),
    ('', 'e9', '>>next', 'jmp next'),
    ('old', '4d 85 ed', '', 'test r13, r13'),
    ('', '75', '>change', 'jne change'),
    ('', '4c 39 ab', 'function_offset', 'cmp [rbx + function_offset], r13'),
    ('', '75', '>other', 'jne other'),
    ('change', '4c 89 b3', 'object_offset', 'mov [rbx + object_offset], r14'),
    ('', '4c 89 bb', 'function_offset', 'mov [rbx + function_offset], r15'),
    ('', '4c 89 f8', '', 'mov rax, r15'),
    ('', '48 0b 83', 'profile_offset', 'or rax, [rbx + profile_offset]'),
    ('', '48 f7 d8', '', 'neg rax                ; sets the carry, but for 0'),
    ('', '19 c0', '', 'sbb eax, eax           ; all bits, or none'),
    ('', '25', 'on_flag', 'and eax, on_flag'),
)
_FLAG_39 = (('', '89 83', 'flag_offset', 'mov [rbx + flag_offset], eax'),)
_FLAG_310 = (('', '48 8b 8b', 'flag_offset', 'mov rcx, [rbx + flag_offset]'),
             ('', '88 01', '', 'mov [rcx], al'))
_END = (
    ('', '4c 89 f7', '', 'mov rdi, r14'),
    ('', 'ff 15', 'increase', 'call [increase]'),
    ('', '4c 89 ef', '', 'mov rdi, r13'),
    ('', 'ff 15', 'release', 'call [release]'),
    ('', 'ff c5', '', 'inc ebp'),
    ('next', '48 89 df', '', 'mov rdi, rbx'),
    ('', 'ff 15', 'next_state', 'call [next_state]'),
    ('', 'e9', '>>each', 'jmp each'),
    ('end', '59', '', 'pop rcx'),
    ('', '89 e8', '', 'mov eax, ebp'),
    ('', '41 5f', '', 'pop r15'),
    ('', '41 5e', '', 'pop r14'),
    ('', '41 5d', '', 'pop r13'),
    ('', '41 5c', '', 'pop r12'),
    ('', '5d', '', 'pop rbp'),
    ('', '5b', '', 'pop rbx'),
    ('', 'c3', '', 'ret'),
)


def code(is_behind, offsets, distance):
    """`is_behind`: the flag is not in the thread state, but where a pointer leads (since 3.10);
    `distance`: from the first byte to the first cell."""
    return machine_code.assemble(
        _BEGIN + (_FLAG_310 if is_behind else _FLAG_39) + _END, CELLS, offsets, distance)
