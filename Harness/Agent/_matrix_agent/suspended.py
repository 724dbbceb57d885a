"""Greenlets and tasks of a thread that stands, one of which runs at most: the others are suspended.

Each has a number, negative, so that it can be asked for its frames and their values in place of a
thread. The thread that they take turns on answers for them.
"""

import _weakref

from . import frames, greenlets, tasks, threads, wire

GREENLET, TASK = 1, 2
NOT_STARTED, SUSPENDED, RUNS = 0, 1, 2
MOST = 10000


class Suspended(object):
    """A greenlet or task, as much of a `DebugThread` as answers are made of."""

    on_line = False

    def __init__(self, identifier, thread, kind, subject, is_user_code):
        self.identifier = identifier
        self.kind = kind
        self._thread = thread
        self._subject = subject
        self.state, self.frames = (_of_task if kind == TASK else _of_greenlet)(subject, thread)
        self.place = threads.StopPlace(None, None, None, None)
        if self.state == RUNS:
            self.place = thread.place
        self.name = self._find_name(is_user_code)

    blocked = property(lambda self: self._thread.blocked)
    do = property(lambda self: self._thread.do)

    @property
    def busy(self):
        return self._thread.busy

    @busy.setter
    def busy(self, busy):
        self._thread.busy = busy

    @property
    def references(self):
        return self._thread.references

    @references.setter
    def references(self, references):
        self._thread.references = references

    def _find_name(self, is_user_code):
        """The name that the program has given, or the function that it began with."""
        if self.kind == TASK:
            return tasks.name(self._subject)
        try:
            name = object.__getattribute__(self._subject, '__dict__').get('name')
        except AttributeError:
            name = None
        if type(name) is str and name:
            return name
        began = [frame.f_code for frame in self.frames if is_user_code(frame.f_code.co_filename)]
        began = began or [frame.f_code for frame in self.frames]
        if not began:
            return type.__dict__['__name__'].__get__(type(self._subject))
        return getattr(began[-1], 'co_qualname', began[-1].co_name)     # since 3.11


def _of_task(task, thread):
    """State and frames; `thread` stands."""
    if id(task) in thread.turns:
        return RUNS, thread.frames
    return NOT_STARTED if tasks.never_ran(task) else SUSPENDED, tasks.frames(task)


def _of_greenlet(greenlet, thread):
    if id(greenlet) in thread.turns:
        return RUNS, thread.frames
    library = greenlets.library()
    frame = library.frame(greenlet)
    return SUSPENDED if library.is_active(greenlet) else NOT_STARTED, frames.visible(frame)


class Table(object):
    """The numbers of greenlets and tasks, for as long as these live."""

    def __init__(self, is_user_code):
        self._is_user_code = is_user_code
        self._known = {}                # by number: a reference, the thread, the kind
        self._numbers = {}              # by address
        self._last = 0

    def find(self, identifier):
        """The greenlet or task by its number, or None where it was not listed at this stop."""
        reference, thread, kind = self._known.get(identifier, (None, None, None))
        subject = reference() if reference is not None else None
        if subject is None or not thread.blocked or thread.turns is None:
            return None
        return Suspended(identifier, thread, kind, subject, self._is_user_code)

    def _number(self, subject, thread, kind):
        number = self._numbers.get(id(subject))
        if number is None or self._known[number][0]() is not subject:
            self._last -= 1
            number = self._numbers[id(subject)] = self._last
        self._known[number] = (_weakref.ref(subject), thread, kind)
        return number

    def _forget_dead(self):
        alive = [(number, entry[0]()) for number, entry in self._known.items()]
        self._numbers = dict([(id(each), number) for number, each in alive if each is not None])
        for number, each in alive:
            if each is None:
                del self._known[number]

    def listed(self, thread):
        """All greenlets and tasks of the calling thread, which stands, in the order of their numbers."""
        self._forget_dead()
        thread.turns = (id(greenlets.current()), id(tasks.current()))
        found = [(GREENLET, each) for each in greenlets.of_this_thread()]
        found += [(TASK, each) for each in tasks.every(tasks.running_loop())]
        listed = [Suspended(self._number(each, thread, kind), thread, kind, each,
                            self._is_user_code)
                  for kind, each in found[:MOST]]
        return sorted(listed, key=lambda each: -each.identifier)

    def event(self, request, thread, start, count):
        """SUSP: each with where it stands, its innermost frame that is the user's."""
        is_user_code = self._is_user_code
        found = self.listed(thread)
        shown = found[max(start, 0):max(start, 0) + max(count, 0)]
        parts = [wire.message(b'SUSP', request, thread.identifier, start, len(found), len(shown))]
        for each in shown:
            parts += [wire.message(b'', each.identifier, each.kind, each.state),
                      wire.text(each.name)]
            users = [frame for frame in each.frames if is_user_code(frame.f_code.co_filename)]
            at = (users or each.frames)[:1]
            parts.append(wire.integer(len(at)))
            for frame in at:
                line = each.place.line if frame is each.place.frame else None
                parts.append(frames.head(frame, line or frame.f_lineno, is_user_code))
        return b''.join(parts)
