"""The function that CPython calls for every frame, in machine code of x86_64 (System V calls).

It asks whether the frame's code object is marked with the generation of now (or with NEVER). If so,
it jumps to the interpreter's own function with the arguments as they came and leaves nothing on the
stack. Else, and where the thread is not traced, it calls the Python function in the cell `callable`
first, with what is being raised (a generator is thrown into) and the thread's profile function set
aside. Where that function raises, the frame does not run, unless something was being raised already.

In 3.8 the arguments are (frame, throwing), since 3.9 (thread state, frame, throwing).
"""

from . import machine_code

CELLS = ('active', 'generation', 'index', 'callable', 'default', 'get_extra', 'state', 'fetch',
         'restore', 'call', 'release')
NEVER = 1

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
    ('', '48 8b 0d', 'generation', 'mov rcx, [generation]'),
    ('', '48 89 4c 24 08', '', 'mov [rsp + 8], rcx'),
    ('', '48 83 ec 30', '', 'sub rsp, 48'),
    ('', '48 89 44 24 20', '', 'mov [rsp + 32], rax    ; the thread state'),
    ('', '48 8b 88', 'profile_object_offset', 'mov rcx, [rax + profile_object_offset]'),
    ('', '48 89 4c 24 28', '', 'mov [rsp + 40], rcx'),
    ('', '31 c9', '', 'xor ecx, ecx'),
    ('', '48 87 88', 'profile_offset', 'xchg rcx, [rax + profile_offset]'),
    ('', '48 89 4c 24 18', '', 'mov [rsp + 24], rcx'),
    ('', '48 89 e7', '', 'mov rdi, rsp'),
    ('', '48 8d 74 24 08', '', 'lea rsi, [rsp + 8]'),
    ('', '48 8d 54 24 10', '', 'lea rdx, [rsp + 16]'),
    ('', 'ff 15', 'fetch', 'call [fetch]'),
    ('', '48 8b 44 24', 'byte frame_slot_below', 'mov rax, [rsp + frame_slot + 48]'),
    ('', '48 8b b0', 'code_offset', 'mov rsi, [rax + code_offset]'),
    ('', '48 8b 3d', 'callable', 'mov rdi, [callable]'),
    ('', '31 d2', '', 'xor edx, edx           ; the end of the arguments'),
    ('', '31 c0', '', 'xor eax, eax           ; none of them in a vector register'),
    ('', 'ff 15', 'call', 'call [call]'),
    ('', '48 8b 4c 24 20', '', 'mov rcx, [rsp + 32]'),
    ('', '48 8b 54 24 28', '', 'mov rdx, [rsp + 40]'),
    ('', '48 39 91', 'profile_object_offset', 'cmp [rcx + profile_object_offset], rdx'),
    ('', '75', '>profiled', 'jne profiled           ; it was changed meanwhile'),
    ('', '48 83 b9', 'profile_offset', 'cmp qword [rcx + profile_offset], 0'),
    ('', '00', '', '; (the 0 of it)'),
    ('', '75', '>profiled', 'jne profiled'),
    ('', '48 8b 54 24 18', '', 'mov rdx, [rsp + 24]'),
    ('', '48 89 91', 'profile_offset', 'mov [rcx + profile_offset], rdx'),
    ('profiled', '48 85 c0', '', 'test rax, rax'),
    ('', '74', '>failed', 'je failed'),
    ('', '48 89 c7', '', 'mov rdi, rax'),
    ('', 'ff 15', 'release', 'call [release]'),
    ('restore', '48 8b 3c 24', '', 'mov rdi, [rsp]'),
    ('', '48 8b 74 24 08', '', 'mov rsi, [rsp + 8]'),
    ('', '48 8b 54 24 10', '', 'mov rdx, [rsp + 16]'),
    ('', 'ff 15', 'restore', 'call [restore]'),
    ('', '48 83 c4 30', '', 'add rsp, 48'),
    ('', '48 8b 44 24 08', '', 'mov rax, [rsp + 8]'),
    ('', '48 3b 05', 'generation', 'cmp rax, [generation]'),
    ('', '0f 85', '>>again', 'jne again              ; patched while it was looked at'),
    ('', 'e9', '>>done', 'jmp done'),
    ('failed', '48 83 3c 24 00', '', 'cmp qword [rsp], 0'),
    ('', '75', '>restore', 'jne restore'),
    ('', '48 83 c4 58', '', 'add rsp, 88'),
    ('', 'c3', '', 'ret                    ; 0: an exception is set'),
)


def code(with_state, code_offset, offsets, distance):
    """`with_state`: the first argument is the thread state; `offsets` as of `thread_states`;
    `distance`: from the first byte to the first cell."""
    slot = 24 if with_state else 32         # where the argument that is the frame was pushed
    return machine_code.assemble(
        _BEGIN + (_STATE_39 if with_state else _STATE_38) + _END, CELLS,
        dict(offsets, **{'code_offset': code_offset, 'byte frame_slot': slot,
                         'byte frame_slot_below': slot + 48}), distance)
