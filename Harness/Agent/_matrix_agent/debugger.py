"""The debug session: what is told of hits, and decides what they mean."""

import _thread
import os
import sys

from . import breakpoints, code_filter, control, files, forks, stepping, stops, thread_start
from . import threads, wire
from .commands import Commands
from .control import base

_COROUTINE = 0x80 | 0x100
_ASYNC_GENERATOR = 0x200


class Session(base.Sink):
    """One debugger, one program."""

    def __init__(self, connection, options):
        self.connection = connection
        self.options = options
        self.is_user_code = code_filter.CodeFilter(options.debug_stdlib)
        self.control = control.choose(
            self, self.is_user_code, os.environ.get('MATRIX_EXECUTION_CONTROL'))
        self.files = files.FileTable()
        self.breakpoints = breakpoints.BreakpointTable(self.files, self.control)
        self.threads = threads.ThreadTable(self.send)
        self.exceptions = None
        self.detached = False
        self.on_let_go = []
        self.stops = stops.Stops(self)
        self.pid = os.getpid()

    # The beginning

    def start(self, ending):
        """Announces modules and the main thread, and begins to read commands and to watch."""
        events = [self.announce_file(name)[1] for name in _module_files()]
        self.connection.send(b''.join(events))
        thread = self.threads.begin()
        reader = Commands(self)
        reader.acknowledged = ending.acknowledge
        _thread.start_new_thread(reader.run, ())
        self.on_let_go.append(ending.acknowledge)
        thread_start.install(self)
        self.on_let_go.append(forks.let_go_in_children(self))
        if self.options.redirect_output:
            from . import output
            self.on_let_go.append(output.redirect(self))
        self.control.start()
        self.stops.begin(thread)
        self.watch_exceptions().arm()

    def watch_exceptions(self):
        """The exception rules, made when they are first needed."""
        if self.exceptions is None:
            from . import exceptions
            self.exceptions = exceptions.Exceptions(self)
        return self.exceptions

    # Sending

    def send(self, data):
        """Sends a batch of events. Where nobody listens any more, the program goes on alone."""
        if self.detached:
            return
        if os.getpid() != self.pid:
            self.let_go_in_child()
        elif not self.connection.send(data):
            self.let_go()

    def output(self, text):
        """Shows the program's output to the debugger."""
        from . import output
        if self.threads.current() is not None:
            self.send(output.event(text))

    def announce_file(self, name):
        source, new = self.files.add(name)
        if new:
            return source, b'MODL' + wire.integer(source.identifier) + wire.text(source.path)
        return source, b''

    # Hits

    def file_seen(self, filename):
        if code_filter.is_agent(filename) or (
                filename.startswith('<') and not self.is_user_code(filename)):
            return
        self._guard(self._file_seen, filename)

    def _file_seen(self, filename):
        source, event = self.announce_file(filename)
        for breakpoint in self.breakpoints.file_seen(source):
            event += wire.message(b'BRKS', breakpoint.identifier)
        if event and self.threads.current() is not None:
            self.send(event)

    def code_seen(self, code):
        source = self.files.get(code.co_filename)
        if source is not None:
            self.breakpoints.code_seen(source, code)

    def on_call(self, frame):
        thread = self._attending()
        if thread is not None and thread.step is not None and thread.step.call(frame):
            self._guard(self.stops.follow, thread)

    def on_line(self, frame):
        thread = self._attending()
        if thread is not None:
            self._guard(self._line, thread, frame)

    def on_return(self, frame, suspended):
        thread = self._attending()
        if thread is not None and thread.step is not None:
            self._guard(self._return, thread, frame, suspended)

    def on_raise(self, frame, kind, value, traceback):
        thread = self._attending()
        if thread is not None and self.exceptions is not None:
            self._guard(self.exceptions.raised, thread, frame, kind, value, traceback)

    def _guard(self, function, *arguments):
        """A mistake of ours must not become the program's: it is logged where that is asked for,
        and the program goes on alone. An interrupt is the program's, and comes again later."""
        try:
            function(*arguments)
        except KeyboardInterrupt:
            from . import interrupts
            interrupts.deliver_later(self.threads.main)
        except BaseException:
            self.failed()

    def _attending(self):
        """The calling thread, or None where hits do not count."""
        if self.detached:
            return None
        thread = self.threads.current()
        return None if thread is None or thread.quiet else thread

    def _line(self, thread, frame):
        line = frame.f_lineno
        place = threads.StopPlace(frame, None, frame, line)
        thread.on_line = True
        try:
            if self.is_user_code(frame.f_code.co_filename):
                if thread.load_wanted:
                    if thread.step.ends_on_line(frame, line):
                        self.stops.loaded(thread, place)
                    return
                if thread.break_wanted and self.stops.take_break(thread, place):
                    return
            self._stop_on_line(thread, place, line)
        finally:
            thread.on_line = False

    def _stop_on_line(self, thread, place, line):
        """A breakpoint goes before a step that ends on the same line; the step is kept."""
        source = self.files.get(place.frame.f_code.co_filename)
        hit = None
        if source is not None and line in source.lines:
            hit = self.breakpoints.hit(source, line, place.frame)
        while not self.detached:
            if hit is not None:
                reason = wire.message(b'BRKH', hit.identifier, thread.identifier)
            elif thread.step is not None and thread.step.ends_on_line(place.frame, line):
                reason = wire.message(b'STPD', thread.identifier)
            else:
                return
            if self.stops.stop(thread, place, reason, True):
                return

    def _return(self, thread, frame, suspended):
        step = thread.step
        if not step.ends_on_return(frame):
            return
        caller = frame.f_back
        if caller is not None and base.is_agent_frame(caller):
            caller = None
        caller_is_users = caller is not None and self.is_user_code(caller.f_code.co_filename)
        if suspended and _goes_on(frame.f_code.co_flags, caller_is_users):
            return
        if frame.f_code.co_name == '<module>' or caller is None:
            outer = stepping.outer_user_frame(caller, self.is_user_code)
            place = threads.StopPlace(frame, frame.f_lineno + 1, outer, None)
        elif caller_is_users:
            place = threads.StopPlace(caller, None, caller, caller.f_lineno)
        else:
            step.leave_to(stepping.outer_user_frame(caller, self.is_user_code))
            self.stops.follow(thread)
            return
        while thread.step is step:
            if self.stops.stop(thread, place, wire.message(b'STPD', thread.identifier), True):
                return

    # The end

    def thread_ended(self):
        """The calling thread leaves; its step and its patches go with it."""
        thread = self.threads.get(_thread.get_ident())
        if thread is not None:
            self.stops.leave(thread)
        self.threads.end()

    def program_ended(self):
        """The main thread runs nothing of the user's any more."""
        self.control.leave_thread()
        self.threads.end_main()

    def detach(self):
        """As the debugger asks: DETC is the last that it hears."""
        self.connection.send(b'DETC')
        self.let_go()

    def let_go(self):
        """The debugger is gone, or wants to be: everything is undone and the program runs on."""
        if not self.stops.end():
            return
        self.connection.close()
        self.control.stop()
        for undo in self.on_let_go:
            undo()
        if self.exceptions is not None:
            self.exceptions.stop_waiting()
        self.stops.free_all()

    def let_go_in_child(self):
        """In a forked child: nothing is said, no lock is taken (another thread may have held it),
        and the descriptor is closed without ending the parent's connection."""
        self.detached = True
        self.connection.release()
        self.control.stop()
        for undo in self.on_let_go:
            undo()

    def failed(self):
        log = os.environ.get('MATRIX_AGENT_LOG')
        if log:
            import traceback
            with open(log, 'a') as file:
                traceback.print_exc(file=file)
        try:
            self.let_go()
        except BaseException:
            self.detached = True


def _goes_on(flags, caller_is_users):
    """True where a frame that is suspended is still what the user steps through: a coroutine that
    waits, or an asynchronous generator whose caller is the event loop."""
    if flags & _COROUTINE:
        return True
    return bool(flags & _ASYNC_GENERATOR) and not caller_is_users


def _module_files():
    """Files of the modules loaded so far. The agent's are left out, and the program is to come."""
    names = []
    main = sys.modules.get('__main__')
    for module in list(sys.modules.values()):
        name = None if module is main else getattr(module, '__file__', None)
        if isinstance(name, str) and not code_filter.is_agent(os.path.abspath(name)):
            names.append(name)
    return names
