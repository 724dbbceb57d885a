"""The debug session: what is told of hits, and decides what they mean."""

import _thread
import os
import sys

from . import breakpoints, code_filter, control, files, forks, frames, stepping, thread_start
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
        self._lock = _thread.allocate_lock()
        self._async_break = False
        self._entry = base.Patch(base.ENTRY)
        self._everywhere = base.Patch(base.EVERYWHERE)
        self.pid = os.getpid()
        self.redirection = None

    # The beginning

    def start(self, ending):
        """Announces modules and the main thread, and begins to read commands and to watch."""
        events = [self.announce_file(name)[1] for name in _module_files()]
        self.connection.send(b''.join(events))
        thread = self.threads.begin()
        thread.load_wanted = True
        thread.step = stepping.Step(stepping.INTO, None, None)
        reader = Commands(self)
        reader.acknowledged = ending.acknowledge
        _thread.start_new_thread(reader.run, ())
        thread_start.install(self)
        self.on_let_go.append(forks.let_go_in_children(self))
        if self.options.redirect_output:
            from . import output
            self.on_let_go.append(output.redirect(self))
        self.control.start()
        self.control.apply(self._entry)
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
            self.let_go_in_child()      # Before 3.7 there is no hook for forks.
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
        if filename.startswith('<') and not self.is_user_code(filename):
            return
        if code_filter.is_agent(filename):
            return
        try:
            source, event = self.announce_file(filename)
            for breakpoint in self.breakpoints.file_seen(source):
                event += wire.message(b'BRKS', breakpoint.identifier)
            if event and self.threads.current() is not None:
                self.send(event)
        except BaseException:
            self._failed()

    def code_seen(self, code):
        source = self.files.get(code.co_filename)
        if source is not None:
            self.breakpoints.code_seen(source, code)

    def on_call(self, frame):
        thread = self._attending()
        if thread is not None and thread.step is not None:
            try:
                if thread.step.call(frame):
                    self._follow(thread)
            except BaseException:
                self._failed()

    def on_line(self, frame):
        thread = self._attending()
        if thread is not None:
            try:
                self._line(thread, frame)
            except KeyboardInterrupt:
                _thread.interrupt_main()
            except BaseException:
                self._failed()

    def on_return(self, frame, suspended):
        thread = self._attending()
        if thread is not None and thread.step is not None:
            try:
                self._return(thread, frame, suspended)
            except KeyboardInterrupt:
                _thread.interrupt_main()
            except BaseException:
                self._failed()

    def on_raise(self, frame, kind, value, traceback):
        thread = self._attending()
        if thread is not None and self.exceptions is not None:
            try:
                self.exceptions.raised(thread, frame, kind, value, traceback)
            except KeyboardInterrupt:
                _thread.interrupt_main()
            except BaseException:
                self._failed()

    def _attending(self):
        """The calling thread, or None where hits do not count."""
        if self.detached:
            return None
        thread = self.threads.current()
        return None if thread is None or thread.quiet else thread

    def _line(self, thread, frame):
        filename = frame.f_code.co_filename
        line = frame.f_lineno
        place = threads.StopPlace(frame, None, frame, line)
        if self.is_user_code(filename):
            if thread.load_wanted:
                if thread.step.ends_on_line(frame, line):
                    self._loaded(thread, place)
                return
            if thread.break_wanted and self._take_break(thread, place):
                return
        source = self.files.get(filename)
        hit = None
        if source is not None and line in source.lines:
            hit = self.breakpoints.hit(source, line, frame)
        while not self.detached:
            thread.on_line = True
            try:
                if hit is not None:
                    reason = wire.message(b'BRKH', hit.identifier, thread.identifier)
                elif thread.step is not None and thread.step.ends_on_line(frame, line):
                    reason = wire.message(b'STPD', thread.identifier)
                else:
                    return
                if self.stop(thread, place, reason, True):
                    return
            finally:
                thread.on_line = False

    def _loaded(self, thread, place):
        """The entry stop, before the first line of the user's. A breakpoint on that line is not
        reported: classic debuggers report it themselves."""
        thread.load_wanted = thread.break_wanted = False
        thread.step = None
        thread.on_line = True
        self.stop(thread, place, wire.message(b'LOAD', thread.identifier), False)
        thread.on_line = False

    def _take_break(self, thread, place):
        """A break is wanted of this thread. True where this line is done with it: the first thread
        to come answers for all (ASBR), the others stop in silence and then go on as they were."""
        with self._lock:
            answer, self._async_break = self._async_break, False
            if answer:
                thread.break_wanted = False
        thread.on_line = True
        try:
            reason = wire.message(b'ASBR', thread.identifier) if answer else None
            return self.stop(thread, place, reason, False) and answer
        finally:
            thread.on_line = False

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
            self._follow(thread)
            return
        while thread.step is step:
            if self.stop(thread, place, wire.message(b'STPD', thread.identifier), True):
                return

    # Stopping

    def stop(self, thread, place, reason, mark_others):
        """Shows the thread's frames, says why, and waits until it is let go.

        True where the reason was given. It is not where another thread's stop came first: then the
        thread has waited in silence, and its own reason is still to be told.
        """
        others = self._frames_of_others(thread) if reason is not None else b''
        thread.place = place
        thread.frames = frames.visible(place.frame)
        own = self.frames_event(thread)
        with self._lock:
            if self.detached:
                return True
            told = reason is not None and not thread.break_wanted
            if told:
                if mark_others:
                    self._mark_others(thread)
                if reason[:4] == b'STPD':
                    thread.step = None
            thread.blocked = True
        self.send(others + own + reason if told else own)
        if self.detached:
            thread.let_go()
        thread.wait()
        return told or self.detached

    def frames_event(self, thread):
        """THRF for a thread that is stopped."""
        return frames.frame_list(thread.identifier, self.threads.name(thread.identifier),
                                 thread.frames, thread.place.line)

    def frames_of_running(self, thread):
        """THRF for a thread that runs."""
        return frames.frame_list(thread.identifier, self.threads.name(thread.identifier),
                                 frames.running_frames(thread.identifier))

    def _frames_of_others(self, thread):
        return b''.join([self.frames_of_running(other) for other in self.threads.all()
                         if other is not thread and not other.blocked])

    def _mark_others(self, thread):
        others = [other for other in self.threads.all()
                  if other is not thread and not other.blocked]
        for other in others:
            other.break_wanted = True
        if others:
            self.control.apply(self._everywhere)

    def break_all(self):
        """Every thread is to stop at its next line in the user's code."""
        with self._lock:
            self._async_break = True
            for thread in self.threads.all():
                thread.break_wanted = True
            self.control.apply(self._everywhere)

    # Going on

    def begin_step(self, thread, kind):
        """Arms a step from where the thread stands. Nothing follows the end of the program."""
        place = thread.place
        if place is None:
            return
        thread.step = None
        if place.base is not None:
            thread.step = stepping.Step(kind, place.base, place.base_line)
            if place.line is not None and kind is not stepping.INTO:
                thread.step.leave_to(place.base)

    def resume_all(self):
        with self._lock:
            self._async_break = False
            stopped = self.threads.all()
            for thread in stopped:
                thread.break_wanted = False
            self.control.remove(self._everywhere)
            for thread in stopped:
                self._follow(thread)
            self._arm_entry(stopped)
            for thread in stopped:
                thread.let_go()

    def resume(self, thread):
        """Lets one thread go; the others stay where they are."""
        with self._lock:
            thread.break_wanted = False
            self._follow(thread)
            self._arm_entry(self.threads.all())
            thread.let_go()

    def _follow(self, thread):
        """Watches the frame that the thread's step is about, and no other."""
        wanted = thread.step.base if thread.step is not None else None
        patch = thread.patch
        if patch is not None and patch.frame is not wanted:
            thread.patch = None
            self.control.remove(patch)
        if wanted is not None and thread.patch is None:
            thread.patch = base.Patch(base.FRAME, frame=wanted)
            self.control.apply(thread.patch)

    def _arm_entry(self, all_threads):
        for thread in all_threads:
            if thread.step is not None and thread.step.kind is stepping.INTO:
                self.control.apply(self._entry)
                return
        self.control.remove(self._entry)

    # The end

    def thread_ended(self):
        """The calling thread leaves; its step and its patches go with it."""
        thread = self.threads.get(_thread.get_ident())
        if thread is not None:
            thread.step = None
            with self._lock:
                self._follow(thread)
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
        with self._lock:
            if self.detached:
                return
            self.detached = True
        self.connection.close()
        self.control.stop()
        for undo in self.on_let_go:
            undo()
        if self.exceptions is not None:
            self.exceptions.stop_waiting()
        for thread in self.threads.all():
            thread.step = None
            thread.patch = None
            thread.let_go()

    def let_go_in_child(self):
        """In a forked child: nothing is said, no lock is taken (another thread may have held it),
        and the descriptor is closed without ending the parent's connection."""
        self.detached = True
        self.connection.release()
        self.control.stop()
        for undo in self.on_let_go:
            undo()

    def _failed(self):
        """A mistake of ours must not become the program's: say it where asked to, and let go."""
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
    """Files of the modules loaded so far, the agent's own left out."""
    names = []
    for module in list(sys.modules.values()):
        name = getattr(module, '__file__', None)
        if isinstance(name, str) and not code_filter.is_agent(os.path.abspath(name)):
            names.append(name)
    return names
