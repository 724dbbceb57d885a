"""Commands for breakpoints that log, and for breakpoints of functions."""

from . import breakpoints, function_breakpoints, log_messages, wire


def _set_log_point(commands, identifier, line, filename, condition_kind, condition, pass_kind,
                   pass_count, message):
    added = breakpoints.Breakpoint(identifier, filename, line)
    _fill(added, condition_kind, condition, pass_kind, pass_count, message)
    commands.answer_and_add(added)


def _set_function(commands, identifier, name, condition_kind, condition, pass_kind, pass_count,
                  message):
    """As with lines, the answer goes out when the breakpoint is placed, and before any hit."""
    added = function_breakpoints.FunctionBreakpoint(identifier, name)
    _fill(added, condition_kind, condition, pass_kind, pass_count, message)
    table = commands.session.breakpoints
    added.bound = bool(table.look_for(added))
    session = commands.session
    session.answer_later(wire.message(b'BRKS' if added.bound else b'BRKF', identifier))
    try:
        table.add_function(added)
    finally:
        session.send_answers()


def _fill(added, condition_kind, condition, pass_kind, pass_count, message):
    added.condition.set(condition_kind, condition)
    added.set_pass_count(pass_kind, pass_count)
    if message:
        added.message = log_messages.Message(message)


LOGS = {b'brkl': ('iiSiSiiS', _set_log_point)}
FUNCTIONS = {b'brkf': ('iSiSiiS', _set_function)}
