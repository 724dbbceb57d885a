"""Evaluation in a frame, on the thread that is stopped there, and moving the line."""

from . import genuine, limits, objects, safe_repr, scopes, wire

FILENAME = '<debug input>'
TOO_LONG = '<error: the evaluation was ended after %g seconds>'
BLOCKED = '<error: the evaluation is in code that cannot be ended; its thread stays busy>'


def error_event(request, text):
    return b'EXCE' + wire.integer(request) + wire.text(text)


def evaluate_event(session, thread, text, frame_index, request, repr_kind, late):
    """New frames, since evaluation may have changed them, then the result or the error."""
    budget = limits.Budget(limits.seconds(limits.EVALUATION), late)
    try:
        answer = budget.run(lambda: b'EXCR' + wire.integer(request) + objects.raw_record(
            evaluate(text, thread.frames[frame_index]), repr_kind))
    except limits.Expired:
        answer = error_event(request, TOO_LONG % budget.limit)
    except BaseException as error:
        answer = error_event(request, message(error))
    return answer if session.lazy else session.stops.frames_event(thread, late) + answer


def evaluate(text, frame, only_expressions=False):
    """The value of an expression; None for statements, whose assignments reach the frame."""
    text = text.strip()
    code_locals = scopes.local_variables(frame)
    try:
        code = compile(text, FILENAME, 'eval', 0, True)
    except SyntaxError:
        if only_expressions:
            raise
        code = compile(text, FILENAME, 'exec', 0, True)
    limits.begin()
    nested = scopes.has_scopes(code)
    if code_locals is frame.f_globals:
        return scopes.evaluate(code, nested, frame, code_locals)
    before = dict(code_locals)
    try:
        return scopes.evaluate(code, nested, frame, code_locals)
    finally:
        scopes.write_back(frame, code_locals, before)


def message(error):
    """The text of the exception, or its type's name where it has none."""
    try:
        text = str(error)
        if type(text) is str and text:
            return text[:safe_repr.OUTER_LIMIT]
    except BaseException:
        pass
    return safe_repr.type_name(error)


def set_line_event(thread, line):
    """Moves the line from inside the stopped thread's own callback, the only place where CPython
    allows it since 3.11."""
    frame = thread.place.frame
    try:
        _assign_line(frame, line)
        reached = frame.f_lineno
        if thread.place.base_line is not None:
            thread.place.base_line = reached
        return wire.message(b'SETL', 1, thread.identifier, reached)
    except BaseException:
        return wire.message(b'SETL', 0, thread.identifier, 0)


def _assign_line(frame, line):
    """CPython 3.12 and later warn where locals become None. That is no output of the program's.

    3.12 writes the dictionary of locals back after a trace function, and warns of those that it
    lacks: so it is brought up to date.
    """
    warnings = genuine.stdlib('warnings', True)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        frame.f_lineno = line
        scopes.local_variables(frame)
