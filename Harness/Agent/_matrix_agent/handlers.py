"""What becomes of an exception in a frame: a handler catches it, it passes through, or that cannot be
known before the program's own code has run.

It is read from the code object, so that sources need not be there: which handler an instruction has
(`bytecode`), and what the handler does with the exception. One that always raises it again, as
`finally` does, lets it pass. Nothing of the program's is called for it.
"""

import builtins
import sys

from . import bytecode, scopes
from .genuine import _thread

CATCHES, PASSES, MAYBE = 'catches', 'passes', 'maybe'

_UNRESOLVED = object()
_NULL = object()                # what calls have on the stack beside their arguments
_FUNCTION = type(lambda: None)
# Their `__exit__` is that of a lock or a file which they wrap.
_TRANSPARENT = ('threading', 'tempfile', 'multiprocessing.synchronize')
_EXC_MATCH = bytecode.EXCEPTION_MATCH
_MANY = 4000                    # instructions of handlers, from which on it is not known


def in_frame(frame, value, only_with=False):
    """CATCHES, PASSES or MAYBE for an exception on its way through a frame. `only_with`: the
    debugger has said what `except` does here, and `with` is left."""
    try:
        prediction = _Prediction(frame.f_code, _Names(frame), value, only_with)
        return prediction.leaving(frame.f_lasti)
    except RecursionError:
        raise
    except Exception:
        return MAYBE                    # An instruction that is not known here.


class _Names(object):
    """Names as a frame sees them; without a frame, as a function with these globals does."""

    def __init__(self, frame, its_globals=None):
        self._frame = frame
        self._globals = frame.f_globals if frame is not None else its_globals
        self._locals = None

    def local(self, name):
        if self._frame is None:
            return _UNRESOLVED
        if self._locals is None:
            self._locals = scopes.local_variables(self._frame)
        try:
            return self._locals[name]
        except Exception:
            return _UNRESOLVED

    def of_module(self, name):
        for scope in (self._globals, vars(builtins)):
            if name in scope:
                return scope[name]
        return _UNRESOLVED

    def any(self, name):
        value = self.local(name)
        return self.of_module(name) if value is _UNRESOLVED else value


class _Call(object):
    """The result of a call that is not made here."""

    def __init__(self, function, arguments):
        self.function = function
        self.arguments = arguments


class _Prediction(object):
    """One exception in one code object."""

    def __init__(self, code, names, value, only_with=False, depth=0):
        self._facts = bytecode.facts(code)
        self._names = names
        self._value = value
        self._only_with = only_with
        self._depth = depth
        self._known = {}
        self._left = _MANY
        self._bound = None

    def leaving(self, offset):
        """What becomes of the exception where it comes from the instruction at `offset`."""
        target = self._facts.handler(offset)
        if target is None:
            return PASSES
        if target not in self._known:
            self._known[target] = PASSES        # where a handler leads back to itself
            self._known[target] = self._handler(target)
        return self._known[target]

    def _handler(self, target):
        facts = self._facts
        first = facts.index(target)
        start = first + (facts.names[first] == 'PUSH_EXC_INFO')
        if facts.names[start] in bytecode.WITH_EXITS:
            end = facts.next_of(start, bytecode.RERAISES)
            outer = self.leaving(facts.offsets[end]) if end is not None else PASSES
            return _either(self._exit(target), outer)
        if self._only_with:
            return self.leaving(target)
        return self._follow(first)

    def _follow(self, first):
        """All ways through a handler."""
        outcomes = set()
        work, seen = [(first, 0)], set()
        while work:
            state = work.pop()
            if state in seen:
                continue
            seen.add(state)
            self._left -= 1
            if self._left < 0:
                return MAYBE
            if state[0] >= len(self._facts.names):
                outcomes.add(CATCHES)
            else:
                following, outcome = self._step(state[0], state[1], first)
                work.extend(following)
                if outcome is not None:
                    outcomes.add(outcome)
        return outcomes.pop() if len(outcomes) == 1 else MAYBE if outcomes else CATCHES

    def _step(self, at, entered, first):
        """Where an instruction leads, and what it means for the exception. `entered`: the number of
        `finally` blocks that this way is in without an exception (up to 3.8)."""
        facts = self._facts
        name, argument, offset = facts.names[at], facts.arguments[at], facts.offsets[at]
        after = (at + 1, entered)
        if name in ('CHECK_EXC_MATCH', 'JUMP_IF_NOT_EXC_MATCH') or (
                name == 'COMPARE_OP' and argument == _EXC_MATCH):
            branch = at if name == 'JUMP_IF_NOT_EXC_MATCH' else at + 1
            matches = self._matches(self._expression(at))
            inside, beside = (branch + 1, entered), (facts.jump(branch), entered)
            if matches:
                self._bound = facts.stored_name(branch + 1)
            return ([inside, beside] if matches is None else [inside if matches else beside]), None
        if name == 'CHECK_EG_MATCH':
            return [], self._group(at)
        if name == 'RERAISE' or (name == 'END_FINALLY' and not entered):
            return [], self.leaving(offset)
        if name == 'END_FINALLY':
            return [(at + 1, entered - 1)], None
        if name == 'RAISE_VARARGS':
            again = argument == 0 or (
                argument == 1 and self._bound and facts.loaded_name(at - 1) == self._bound)
            return [], self.leaving(offset) if again else CATCHES
        if name == 'CLEANUP_THROW' or name == 'END_ASYNC_FOR':
            ends = StopIteration if name == 'CLEANUP_THROW' else StopAsyncIteration
            return [], CATCHES if isinstance(self._value, ends) else self.leaving(offset)
        if name == 'POP_EXCEPT':
            again = at + 1 < len(facts.names) and facts.names[at + 1] == 'RERAISE'
            return ([after], None) if again else ([], CATCHES)
        if name in bytecode.RETURNS:
            return [], CATCHES
        if name == 'BEGIN_FINALLY' or (name == 'POP_BLOCK' and facts.begins_finally(at)):
            return [(at + 1, entered + 1)], None
        if name in ('BREAK_LOOP', 'CONTINUE_LOOP'):
            end = facts.loop_inside(at, first)
            if end is None:
                return [], CATCHES
            return ([(end, entered)] if name == 'BREAK_LOOP' else []), None
        target = facts.jump(at)
        if target is None or name in bytecode.ENTERS:
            return [after], None
        if name in bytecode.ALWAYS_JUMPS:
            return [(target, entered)], None
        return [after, (target, entered)], None

    # Types

    def _matches(self, caught):
        """Whether `except` with this value catches; None where that is not known."""
        if isinstance(caught, tuple):
            answers = [self._matches(each) for each in caught]
            return True if True in answers else None if None in answers else False
        if not isinstance(caught, type):
            return None
        return any([kind is caught for kind in type.__dict__['__mro__'].__get__(type(self._value))])

    def _group(self, at):
        """`except*`, all of one `try`: every part of the exception has to be caught."""
        facts = self._facts
        end = facts.next_of(at, ('PREP_RERAISE_STAR', 'CALL_INTRINSIC_2'))
        kinds = []
        for index in range(at, end if end is not None else len(facts.names)):
            if facts.names[index] == 'CHECK_EG_MATCH':
                kinds.append(self._expression(index))
        answers = set()
        left = [self._value]
        while left:
            each = left.pop()
            if isinstance(each, getattr(builtins, 'BaseExceptionGroup', ())):
                left.extend(each.exceptions)
            else:
                answers.add(_Prediction._matches(_Of(each), tuple(kinds)))
        if answers == set([True]):
            return CATCHES
        if None in answers:
            return MAYBE
        raised = facts.next_of(end if end is not None else at, ('RERAISE',))
        return self.leaving(facts.offsets[raised]) if raised is not None else PASSES

    # Context managers

    def _exit(self, target):
        """What the `__exit__` of a `with` statement does with the exception."""
        found = self._facts.with_expression(target)
        manager = self._expression(found[0]) if found is not None else _UNRESOLVED
        if manager is _UNRESOLVED:
            return MAYBE
        kind = type(manager)
        if kind is _Call:
            kind = manager.function
            if type(kind) is _FUNCTION:
                return self._exit_of_function(kind)
            if not isinstance(kind, type):
                return PASSES if kind in (open, _thread.allocate_lock) else MAYBE
            if type(kind).__call__ is not type.__call__:
                return MAYBE
        return self._exit_of(kind, manager, found[1])

    def _exit_of_function(self, function):
        """A generator as a context manager, or something that makes who knows what."""
        if function.__module__ in _TRANSPARENT:
            return PASSES
        inner = function.__dict__.get('__wrapped__')
        code = function.__code__
        if (type(inner) is not _FUNCTION or code.co_name != 'helper'
                or not code.co_filename.endswith('contextlib.py') and '<frozen' not in code.co_filename
                or self._depth > 3):
            return MAYBE
        names = _Names(None, inner.__globals__)
        return self._exit_of_generator(inner.__code__, names)

    def _exit_of_generator(self, code, names):
        prediction = _Prediction(code, names, self._value, False, self._depth + 1)
        outcomes = set([prediction.leaving(offset) for offset in bytecode.facts(code).yields()])
        return outcomes.pop() if len(outcomes) == 1 else MAYBE

    def _exit_of(self, kind, manager, method):
        contextlib = sys.modules.get('contextlib')
        if contextlib is not None and kind is contextlib.suppress:
            kinds = manager.arguments if type(manager) is _Call else manager._exceptions
            matches = self._matches(tuple(kinds))
            if matches is False and hasattr(self._value, 'exceptions'):
                return MAYBE            # It takes groups apart (3.12).
            return MAYBE if matches is None else CATCHES if matches else PASSES
        generator = getattr(contextlib, '_GeneratorContextManager', None)
        if kind is generator and type(manager) is not _Call:
            frame = getattr(manager.gen, 'gi_frame', None)
            if frame is not None:
                return self._exit_of_generator(frame.f_code, _Names(frame))
        for each in type.__dict__['__mro__'].__get__(kind):
            function = each.__dict__.get(method)
            if function is None:
                continue
            if type(function) is not _FUNCTION:
                # Those of the interpreter's own types never suppress.
                return MAYBE if isinstance(function, (staticmethod, property)) else PASSES
            if each.__module__ in _TRANSPARENT or _returns_nothing(function.__code__):
                return PASSES
            return MAYBE
        return MAYBE

    # Values

    def _expression(self, end):
        """The value of the expression that ends before an instruction, or that it is not known."""
        for start in range(end - 1, max(-1, end - 40), -1):
            stack = self._run(start, end)
            if stack is None:
                return _UNRESOLVED
            if stack is not False and len(stack) == 1:
                return stack[0]
        return _UNRESOLVED

    def _run(self, start, end):
        """The stack after these instructions; False where they need what was there before, None
        where there is one that is not known."""
        facts, stack = self._facts, []
        for at in range(start, end):
            if not self._load(facts, at, stack):
                taken = facts.call(at)
                if taken is None:
                    return None
                if taken > len(stack):
                    return False
                values = stack[len(stack) - taken:]
                del stack[len(stack) - taken:]
                name = facts.names[at]
                if name == 'BUILD_TUPLE':
                    stack.append(_UNRESOLVED if _UNRESOLVED in values else tuple(values))
                elif name in bytecode.ATTRIBUTES:
                    stack.append(_attribute(values[0], facts.name(at)))
                    if facts.pushes_null(at):
                        stack.append(_NULL)
                else:
                    values = [value for value in values if value is not _NULL]
                    stack.append(_UNRESOLVED if any([each is _UNRESOLVED for each in values])
                                 else _Call(values[0], values[1:]))
        return stack

    def _load(self, facts, at, stack):
        """Does an instruction that takes nothing from the stack."""
        name = facts.names[at]
        if name in bytecode.NOTHING:
            return True
        if name == 'PUSH_NULL':
            stack.append(_NULL)
        elif name == 'LOAD_GLOBAL':
            stack.append(self._names.of_module(facts.name(at)))
            if facts.pushes_null(at):
                stack.append(_NULL)
        elif name == 'LOAD_NAME':
            stack.append(self._names.any(facts.name(at)))
        elif facts.constant(at) is not None:
            stack.extend(facts.constant(at))
        else:
            variables = facts.variables(at)
            stack.extend([self._names.local(each) for each in variables])
            return bool(variables)
        return True


class _Of(object):
    """One part of a group, for `_matches`."""

    def __init__(self, value):
        self._value = value

    def _matches(self, caught):
        return _Prediction._matches(self, caught)


def _either(suppressed, outer):
    """`with` inside of what is around it."""
    if suppressed == PASSES or outer == CATCHES:
        return outer
    return suppressed


def _attribute(value, name):
    """An attribute that is looked up without a call."""
    if value is _UNRESOLVED or type(value) is _Call:
        return _UNRESOLVED
    try:
        if isinstance(value, type(sys)):
            return vars(value).get(name, _UNRESOLVED)
        if isinstance(value, type):
            own, kinds = {}, type.__dict__['__mro__'].__get__(value)
        else:
            kind = type(value)
            own = object.__getattribute__(value, '__dict__')
            kinds = type.__dict__['__mro__'].__get__(kind)
        for each in kinds:
            if name in each.__dict__:
                found = each.__dict__[name]
                return found if type(found) in (type, _FUNCTION) else _UNRESOLVED
        return own.get(name, _UNRESOLVED)
    except Exception:
        return _UNRESOLVED


def _returns_nothing(code):
    """True where every `return` of a function is one of None or False."""
    facts = bytecode.facts(code)
    targets = set([facts.jump(at) for at in range(len(facts.names))])
    for at, name in enumerate(facts.names):
        if name not in bytecode.RETURNS:
            continue
        if name == 'RETURN_VALUE' and (at in targets or not at):
            return False
        if facts.constant(at if name == 'RETURN_CONST' else at - 1) not in ((None,), (False,)):
            return False
    return True
