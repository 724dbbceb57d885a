"""Decides which exceptions stop the program: by name, mode, and whether they leave the user's code.

An exception is unhandled where no code of the user's catches it: nothing does, or a library that
called the user's code. That is predicted where it is raised, while its frames are there to look at,
and where it cannot be predicted (a context manager that may suppress it, a handler that raises it
again now and then) it is looked at again when it has left the frame in question.
"""

import builtins
import os

from . import bytecode, code_filter, files, greenlets, handlers, limits, safe_repr, scopes, stepping
from . import threads, wire
from .control import base
from .genuine import _thread

NEVER, ALWAYS, UNHANDLED = 0, 1, 32
DEFAULT_NEVER = ('IndexError', 'KeyError', 'AttributeError', 'StopIteration', 'GeneratorExit')
BREAK_UNHANDLED, BREAK_HANDLED = 1, 0
ANSWER_TIMEOUT = 2
_CANCELLED = ('asyncio.exceptions.CancelledError', 'concurrent.futures._base.CancelledError')
_COROUTINE = 0x80 | 0x100 | 0x200
_EVERYTHING = ['*']
_REMEMBERED = 32


class Exceptions(object):
    """The rules of the session. They cost nothing while every mode is "never"."""

    def __init__(self, session):
        self._session = session
        self._default = UNHANDLED
        self._modes = dict((name, NEVER) for name in DEFAULT_NEVER)
        self._handlers = {}
        self._waiting = {}
        self._judged = []               # the last exceptions that were judged: _Judged
        self._doubtful = {}             # by the frame that they are to be looked at again behind
        self._patch = base.Patch(base.RAISE)
        self.asks = True                # whether the debugger is asked who handles what

    def set_modes(self, default, modes):
        """Replaces all modes, the defaults as well, and forgets who handles what."""
        self._default = default
        self._modes = dict((_without_builtins(name), mode) for name, mode in modes)
        self._handlers = {}
        self.arm()

    def modes(self):
        """As `set_modes` takes them."""
        return self._default, sorted(self._modes.items())

    def arm(self):
        if self._default or any(self._modes.values()):
            self._session.control.apply(self._patch)
        else:
            self._session.control.remove(self._patch)

    def set_handlers(self, filename, ranges):
        """What `except` catches in a file, as the debugger says; None where it does not."""
        self._handlers[filename] = ranges
        waiting = self._waiting.pop(filename, ())
        for lock in waiting:
            lock.release()

    def stop_waiting(self):
        for filename in list(self._waiting):
            self.set_handlers(filename, None)

    def raised(self, thread, frame, kind, value, traceback):
        """An exception in a frame of the user's. "Always" reports it in every such frame that it
        passes through, "unhandled" once."""
        mode = self._modes.get(type_name(kind), self._default)
        if not mode or self._is_normal_exit(kind, value):
            return
        judged = self._find(value)
        if judged is None or not self._was_seen_deeper(traceback) or judged.is_over(frame):
            judged = self._judge(frame, kind, value)
            handled = judged.caught_by is not None
            if not handled and judged.doubtful is not None:
                self._look_again(judged.doubtful, value)
                handled = True
        elif mode & ALWAYS:
            handled = True              # as the classic protocol has it in all frames but the first
        else:
            return
        if mode & ALWAYS or (mode & UNHANDLED and not handled):
            place = threads.StopPlace(frame, None, frame, frame.f_lineno)
            self._stop(thread, place, frame, kind, value, traceback, handled)

    def unwound(self, thread, frame):
        """A frame ends of which it was in doubt whether it handles an exception."""
        value = self._doubtful.pop(id(frame), None)
        self._session.control.forget_unwinding(frame)
        if value is None or not bytecode.is_unwinding(frame):
            return
        own = value.__traceback__
        if own is None or own.tb_frame is not frame:
            return                      # It ends by another one.
        kind = type(value)
        judged = self._judge(frame.f_back, kind, value)
        if judged.caught_by is not None:
            return
        if judged.doubtful is not None:
            self._look_again(judged.doubtful, value)
            return
        if self._modes.get(type_name(kind), self._default) & UNHANDLED:
            outer = stepping.outer_user_frame(frame.f_back, self._session.is_user_code)
            place = threads.StopPlace(frame, own.tb_lineno, outer, None)
            self._stop(thread, place, frame, kind, value, own, False)

    def unraisable(self, thread, value, traceback):
        """Nobody catches it: finalizers, callbacks of weak references and generators that are closed
        were called by the interpreter. Where it was raised, an outer frame seemed to."""
        kind = type(value)
        judged = self._find(value)
        if (judged is None or judged.caught_by is None
                or not self._modes.get(type_name(kind), self._default) & UNHANDLED):
            return
        while traceback is not None:
            frame = traceback.tb_frame
            if self._session.is_user_code(frame.f_code.co_filename):
                judged.caught_by = None
                place = threads.StopPlace(frame, traceback.tb_lineno, None, None)
                thread.quiet = True         # This is no trace function: what is evaluated is watched.
                try:
                    self._stop(thread, place, frame, kind, value, traceback, False)
                finally:
                    thread.quiet = False
                return
            traceback = traceback.tb_next

    def _look_again(self, frame, value):
        self._doubtful[id(frame)] = value
        self._session.control.follow_unwinding(frame)

    def _stop(self, thread, place, frame, kind, value, traceback, handled):
        break_type = BREAK_HANDLED if handled else BREAK_UNHANDLED
        while not self._session.detached:
            with _Kept(self._session, frame, kind, value) as kept:
                reason = self._event(thread, kept, kind, traceback, break_type)
                if self._session.stops.stop(thread, place, reason, False):
                    return

    def _was_seen_deeper(self, traceback):
        deeper = traceback.tb_next if traceback is not None else None
        while deeper is not None:
            if self._session.is_user_code(deeper.tb_frame.f_code.co_filename):
                return True
            deeper = deeper.tb_next
        return False

    def _is_normal_exit(self, kind, value):
        if not issubclass(kind, SystemExit) or self._session.options.break_on_system_exit_zero:
            return False
        return not getattr(value, 'code', value)

    # Where it is handled

    def _find(self, value):
        for judged in self._judged:
            if judged.identifier == id(value):
                return judged
        return None

    def _judge(self, frame, kind, value):
        """Predicts, from a frame outward, and remembers the answer."""
        previous = self._find(value)
        if previous is not None:
            try:
                self._judged.remove(previous)
            except ValueError:
                pass                    # Another thread did, just now.
        judged = _Judged(value)
        self._judged.append(judged)
        del self._judged[:-_REMEMBERED]
        doubtful = None
        for outer in greenlets.stack(frame):
            filename = outer.f_code.co_filename
            if code_filter.is_agent(filename):
                break
            if self._session.is_user_code(filename):
                outcome = self._in_users_frame(outer, kind, value, filename)
                if outcome == handlers.CATCHES:
                    judged.caught_by = id(outer)
                    return judged
                if outcome == handlers.MAYBE and doubtful is None:
                    doubtful = outer
                if _is_called_by_interpreter(outer):
                    break
                continue
            if _is_cancelled(kind, frame):
                judged.caught_by = id(outer)
                return judged
            outcome = handlers.in_frame(outer, value)
            if outcome != handlers.PASSES and code_filter.is_inside_archive(filename):
                judged.caught_by = id(outer)
                return judged
            if outcome == handlers.CATCHES:
                break
        judged.doubtful = doubtful
        return judged

    def _in_users_frame(self, frame, kind, value, filename):
        ranges = self._handlers_of(filename)
        if ranges is None:
            return handlers.in_frame(frame, value)
        line = frame.f_lineno
        for start, end, names in ranges:
            if start <= line < end and _catches(names or _EVERYTHING, frame, kind):
                return handlers.CATCHES
        return handlers.in_frame(frame, value, only_with=True)

    def _handlers_of(self, filename):
        """Asks the debugger once for each file; the raising thread waits for the answer. None where
        it does not say."""
        filename = os.path.normcase(filename)
        if filename not in self._handlers and self.asks:
            lock = _thread.allocate_lock()
            lock.acquire()
            self._waiting.setdefault(filename, []).append(lock)
            self._session.send(b'REQH' + wire.text(filename))
            if not self._session.detached and not lock.acquire(True, ANSWER_TIMEOUT):
                self.set_handlers(filename, None)
        return self._handlers.get(filename)

    # Events

    def _event(self, thread, kept, kind, traceback, break_type):
        name, message = type_name(kind), kept.message
        if not self._session.options.rich_exceptions:
            return (b'EXCP' + wire.text(name) + wire.integer(thread.identifier)
                    + wire.integer(break_type) + wire.text(message))
        pairs = [('typename', name), ('message', message)]
        if break_type == BREAK_UNHANDLED:
            pairs.append(('breaktype', 'unhandled'))
        pairs.append(('trace', _trace(traceback)))
        pairs.append(('excvalue', kept.name))
        return (b'EXC2' + wire.integer(thread.identifier) + wire.integer(len(pairs))
                + b''.join([wire.text(key) + wire.text(text) for key, text in pairs]))


def type_name(kind):
    """Bare for builtins, with its module otherwise."""
    try:
        module, name = kind.__module__, kind.__name__
        return name if module == 'builtins' else '%s.%s' % (module, name)
    except BaseException:
        return 'unknown'


def _without_builtins(name):
    prefix = 'builtins.'
    return name[len(prefix):] if name.startswith(prefix) else name


class _Judged(object):
    """What was predicted of an exception. It is known by its address alone, so that it lives no
    longer than without a debugger; one that comes for the first time is always judged anew."""

    __slots__ = ('identifier', 'caught_by', 'doubtful', '_arrived')

    def __init__(self, value):
        self.identifier = id(value)
        self.caught_by = None           # the address of a frame
        self.doubtful = None            # a frame, until the answer was acted upon
        self._arrived = False

    def is_over(self, frame):
        """True where the exception comes again after it was caught: raised once more, by the frame
        that caught it or one further out."""
        self.doubtful = None
        if self.caught_by is None:
            return False                # It was reported, or is in doubt still.
        if id(frame) == self.caught_by:
            arrived, self._arrived = self._arrived, True
            return arrived
        return all([id(outer) != self.caught_by for outer in greenlets.stack(frame)])


class _Kept(object):
    """While the program stands: the exception's message, and with `RichExceptions` a name by which
    an expression can reach it. The program does not see the name."""

    def __init__(self, session, frame, kind, value):
        self.message = _message(value)
        self.name = None
        self._frame = frame
        self._value = value
        self._kind = kind
        self._wanted = session.options.rich_exceptions

    def __enter__(self):
        if self._wanted:
            self.name = scopes.add_name(self._frame, '__exception_info', {
                'exception': self._value, 'exception_type': self._kind, 'message': self.message})
        return self

    def __exit__(self, *exception):
        if self.name is not None:
            scopes.forget_names(self._frame)


def _is_called_by_interpreter(frame):
    """True for a finalizer that nobody has called: what it raises is told to `sys.unraisablehook`."""
    if frame.f_code.co_name != '__del__':
        return False
    caller = frame.f_back
    return caller is None or not bytecode.mentions(caller, '__del__')


def _is_cancelled(kind, frame):
    """How the end of a task that was cancelled gets to its event loop."""
    return bool(frame.f_code.co_flags & _COROUTINE) and type_name(kind) in _CANCELLED


def _catches(names, frame, kind):
    for name in names:
        if name == '*':
            return True
        try:
            if issubclass(kind, _resolve(name, frame)):
                return True
        except BaseException:
            continue
    return False


def _resolve(name, frame):
    """A dotted name as the frame sees it; only modules are looked into."""
    parts = name.split('.')
    for scope in (scopes.local_variables(frame), frame.f_globals, vars(builtins)):
        if parts[0] in scope:
            value = scope[parts[0]]
            break
    for part in parts[1:]:
        if type(value) is not type(builtins):
            raise LookupError(name)
        value = getattr(value, part)
    return value


def _message(value):
    def ask():
        limits.begin()
        return str(value)[:safe_repr.OUTER_LIMIT]

    try:
        return limits.Budget(limits.seconds(limits.FRAMES)).run(ask)
    except limits.Expired:
        return '<no message: __str__ took too long>'
    except BaseException:
        return '<no message: __str__ raised an exception>'


def _trace(traceback):
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        line = files.source_line(code.co_filename, traceback.tb_lineno)
        fields = (code.co_filename, traceback.tb_lineno, code.co_name, line)
        lines.append(','.join([repr(field) for field in fields]))
        traceback = traceback.tb_next
    return '\n'.join(lines)
