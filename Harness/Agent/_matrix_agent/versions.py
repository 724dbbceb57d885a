"""What differs between versions of CPython: each fact by name, with where it is said. No other module
asks for a version, but for `genuine`, which is loaded without any other. What can be asked for by its
name (`hasattr`) is not here.
"""

import sys

_VERSION = sys.version_info[:2]

NUMBERS = tuple(sys.version_info[:3])           # what a debugger is told

# Code

HAS_WORDCODE = _VERSION >= (3, 6)               # Instructions have two bytes each (bpo-26647).
ENDS_FINALLY_ANYWHERE = _VERSION < (3, 8)       # A block's `finally` runs where it ends (bpo-17611).
COMPARES_EXCEPTIONS = _VERSION < (3, 9)         # `except` is COMPARE_OP (JUMP_IF_NOT_EXC_MATCH, bpo-39156).
MODULES_BEGIN_ON_LINE_1 = _VERSION >= (3, 10)   # co_firstlineno of a module (PEP 626)
JUMPS_COUNT_INSTRUCTIONS = _VERSION >= (3, 10)  # and not bytes (bpo-27129)
HAS_EXCEPTION_TABLE = _VERSION >= (3, 11)       # Objects/exception_handling_notes.txt
CALL_HAS_PRECALL = _VERSION < (3, 12)           # Where there is CALL, PRECALL is before it (gh-99005).
LOAD_ATTR_MAKES_METHODS = _VERSION >= (3, 12)   # The lowest bit of its argument (gh-93429).
NULL_IS_PUSHED_SECOND = _VERSION >= (3, 13)     # PUSH_NULL comes after the callable (gh-107674).

# Frames

# Reading `f_locals` makes CPython write all fast locals back, hidden ones as None (gh-105256).
READING_LOCALS_HARMS = _VERSION == (3, 12)
# A RecursionError that is caught in the very depth ends the process at the next one ("Cannot recover";
# 3.9.2 does, 3.9.18 does not, bpo-42500 was mended and taken back in between).
CAUGHT_OVERFLOW_ENDS_PROCESS = _VERSION < (3, 10)
FRAME_OBJECTS_ARE_APART = _VERSION >= (3, 11)   # The interpreter has frames of its own (bpo-44590).

# Threads and interpreters

TRACING_FLAG_IS_BEHIND = _VERSION >= (3, 10)    # `use_tracing` is in `cframe` (bpo-43760).
EVALUATOR_HAS_STATE = _VERSION >= (3, 9)        # `eval_frame` gets the thread state (bpo-39947),
#                                               # and can be asked for (bpo-38500).
# 3.6 and 3.7 crash where a subinterpreter collects a marked code object: they call functions for marks
# from memory that nobody has cleared. 3.11.0 to 3.11.3 let `x[i]` run a `__getitem__` without the
# evaluator (gh-104405). Since 3.12 there is `sys.monitoring`.
EVALUATOR_SEES_ALL = ((3, 8) <= sys.version_info < (3, 12)
                      and not (3, 11) <= sys.version_info < (3, 11, 4))
# `sys._current_frames` makes frame objects for threads of other interpreters, which free them by
# allocators of their own: the program crashes (seen with 3.12.1 and 3.13.0, not with 3.14).
FRAMES_OF_OTHERS_CRASH = ((3, 12) <= _VERSION < (3, 14)
                          and getattr(sys, '_is_gil_enabled', lambda: True)())

# Starting a program

CWD_IS_WHOLE_PATH = _VERSION >= (3, 7)          # `sys.path[0]` of `-m` (bpo-33053)
PYC_HEADER = 16 if _VERSION >= (3, 7) else 12   # PEP 552
SIGNAL_ENDS_PROCESS = _VERSION >= (3, 8)        # after KeyboardInterrupt (bpo-1054041)
SCRIPT_IS_ABSOLUTE = _VERSION >= (3, 9)         # `__file__` of a script (bpo-20443)
COMMAND_IGNORES_COOKIE = _VERSION >= (3, 10)    # A coding cookie after `-c` (PyCF_IGNORE_COOKIE).
COMMAND_IS_REMEMBERED = _VERSION >= (3, 13)     # Tracebacks show lines of `-c` (gh-87319).
COMMAND_IS_DEDENTED = _VERSION >= (3, 14)       # gh-103998
FEATURE_VERSION = sys.version_info[1]           # of PyCompilerFlags
