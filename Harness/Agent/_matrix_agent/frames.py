"""Frames of a stopped or running thread, as THRF shows them, and as FRMS does without values."""

import os

from . import code_filter, code_lines, limits, native, objects, safe_repr, scopes, wire

_KIND_PYTHON = wire.integer(1)
_VARARGS, _VARKEYWORDS = 0x04, 0x08
OUTER_LIMIT, BRIEF = safe_repr.OUTER_LIMIT, 256     # characters of a value
MANY_BYTES = 4 << 20                                # of all values, from which on they are brief


def visible(frame):
    """Frames from the innermost outward, as far as the agent's own frames below the program.

    Agent frames on top (a callback, or the standard output that we relay) are left out.
    """
    while frame is not None and code_filter.is_agent(frame.f_code.co_filename):
        frame = frame.f_back
    frames = []
    while frame is not None and not code_filter.is_agent(frame.f_code.co_filename):
        frames.append(frame)
        frame = frame.f_back
    return frames


def frame_list(identifier, name, frames, first_line=None, late=None):
    """The THRF event. `first_line` overrides the innermost frame's line; `late` is called where the
    time is up and code of the program's does not end."""
    def build():
        return _build(identifier, name, frames, first_line)

    if limits.is_over():
        return build()
    budget = limits.Budget(limits.seconds(limits.FRAMES), late)
    try:
        return budget.run(build)
    except limits.Expired:
        return budget.run(build)        # Nothing of the program's is called any more.


def _build(identifier, name, frames, first_line):
    parts = [b'THRF', wire.integer(identifier), wire.text(name), wire.integer(len(frames))]
    size = 0
    for frame in frames:
        line = frame.f_lineno if first_line is None else first_line
        first_line = None
        size += _add_frame(parts, frame, line, BRIEF if size > MANY_BYTES else OUTER_LIMIT)
    return b''.join(parts)


AT_A_STOP = 20                  # frame heads that come with a lazy stop
USERS = 1                       # flag of a frame head


def heads_event(request, identifier, name, frames, first_line, start, count, is_user_code):
    """The FRMS event: `count` frames from number `start` on, none of their values, and how many
    there are in all."""
    shown = frames[max(start, 0):max(start, 0) + max(count, 0)]
    parts = [wire.message(b'FRMS', request, identifier), wire.text(name),
             wire.message(b'', start, len(frames), len(shown))]
    for frame in shown:
        first = frame is frames[0] and first_line is not None
        parts.append(head(frame, first_line if first else frame.f_lineno, is_user_code))
    return b''.join(parts)


def head(frame, line, is_user_code):
    """What is said of a frame without a look at its values."""
    code = frame.f_code
    memo = code_lines.memo(code)
    try:
        before, after = memo['head']
    except KeyError:
        before, after = _fixed_parts(code)[0], (
            wire.text(code.co_name) + wire.text(_own_path(code.co_filename))
            + wire.integer(_arguments(code)))
        memo['head'] = before, after
    flags = USERS if is_user_code(code.co_filename) else 0
    return b''.join((before, wire.integer(line or code.co_firstlineno), after, wire.integer(flags)))


def _own_path(filename):
    """The absolute path, or a name that is none, such as `<string>`."""
    return filename if filename.startswith('<') else os.path.abspath(filename)


def running_frames(identifier):
    """The frames of a thread that runs, from this moment."""
    return visible(native.current_frames().get(identifier))


def _add_frame(parts, frame, line, limit):
    """Adds a frame; the result is the number of bytes of its values."""
    code = frame.f_code
    memo = code_lines.memo(code)
    try:
        before, after = memo['frame']
    except KeyError:
        before, after = memo['frame'] = _fixed_parts(code)
    parts += (before, wire.integer(line or code.co_firstlineno), after)
    try:
        variables = _variables(frame, code, limit)
    except limits.Expired:
        raise
    except BaseException:
        variables = []
    parts.append(wire.integer(len(variables)))
    size = 0
    for name, record in variables:
        parts.append(_name(name))
        parts.append(record)
        size += len(record)
    return size


def _fixed_parts(code):
    """What is the same in every frame of a code object, before and after the line."""
    before = wire.integer(code.co_firstlineno) + wire.integer(code_lines.last_line(code))
    after = (wire.text(code.co_name) + wire.text(_path(code.co_filename))
             + wire.integer(_arguments(code)) + _KIND_PYTHON)
    return before, after


def _arguments(code):
    return (code.co_argcount + code.co_kwonlyargcount
            + bool(code.co_flags & _VARARGS) + bool(code.co_flags & _VARKEYWORDS))


def _path(filename):
    """The absolute path; the own name of a frozen module, which is in no folder."""
    return filename if filename.startswith('<frozen ') else os.path.abspath(filename)


def spelled(name):
    """A scope is a dictionary, and a program may put anything into it."""
    return name if type(name) is str else safe_repr.safe_repr(name)


_names = {}


def _name(name):
    """Names of variables repeat from stop to stop."""
    try:
        return _names[name]
    except KeyError:
        encoded = wire.text(name)
        if len(_names) < 10000:
            _names[name] = encoded
        return encoded


def _copy(scope):
    """The scope of a class body is whatever its metaclass has prepared."""
    if safe_repr.is_foreign(type(scope)):
        if limits.is_over():
            return {}
        limits.begin()
    return dict(scope)


def _variables(frame, code, limit):
    """Names and records: parameters, other locals, then globals that the function mentions."""
    if is_module(frame):
        found = list(frame.f_globals.items())
    else:
        found = local_values(frame)
        shown = set([name for name, _ in found])
        if is_comprehension_of_module(code):
            found += [pair for pair in frame.f_globals.items() if pair[0] not in shown]
            shown.update(frame.f_globals)
        found += [pair for pair in mentioned_globals(frame) if pair[0] not in shown]
    return [(spelled(name), objects.UNDEFINED if value is UNBOUND
             else objects.record(value, limit)) for name, value in found]


UNBOUND = object()              # stands for the value of a variable that has none


def is_module(frame):
    """True where there are no local variables beside the globals."""
    return not scopes.has_hidden(frame.f_code) and frame.f_locals is frame.f_globals


def is_comprehension_of_module(code):
    """True for the code of a module that may run a comprehension of its own (3.12 and later)."""
    return scopes.has_hidden(code) and code.co_name == '<module>'


def local_values(frame):
    """Names and values: parameters, other local variables, cells, what else the scope has. A name
    may be anything in the scope of a class body."""
    code = frame.f_code
    hidden = scopes.has_hidden(code)
    values = _copy(scopes.local_variables(frame))
    found = []
    for name in code.co_varnames:
        if name in values:
            found.append((name, values.pop(name)))
        elif not hidden:
            found.append((name, UNBOUND))
    for name in code.co_cellvars + code.co_freevars:
        if name in values:
            found.append((name, values.pop(name)))
    if not is_comprehension_of_module(code):
        found += values.items()
    return found


def mentioned_globals(frame):
    """Names and values of globals that the code of a frame mentions."""
    return [(name, frame.f_globals[name])
            for name in frame.f_code.co_names if name in frame.f_globals]
