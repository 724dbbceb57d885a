"""Hits: what the way of watching reports, and what each means for the session."""

from . import code_filter, code_lines, greenlets, interrupts, stepping, threads, wire
from .control import base
from .genuine import _thread


class EventRules(base.Sink):
    """Decides whether a hit is a breakpoint, the end of a step, an exception to stop at or nothing.
    """

    def __init__(self, session):
        self._session = session

    def file_seen(self, filename):
        if code_filter.is_agent(filename) or (
                filename.startswith('<') and not self._session.is_user_code(filename)):
            return
        self._guard(self._file_seen, filename)

    def _file_seen(self, filename):
        session = self._session
        source, event = session.announce_file(filename)

        def announce(bound):
            events = event + b''.join([wire.message(b'BRKS', breakpoint.identifier)
                                       for breakpoint in bound])
            if events and session.threads.current() is not None:
                session.send(events)

        session.breakpoints.file_seen(source, announce)

    def code_seen(self, code):
        source = self._session.files.get(code.co_filename)
        if source is not None:
            self._session.breakpoints.code_seen(source, code)

    def on_call(self, frame):
        thread = self._attending()
        if thread is not None and thread.step is not None and thread.step.call(frame):
            self._guard(self._session.stops.follow, thread)

    def on_line(self, frame):
        thread = self._attending()
        if thread is not None and not code_lines.is_clean_up(frame):
            self._guard(self._line, thread, frame)

    def on_return(self, frame, suspended):
        thread = self._attending()
        if thread is not None and thread.step is not None:
            self._guard(self._return, thread, frame, suspended)

    def on_raise(self, frame, kind, value, traceback):
        thread = self._attending()
        if thread is not None and self._session.exceptions is not None:
            self._guard(self._session.exceptions.raised, thread, frame, kind, value, traceback)

    def on_unwind(self, frame):
        thread = self._attending()
        if thread is not None and self._session.exceptions is not None:
            self._guard(self._session.exceptions.unwound, thread, frame)

    def _guard(self, function, *arguments):
        """A mistake of ours must not become the program's: it is logged where that is asked for,
        and the program goes on alone. What handlers of signals raise is the program's."""
        try:
            function(*arguments)
        except RecursionError:
            if base.RAISES_OVERFLOW:
                raise
        except BaseException as error:
            self.went_wrong(error)

    def went_wrong(self, error):
        if not base.is_raised_by_program(error):
            self._session.failed()
        elif self._session.control.may_raise:
            raise error
        else:
            interrupts.raise_later(_thread.get_ident(), error)

    def lost(self, text):
        self._session.note(text)

    def _attending(self):
        """The calling thread, or None where hits do not count."""
        session = self._session
        if session.detached:
            return None
        thread = session.threads.current()
        return None if thread is None or thread.quiet else thread

    def _line(self, thread, frame):
        session = self._session
        line = frame.f_lineno
        place = threads.StopPlace(frame, None, frame, line)
        thread.on_line = True
        try:
            if session.is_user_code(frame.f_code.co_filename):
                if thread.load_wanted:
                    if thread.step.ends_on_line(frame, line):
                        session.stops.loaded(thread, place)
                    return
                if thread.break_wanted and session.stops.take_break(thread, place):
                    return
            self._stop_on_line(thread, place, line)
        finally:
            thread.on_line = False

    def _stop_on_line(self, thread, place, line):
        """A breakpoint goes before a step that ends on the same line; the step is kept."""
        session = self._session
        source = session.files.get(place.frame.f_code.co_filename)
        hits = ()
        if source is not None and line in source.lines:
            hits = session.breakpoints.hits(source, line, place.frame)
        while not session.detached:
            step = thread.step
            if hits:
                reason = self._hit_event(thread, hits)
            elif step is not None and step.ends_on_line(place.frame, line):
                reason = wire.message(b'STPD', thread.identifier)
            else:
                return

            def holds():
                return self._known(hits) == hits if hits else thread.step is step

            if session.stops.stop(thread, place, reason, True, holds):
                return
            # Another thread's stop came first; what was removed at it is not reported any more.
            hits = self._known(hits)

    def _known(self, hits):
        find = self._session.breakpoints.find
        return [hit for hit in hits if find(hit.identifier) is hit]

    def _hit_event(self, thread, hits):
        """All breakpoints that stop here, or the last for a classic debugger."""
        if not self._session.tells_all_hits:
            return wire.message(b'BRKH', hits[-1].identifier, thread.identifier)
        identifiers = [hit.identifier for hit in hits]
        return wire.message(b'BRK2', thread.identifier, len(identifiers), *identifiers)

    def _return(self, thread, frame, suspended):
        session = self._session
        step = thread.step
        if not step.ends_on_return(frame):
            return
        caller = frame.f_back
        if caller is not None and base.is_agent_frame(caller):
            caller = None
        caller_is_users = caller is not None and session.is_user_code(caller.f_code.co_filename)
        if suspended == base.WAITS:
            step.waits()                # It is still what the user steps through.
            return
        if frame.f_code.co_name == '<module>' or (
                caller is None and greenlets.parent_frame() is None):
            outer = stepping.outer_user_frame(caller, session.is_user_code)
            place = threads.StopPlace(frame, frame.f_lineno + 1, outer, None)
        elif caller_is_users:
            place = threads.StopPlace(caller, None, caller, caller.f_lineno)
        else:
            step.leave_to(stepping.goes_on_after(frame, caller, session.is_user_code))
            session.stops.follow(thread)
            return
        reason = wire.message(b'STPD', thread.identifier)
        while thread.step is step:
            if session.stops.stop(thread, place, reason, True, lambda: thread.step is step):
                return
