"""Lazy stops: where a thread stands is told, and what is there when the debugger asks for it."""

from . import children, evaluation, inquiries, limits, references, safe_repr, wire


def failure(request, why):
    """What answers a request of ours that cannot be done."""
    return b'FAIL' + wire.integer(request) + wire.text(why)


def _frames(commands, request, identifier, start, count):
    session = commands.session
    thread = commands.find(identifier)
    if thread is None:
        session.send(failure(request, inquiries.UNKNOWN_THREAD % identifier))
    else:
        session.send(session.stops.heads_event(thread, request, start, count))


def ask(commands, request, identifier, frame_index, default_limit, make_answer):
    """Has a stopped thread make an answer, given itself and the frame; FAIL where it cannot."""
    def refuse(why):
        commands.session.send(failure(request, why))

    thread = commands.usable(identifier, frame_index, refuse)
    if thread is None:
        return
    frame = thread.frames[frame_index] if frame_index is not None else None

    def make_event(late):
        budget = limits.Budget(limits.seconds(default_limit), late)
        try:
            return budget.run(lambda: make_answer(thread, frame))
        except limits.Expired:
            return failure(request, evaluation.TOO_LONG % budget.limit)
        except BaseException as error:
            return failure(request, evaluation.message(error))

    commands.occupy(thread, make_event, lambda: failure(request, evaluation.BLOCKED))


def _scopes(commands, request, identifier, frame_index):
    def answer(thread, frame):
        found = references.of(thread).scopes_of(frame)
        return wire.message(b'SCPS', request, len(found), *[
            number for pair in found for number in pair])

    ask(commands, request, identifier, frame_index, limits.CHILDREN, answer)


def _values(commands, request, identifier, number, start, count, characters):
    def answer(thread, frame):
        parts = []
        entry = references.of(thread).get(number)
        try:
            more = entry.page(max(start, 0), min(max(count, 0), children.LIMIT),
                              _limit(characters), parts)
        except limits.Expired:
            more = True
        return wire.message(b'VALS', request, more, len(parts)) + b''.join(parts)

    ask(commands, request, identifier, None, limits.CHILDREN, answer)


def _evaluate(commands, request, identifier, frame_index, text, characters):
    ask(commands, request, identifier, frame_index, limits.EVALUATION, lambda thread, frame:
        _value_event(request, references.evaluate(thread, frame, text, _limit(characters))))


def _assign(commands, request, identifier, number, name, text, characters):
    ask(commands, request, identifier, None, limits.EVALUATION, lambda thread, frame:
        _value_event(request, references.assign(thread, number, name, text, _limit(characters))))


def _value_event(request, described):
    return b'VALU' + wire.integer(request) + described


def _limit(characters):
    return min(characters, safe_repr.OUTER_LIMIT) if characters > 0 else safe_repr.OUTER_LIMIT


COMMANDS = {
    b'frms': ('iiii', _frames),
    b'scps': ('iii', _scopes),
    b'vals': ('iiiiii', _values),
    b'valu': ('iiiSi', _evaluate),
    b'setv': ('iiiSSi', _assign),
}
