"""Which exceptions stop the program: by name and mode, and by whether somebody handles them."""

import builtins
import os

from . import code_filter, files, limits, safe_repr, scopes, threads, wire
from .control import base
from .genuine import _thread

NEVER, ALWAYS, UNHANDLED = 0, 1, 32
DEFAULT_NEVER = ('IndexError', 'KeyError', 'AttributeError', 'StopIteration', 'GeneratorExit')
BREAK_UNHANDLED, BREAK_HANDLED = 1, 0
ANSWER_TIMEOUT = 2
_EVERYTHING = ['*']


class Exceptions(object):
    """The rules of the session. They cost nothing while every mode is "never"."""

    def __init__(self, session):
        self._session = session
        self._default = UNHANDLED
        self._modes = dict((name, NEVER) for name in DEFAULT_NEVER)
        self._handlers = _initial_handlers()
        self._waiting = {}
        self._patch = base.Patch(base.RAISE)

    def set_modes(self, default, modes):
        """Replaces all modes, the defaults as well, and forgets who handles what."""
        self._default = default
        self._modes = dict((_without_builtins(name), mode) for name, mode in modes)
        self._handlers = _initial_handlers()
        self.arm()

    def arm(self):
        if self._default or any(self._modes.values()):
            self._session.control.apply(self._patch)
        else:
            self._session.control.remove(self._patch)

    def set_handlers(self, filename, handlers):
        self._handlers[filename] = handlers
        waiting = self._waiting.pop(filename, ())
        for lock in waiting:
            lock.release()

    def stop_waiting(self):
        for filename in list(self._waiting):
            self.set_handlers(filename, [])

    def raised(self, thread, frame, kind, value, traceback):
        """An exception in a frame of the user's. It counts where it comes from, once."""
        if self._was_seen_deeper(traceback):
            return
        mode = self._modes.get(type_name(kind), self._default)
        if not mode or self._is_normal_exit(kind, value):
            return
        handled = self._is_handled(frame, kind, value)
        if not mode & ALWAYS and (handled or not mode & UNHANDLED):
            return
        place = threads.StopPlace(frame, None, frame, frame.f_lineno)
        break_type = BREAK_HANDLED if handled else BREAK_UNHANDLED
        while not self._session.detached:
            reason = self._event(thread, frame, kind, value, traceback, break_type)
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

    # Handlers

    def _is_handled(self, frame, kind, value):
        for outer in base.stack(frame):
            filename = outer.f_code.co_filename
            if code_filter.is_agent(filename):
                break
            for start, end, names in self._handlers_of(filename):
                if start <= outer.f_lineno < end and _catches(
                        names or _EVERYTHING, outer, kind, value):
                    return True
        return False

    def _handlers_of(self, filename):
        """Asks the debugger once for each file; the raising thread waits for the answer."""
        filename = os.path.normcase(filename)
        if filename not in self._handlers:
            lock = _thread.allocate_lock()
            lock.acquire()
            self._waiting.setdefault(filename, []).append(lock)
            self._session.send(b'REQH' + wire.text(filename))
            if not self._session.detached and not lock.acquire(True, ANSWER_TIMEOUT):
                from . import handlers
                self.set_handlers(filename, handlers.find(filename))
        return self._handlers.get(filename, ())

    # Events

    def _event(self, thread, frame, kind, value, traceback, break_type):
        name, message = type_name(kind), _message(value)
        if not self._session.options.rich_exceptions:
            return (b'EXCP' + wire.text(name) + wire.integer(thread.identifier)
                    + wire.integer(break_type) + wire.text(message))
        pairs = [('typename', name), ('message', message)]
        if break_type == BREAK_UNHANDLED:
            pairs.append(('breaktype', 'unhandled'))
        pairs.append(('trace', _trace(traceback)))
        pairs.append(('excvalue', _store(frame, kind, value, message)))
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


def _initial_handlers():
    """The import machinery catches what it raises."""
    everywhere = [(0, 1 << 62, _EVERYTHING)]
    return {'<frozen importlib._bootstrap>': everywhere,
            '<frozen importlib._bootstrap_external>': everywhere}


def _catches(names, frame, kind, value):
    in_groups = []
    for name in names:
        if name == '*':
            return True
        try:
            caught = _resolve(name.lstrip('*'), frame)
            if issubclass(kind, caught):
                return True
            if name.startswith('*'):
                in_groups.append(caught)
        except BaseException:
            continue
    return bool(in_groups) and _has_only(value, tuple(in_groups))


def _has_only(value, kinds):
    """True for a group of exceptions all of which are of these kinds."""
    left, leaves = [value], []
    while left:
        each = left.pop()
        if isinstance(each, getattr(builtins, 'BaseExceptionGroup', ())):
            left.extend(each.exceptions)
        else:
            leaves.append(each)
    return all([isinstance(leaf, kinds) for leaf in leaves])


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


def _store(frame, kind, value, message):
    """Keeps the exception where an expression can reach it, and says under which name."""
    names = scopes.local_variables(frame)
    name, number = '__exception_info', 0
    while name in names:
        number += 1
        name = '__exception_info_%d' % number
    try:
        names[name] = {'exception': value, 'exception_type': kind, 'message': message}
    except BaseException:
        return None
    return name
