"""The commands of the classic protocol: how each is read, and what it does.

Every field of a command is read before anything is done, so that an error in doing never loses the
place in the stream.
"""

from . import breakpoints, extensions, forks, inquiries, stepping, wire

_UNKNOWN_BREAKPOINT = 'there is no breakpoint %d'


class Commands(inquiries.Inquiries):
    """Reads commands on the agent's own thread until the session ends."""

    def __init__(self, session):
        inquiries.Inquiries.__init__(self, session)
        self._reader = session.connection.reader
        self.acknowledged = None
        self.table = COMMANDS
        self.acknowledges = False

    def run(self, inherited=b'', on_inherited=None):
        """The loop. Whatever ends it, the program goes on without us. `inherited` are commands that
        count as sent before all others."""
        session = self._session
        session.threads.ignore_current()
        number = 0
        try:
            self._inherit(inherited, on_inherited)
            while not session.detached:
                name = self._reader.bytes(4)
                try:
                    fields, handler = self.table[name]
                except KeyError:
                    raise wire.ProtocolError('unknown command %r' % name)
                values = self._read(fields)
                with forks.calm:
                    note = handler(self, *values)
                if not session.stops.stand():
                    session.control.reach_suspended()
                if self.acknowledges:
                    number += 1
                    session.send(extensions.acknowledgement(number, note))
        except (wire.ProtocolError, OSError):
            pass
        except BaseException:
            session.failed()
        session.let_go()
        session.wait_until_undone()
        session.connection.release()

    def _inherit(self, data, on_done):
        own, self._reader = self._reader, wire.Reader.over(data)
        try:
            while self._reader.rest():
                fields, handler = self.table[self._reader.bytes(4)]
                handler(self, *self._read(fields))
        finally:
            self._reader = own
            if on_done is not None:
                on_done()

    def _read(self, fields):
        reader = self._reader
        if callable(fields):
            return fields(reader)
        return [reader.string() if field == 'S' else reader.integer() for field in fields]

    @property
    def session(self):
        return self._session

    def negotiate(self, version, wanted):
        """Our own debugger may ask for more than the classic protocol has."""
        extensions.negotiate(self, version, wanted)

    # Stepping and running

    def step_into(self, identifier):
        self._step(identifier, stepping.INTO)

    def step_over(self, identifier):
        self._step(identifier, stepping.OVER)

    def step_out(self, identifier):
        self._step(identifier, stepping.OUT)

    def _step(self, identifier, kind):
        thread = self._session.threads.get(identifier)
        if thread is not None:
            self._session.stops.begin_step(thread, kind)
        self._session.stops.resume_all()
        return _unless(thread, inquiries.UNKNOWN_THREAD, identifier)

    def resume_all(self):
        self._session.stops.resume_all()
        self._session.release()

    def resume_thread(self, identifier):
        thread = self._session.threads.get(identifier)
        if thread is not None:
            self._session.stops.resume(thread)
        return _unless(thread, inquiries.UNKNOWN_THREAD, identifier)

    def auto_resume(self, identifier):
        """Resumes, unless the step that a breakpoint interrupted is over at this very line."""
        thread = self._session.threads.get(identifier)
        if thread is not None and thread.blocked and thread.step is not None:
            place, step = thread.place, thread.step
            if place is not None and place.line is None and step.ends_on_line(
                    place.frame, place.frame.f_lineno):
                thread.step = None
                self._session.send(wire.message(b'STPD', identifier))
                return
        self._session.stops.resume_all()

    def clear_stepping(self, identifier):
        thread = self._session.threads.get(identifier)
        if thread is not None:
            thread.step = None
        return _unless(thread, inquiries.UNKNOWN_THREAD, identifier)

    def break_all(self):
        self._session.stops.break_all()

    # Breakpoints

    def set_breakpoint(self, identifier, line, filename, condition_kind, condition, pass_kind,
                       pass_count):
        added = breakpoints.Breakpoint(identifier, filename, line)
        added.condition.set(condition_kind, condition)
        added.set_pass_count(pass_kind, pass_count)
        self.answer_and_add(added)

    def answer_and_add(self, added):
        """When the debugger has the answer, the breakpoint is placed. Running code may hit it at any
        moment: then the answer goes before the hit."""
        session = self._session
        known = session.breakpoints.is_known(added)
        session.answer_later(wire.message(b'BRKS' if known else b'BRKF', added.identifier))
        try:
            session.breakpoints.add(added)
        finally:
            session.send_answers()
        if added.bound and not known:
            session.send(wire.message(b'BRKS', added.identifier))

    def set_condition(self, identifier, kind, condition):
        found = self._session.breakpoints.find(identifier)
        if found is not None:
            found.condition.set(kind, condition)
        return _unless(found, _UNKNOWN_BREAKPOINT, identifier)

    def set_pass_count(self, identifier, kind, count):
        found = self._session.breakpoints.find(identifier)
        if found is not None:
            found.set_pass_count(kind, count)
        return _unless(found, _UNKNOWN_BREAKPOINT, identifier)

    def get_hit_count(self, request, identifier):
        found = self._session.breakpoints.find(identifier)
        count = found.hits if found is not None else 0
        self._session.send(wire.message(b'BKHC', request, count))

    def set_hit_count(self, identifier, count):
        found = self._session.breakpoints.find(identifier)
        if found is not None:
            found.hits = count
        return _unless(found, _UNKNOWN_BREAKPOINT, identifier)

    def remove_breakpoint(self, line, identifier):
        found = self._session.breakpoints.find(identifier)
        if found is not None and found.line == line:
            self._session.breakpoints.remove(found)
            return None
        return _UNKNOWN_BREAKPOINT % identifier

    # Exceptions

    def exception_modes(self, default, modes):
        self._exceptions().set_modes(default, modes)

    def exception_handlers(self, filename, handlers):
        self._exceptions().set_handlers(filename, handlers)

    def _exceptions(self):
        return self._session.watch_exceptions()

    # The end, and what is read but not supported

    def detach(self):
        self._session.detach()

    def acknowledge_last(self):
        if self.acknowledged is not None:
            self.acknowledged()

    def ignore(self, *fields):
        """Template breakpoints and the debug console are not supported; their fields are read."""


def _unless(found, text, identifier):
    """What is said of a command about something that there is not."""
    return None if found is not None else text % identifier


def _read_exception_modes(reader):
    default = reader.integer()
    modes = []
    for _ in range(reader.count()):
        mode = reader.integer()
        modes.append((reader.string(), mode))
    return default, modes


def _read_exception_handlers(reader):
    filename = reader.string()
    handlers = []
    for _ in range(reader.count()):
        start, end = reader.integer(), reader.integer()
        names = []
        name = reader.string()
        while name != '-':
            names.append(name)
            name = reader.string()
        handlers.append((start, end, names))
    return filename, handlers


COMMANDS = {
    b'stpi': ('i', Commands.step_into),
    b'stpv': ('i', Commands.step_over),
    b'stpo': ('i', Commands.step_out),
    b'brkp': ('iiSiSii', Commands.set_breakpoint),
    b'brkc': ('iiS', Commands.set_condition),
    b'bkpc': ('iii', Commands.set_pass_count),
    b'bkgh': ('ii', Commands.get_hit_count),
    b'bksh': ('ii', Commands.set_hit_count),
    b'brkr': ('ii', Commands.remove_breakpoint),
    b'bkda': ('iiS', Commands.ignore),
    b'bkdr': ('iiS', Commands.ignore),
    b'brka': ('', Commands.break_all),
    b'resa': ('', Commands.resume_all),
    b'rest': ('i', Commands.resume_thread),
    b'ares': ('i', Commands.auto_resume),
    b'clst': ('i', Commands.clear_stepping),
    b'thrf': ('i', Commands.thread_frames),
    b'exec': ('Siiiii', Commands.evaluate),
    b'chld': ('Siiii', Commands.children),
    b'setl': ('iii', Commands.set_line),
    b'sexi': (_read_exception_modes, Commands.exception_modes),
    b'sehi': (_read_exception_handlers, Commands.exception_handlers),
    b'detc': ('', Commands.detach),
    b'crep': ('i', Commands.ignore),
    b'drep': ('', Commands.ignore),
    b'lack': ('', Commands.acknowledge_last),
    b'mtrx': ('iS', Commands.negotiate),
}
