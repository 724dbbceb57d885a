"""Frames of a stopped or running thread, as THRF shows them."""

import os
import sys

from . import code_filter, code_lines, limits, objects, safe_repr, scopes, wire

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


def running_frames(identifier):
    """The frames of a thread that runs, from this moment."""
    return visible(sys._current_frames().get(identifier))


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
    arguments = code.co_argcount + code.co_kwonlyargcount
    arguments += bool(code.co_flags & _VARARGS) + bool(code.co_flags & _VARKEYWORDS)
    before = wire.integer(code.co_firstlineno) + wire.integer(code_lines.last_line(code))
    after = (wire.text(code.co_name) + wire.text(_path(code.co_filename))
             + wire.integer(arguments) + _KIND_PYTHON)
    return before, after


def _path(filename):
    """The absolute path; the own name of a frozen module, which is in no folder."""
    return filename if filename.startswith('<frozen ') else os.path.abspath(filename)


def _spelled(name):
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
    record = objects.record
    if not scopes.has_hidden(code) and frame.f_locals is frame.f_globals:
        return [(_spelled(name), record(value, limit))
                for name, value in list(frame.f_globals.items())]
    values = _copy(scopes.local_variables(frame))
    found = []
    shown = set()
    hidden = scopes.has_hidden(code)
    for name in code.co_varnames:
        if name in values:
            shown.add(name)
            found.append((name, record(values.pop(name), limit)))
        elif not hidden:
            shown.add(name)
            found.append((name, objects.UNDEFINED))
    for name in code.co_cellvars + code.co_freevars:
        if name in values:
            shown.add(name)
            found.append((name, record(values.pop(name), limit)))
    if hidden and code.co_name == '<module>':
        values = dict(frame.f_globals)
    for name, value in values.items():
        if name not in shown:
            shown.add(name)
            found.append((_spelled(name), record(value, limit)))
    for name in code.co_names:
        if name not in shown and name in frame.f_globals:
            shown.add(name)
            found.append((name, record(frame.f_globals[name], limit)))
    return found
