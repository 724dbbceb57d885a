"""The function that CPython calls for every frame, in machine code of x86_64 (System V calls).

It asks whether the frame's code object is marked with the generation of now (or with NEVER). If so,
it jumps to the interpreter's own function with the arguments as they came and leaves nothing on the
stack. Else, and where the thread is not traced, it calls the Python function in the cell `callable`
first, with what is being raised set aside (a generator is thrown into). Where that function raises,
the frame does not run, unless something was being raised already.

In 3.8 the arguments are (frame, throwing), since 3.9 (thread state, frame, throwing).

A second function sets the trace function of all threads but one, in one go: no thread comes or goes
while it runs, since the GIL is held (one that comes is put before all others, and is not met).
"""

MACHINE = 'x86_64'

# One machine word each, in this order, at the beginning of the page behind the code.
CELLS = ('active', 'generation', 'index', 'callable', 'default', 'get_extra', 'state', 'fetch',
         'restore', 'call', 'release', 'increase', 'first_state', 'next_state')
NEVER = 1

# Label; bytes; what they end in: a cell, relative to the instruction pointer (32 bits), `>label`
# (8 bits) or `>>label` (32), or a number that is known when the code is made (32 bits, or 8 where
# `byte`); assembly.
_BEGIN = (
    ('', 'f3 0f 1e fa', '', 'endbr64'),
    ('', '48 8b 05', 'active', 'mov rax, [active]'),
    ('', '48 85 c0', '', 'test rax, rax'),
    ('', '74', '>plain', 'je plain'),
    ('', '57', '', 'push rdi'),
    ('', '56', '', 'push rsi'),
    ('', '52', '', 'push rdx'),
    ('', '48 83 ec 10', '', 'sub rsp, 16            ; the mark, the generation; aligned to 16'),
    ('again', '48 8b 44 24', 'byte frame_slot', 'mov rax, [rsp + frame_slot]'),
    ('', '48 8b b8', 'code_offset', 'mov rdi, [rax + code_offset]'),
    ('', '48 8b 35', 'index', 'mov rsi, [index]'),
    ('', '48 89 e2', '', 'mov rdx, rsp'),
    ('', 'ff 15', 'get_extra', 'call [get_extra]'),
    ('', '48 8b 04 24', '', 'mov rax, [rsp]'),
    ('', '48 3b 05', 'generation', 'cmp rax, [generation]'),
    ('', '74', '>done', 'je done'),
    ('', '48 83 f8 01', '', 'cmp rax, NEVER'),
    ('', '75', '>look', 'jne look'),
    ('done', '48 83 c4 10', '', 'add rsp, 16'),
    ('', '5a', '', 'pop rdx'),
    ('', '5e', '', 'pop rsi'),
    ('', '5f', '', 'pop rdi'),
    ('plain', 'ff 25', 'default', 'jmp [default]'),
)
_STATE_38 = (('look', 'ff 15', 'state', 'call [state]'),)
_STATE_39 = (('look', '48 8b 44 24 20', '', 'mov rax, [rsp + 32]    ; the first argument'),)
_END = (
    ('', '48 83 b8', 'function_offset', 'cmp qword [rax + function_offset], 0'),
    ('', '00', '', '; (the 0 of it)'),
    ('', '75', '>done', 'jne done               ; traced: by us, or by somebody else'),
    ('', '48 8b 05', 'generation', 'mov rax, [generation]'),
    ('', '48 89 44 24 08', '', 'mov [rsp + 8], rax'),
    ('', '48 83 ec 20', '', 'sub rsp, 32'),
    ('', '48 89 e7', '', 'mov rdi, rsp'),
    ('', '48 8d 74 24 08', '', 'lea rsi, [rsp + 8]'),
    ('', '48 8d 54 24 10', '', 'lea rdx, [rsp + 16]'),
    ('', 'ff 15', 'fetch', 'call [fetch]'),
    ('', '48 8b 44 24', 'byte frame_slot_below', 'mov rax, [rsp + frame_slot + 32]'),
    ('', '48 8b b0', 'code_offset', 'mov rsi, [rax + code_offset]'),
    ('', '48 8b 3d', 'callable', 'mov rdi, [callable]'),
    ('', '31 d2', '', 'xor edx, edx           ; the end of the arguments'),
    ('', '31 c0', '', 'xor eax, eax           ; none of them in a vector register'),
    ('', 'ff 15', 'call', 'call [call]'),
    ('', '48 85 c0', '', 'test rax, rax'),
    ('', '74', '>failed', 'je failed'),
    ('', '48 89 c7', '', 'mov rdi, rax'),
    ('', 'ff 15', 'release', 'call [release]'),
    ('restore', '48 8b 3c 24', '', 'mov rdi, [rsp]'),
    ('', '48 8b 74 24 08', '', 'mov rsi, [rsp + 8]'),
    ('', '48 8b 54 24 10', '', 'mov rdx, [rsp + 16]'),
    ('', 'ff 15', 'restore', 'call [restore]'),
    ('', '48 83 c4 20', '', 'add rsp, 32'),
    ('', '48 8b 44 24 08', '', 'mov rax, [rsp + 8]'),
    ('', '48 3b 05', 'generation', 'cmp rax, [generation]'),
    ('', '0f 85', '>>again', 'jne again              ; patched while it was looked at'),
    ('', 'e9', '>>done', 'jmp done'),
    ('failed', '48 83 3c 24 00', '', 'cmp qword [rsp], 0'),
    ('', '75', '>restore', 'jne restore'),
    ('', '48 83 c4 48', '', 'add rsp, 72'),
    ('', 'c3', '', 'ret                    ; 0: an exception is set'),
)


# (interpreter, own state, old object, new object, new function): the number of states changed, and in
# the upper half those that have neither object. An old object 0 is a state that is not traced.
_EXCHANGE = (
    ('', 'f3 0f 1e fa', '', 'endbr64'),
    ('', '53', '', 'push rbx'),
    ('', '55', '', 'push rbp'),
    ('', '41 54', '', 'push r12'),
    ('', '41 55', '', 'push r13'),
    ('', '41 56', '', 'push r14'),
    ('', '41 57', '', 'push r15'),
    ('', '6a 00', '', 'push 0                 ; the others; aligned to 16'),
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
    ('', '74', '>next', 'je next'),
    ('', '4c 39 ab', 'object_offset', 'cmp [rbx + object_offset], r13'),
    ('', '74', '>old', 'je old'),
    ('', '4c 39 b3', 'object_offset', 'cmp [rbx + object_offset], r14'),
    ('', '74', '>next', 'je next'),
    ('other', '48 ff 04 24', '', 'inc qword [rsp]'),
    ('', 'eb', '>next', 'jmp next'),
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
_EXCHANGE_END = (
    ('', '4c 89 f7', '', 'mov rdi, r14'),
    ('', 'ff 15', 'increase', 'call [increase]'),
    ('', '4c 89 ef', '', 'mov rdi, r13'),
    ('', 'ff 15', 'release', 'call [release]'),
    ('', 'ff c5', '', 'inc ebp'),
    ('next', '48 89 df', '', 'mov rdi, rbx'),
    ('', 'ff 15', 'next_state', 'call [next_state]'),
    ('', 'e9', '>>each', 'jmp each'),
    ('end', '58', '', 'pop rax'),
    ('', '48 c1 e0 20', '', 'shl rax, 32'),
    ('', '48 09 e8', '', 'or rax, rbp'),
    ('', '41 5f', '', 'pop r15'),
    ('', '41 5e', '', 'pop r14'),
    ('', '41 5d', '', 'pop r13'),
    ('', '41 5c', '', 'pop r12'),
    ('', '5d', '', 'pop rbp'),
    ('', '5b', '', 'pop rbx'),
    ('', 'c3', '', 'ret'),
)


def frame_function(with_state, code_offset, function_offset, distance):
    """The first. `with_state`: the first argument is the thread state; `distance`: from its first
    byte to the first cell."""
    slot = 24 if with_state else 32         # where the argument that is the frame was pushed
    return _assemble(
        _BEGIN + (_STATE_39 if with_state else _STATE_38) + _END,
        {'code_offset': code_offset, 'function_offset': function_offset,
         'byte frame_slot': slot, 'byte frame_slot_below': slot + 32}, distance)


def exchange_function(is_behind, numbers, distance):
    """The second. `is_behind`: the flag is not in the thread state, but where a pointer leads."""
    return _assemble(
        _EXCHANGE + (_FLAG_310 if is_behind else _FLAG_39) + _EXCHANGE_END, numbers, distance)


def _assemble(rows, numbers, distance):
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
        elif operand in CELLS:
            number = distance + 8 * CELLS.index(operand) - end
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
