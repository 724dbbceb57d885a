"""Commands that ask for completions, sources, step-into targets, greenlets and tasks."""

from . import call_sites, completions, inquiries, lazy, limits, sources, stepping, wire

_NO_TARGET = 'there is no target %d'


def _complete(commands, request, identifier, frame_index, text, column):
    def answer(thread, frame):
        start, found = completions.complete(frame, text, column)
        return wire.message(b'CMPL', request, start, len(found)) + b''.join([
            wire.text(name) + wire.integer(kind) for name, kind in found])

    lazy.ask(commands, request, identifier, frame_index, limits.EVALUATION, answer)


def _source(commands, request, identifier, frame_index, filename):
    lazy.ask(commands, request, identifier, frame_index, limits.EVALUATION, lambda thread, frame:
             wire.message(b'SRCF', request) + wire.text(sources.source(frame, filename)))


def _targets(commands, request, identifier, frame_index):
    def answer(thread, frame):
        found = _sites(thread) if frame_index == 0 else []
        parts = [wire.message(b'TGTS', request, len(found))]
        for site in found:
            parts += [wire.integer(site.number), wire.text(site.name),
                      wire.message(b'', *site.positions)]
        return b''.join(parts)

    lazy.ask(commands, request, identifier, frame_index, limits.EVALUATION, answer)


def _sites(thread):
    place = thread.place
    if place.base is not place.frame:
        return []
    return call_sites.sites(place.frame, place.frame.f_lineno, not thread.on_line)


def _step_into_target(commands, identifier, number):
    stops = commands.session.stops
    thread = commands.session.threads.get(identifier)
    if thread is None or not thread.blocked:
        return inquiries.UNKNOWN_THREAD % identifier
    if number not in [site.number for site in _sites(thread)]:
        return _NO_TARGET % number
    frame = thread.place.frame
    stops.begin_step(thread, stepping.INTO)
    thread.step.is_target = lambda: call_sites.is_under_way(frame, number)
    stops.resume_all()
    return None


def _suspended(commands, request, identifier, start, count):
    if identifier < 0:
        commands.session.send(lazy.failure(request, inquiries.UNKNOWN_THREAD % identifier))
        return
    lazy.ask(commands, request, identifier, None, limits.CHILDREN, lambda thread, frame:
             commands.session.suspended.event(request, thread, start, count))


COMPLETIONS = {b'cmpl': ('iiiSi', _complete)}
SUSPENDED = {b'susp': ('iiii', _suspended)}
SOURCES = {b'srcf': ('iiiS', _source)}
TARGETS = {b'tgts': ('iii', _targets), b'stpt': ('ii', _step_into_target)}
