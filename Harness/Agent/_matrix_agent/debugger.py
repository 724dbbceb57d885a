"""The debug session: its beginning, what it sends, and its end."""

import atexit
import os
import sys

from . import active_session, attached, breakpoints, code_filter, code_lines, control, event_rules
from . import exceptions, files, forks, log, native, output, stops, suspended, thread_start, threads
from . import wakeup, wire
from .commands import Commands
from .control import base
from .genuine import _thread, posix

_UNDO_TIMEOUT = 5
_SUBINTERPRETERS = 'code in subinterpreters is not watched'
_INHERIT_TIMEOUT = 5
_HOOK, _UNRAISABLE = 'breakpointhook', 'unraisablehook'


class Session(object):
    """One debugger, one program."""

    def __init__(self, connection, options):
        self.connection = connection
        self.options = options
        self.is_user_code = code_filter.CodeFilter(options.debug_stdlib)
        self.control = control.choose(
            event_rules.EventRules(self), self.is_user_code, options.execution_control)
        self.files = files.FileTable()
        self.breakpoints = breakpoints.BreakpointTable(self.files, self.control)
        self.threads = threads.ThreadTable(self.send)
        self.suspended = suspended.Table(self.is_user_code)
        self.exceptions = None
        self.detached = False
        self.on_let_go = [self.breakpoints.patrol.end, self.release]
        self.stops = stops.Stops(self)
        self.pid = posix.getpid()
        self.features = []              # that the debugger was granted
        self.following = None
        self.tells_channels = False
        self.tells_all_hits = False
        self.lazy = False
        self._noted = set()
        self.on_detached = _nothing     # before the debugger can know
        self.released = wakeup.Wakeup()
        self._undone = _thread.allocate_lock()
        self._undone.acquire()
        # The program may fork at once, and a child is to let go.
        self.forget_forks = forks.let_go_in_children(self)
        self.on_let_go.append(self.forget_forks)

    # The beginning

    def start(self, ending):
        """Launch: announces modules and the main thread, and begins to read commands and to watch.
        """
        events = [self.announce_file(name)[1] for name in _module_files(False)]
        self.connection.send(b''.join(events))
        thread = self.threads.begin()
        reader = Commands(self)
        reader.acknowledged = ending.acknowledge
        if self.control.polls:
            self.connection.poll(self.look_for_threads)
        thread_start.start_agent_thread(reader.run, ())
        self.on_let_go.append(ending.acknowledge)
        self._enter_program()
        self.control.start()
        self.stops.begin(thread)
        self.watch_exceptions().arm()
        if self.options.hold_at_start:
            self.released.wait()

    def release(self):
        """The program may begin, where it was to wait for that."""
        self.released.ring()

    def start_attached(self):
        """Attach, on the thread that is going to read commands: announces what is there, and has
        every thread stop at its next line. The program runs all the while."""
        self.threads.ignore_current()
        self.threads.main = attached.main_thread()
        attached.allow_main(self.is_user_code)
        self._enter_program()
        atexit.register(self._at_exit)
        self.on_let_go.append(lambda: atexit.unregister(self._at_exit))
        if self.control.polls:
            self.connection.poll(self.look_for_threads)
        for identifier in attached.running_threads():
            self.threads.adopt(identifier)
        self.send(b''.join([self.announce_file(name)[1]
                            for name in _module_files(True) + attached.running_files()]))
        if self.detached:
            return
        if self.options.break_on_attach:
            self.stops.break_all(b'LOAD')
        self.watch_exceptions().arm()
        self.control.comes_late()
        self.control.start_attached()
        self.control.reach_suspended()

    def start_followed(self, inherited, forked):
        """A child of a program whose processes are followed, on its only thread. What its parent's
        debugger has set holds before it goes on."""
        self.send(b''.join([self.announce_file(name)[1] for name in _module_files(forked)]))
        thread = self.threads.begin()
        self._enter_program()
        thread_start.await_own_at_exit()
        atexit.register(self._at_exit)
        self.on_let_go.append(lambda: atexit.unregister(self._at_exit))
        if self.control.polls:
            self.connection.poll(self.look_for_threads)
        if forked:
            self.control.comes_late()
        self.control.start()
        if self.options.break_on_attach and forked:
            self.stops.break_all(b'LOAD')
        elif self.options.break_on_attach:
            self.stops.begin(thread)
        self.watch_exceptions().arm()
        ready = wakeup.Wakeup()
        thread_start.start_agent_thread(Commands(self).run, (inherited, ready.ring))
        ready.wait(_INHERIT_TIMEOUT)

    def follow(self, following):
        """Follows the program's processes from now on; None: not any more."""
        before, self.following = self.following, following
        if before is not None:
            before.end()
            self.on_let_go.remove(before.end)
        if following is not None:
            self.on_let_go.append(following.end)

    def _enter_program(self):
        """What is put into the program, each with its undoing."""
        active_session.session = self
        thread_start.install(self)
        if hasattr(sys, _HOOK):                     # since 3.7
            self.on_let_go.append(self._take_breakpoint_hook())
        if hasattr(sys, _UNRAISABLE):               # since 3.8
            self.on_let_go.append(self._take_unraisable_hook())
        if self.options.redirect_output:
            self.on_let_go.append(output.redirect(self))

    def _take_breakpoint_hook(self):
        """`breakpoint()` stops here while there is a session, unless PYTHONBREAKPOINT says what else
        it is to do."""
        programs = getattr(sys, _HOOK)

        def hook(*arguments, **keywords):
            thread = None if self.detached else self.threads.get(_thread.get_ident())
            if thread is None or thread.quiet or os.environ.get('PYTHONBREAKPOINT'):
                return programs(*arguments, **keywords)
            frame = sys._getframe(1)
            if self.is_user_code(frame.f_code.co_filename) and code_lines.is_last(frame):
                self.stops.stop_here(thread, frame)
            else:
                self.stops.break_here(thread)

        return _put_hook(_HOOK, hook)

    def _take_unraisable_hook(self):
        """What leaves a finalizer or the like has left the user's code, whoever seemed to catch it."""
        programs = getattr(sys, _UNRAISABLE)

        def hook(unraisable):
            thread = None if self.detached else self.threads.get(_thread.get_ident())
            if thread is not None and not thread.quiet and self.exceptions is not None:
                try:
                    self.exceptions.unraisable(
                        thread, unraisable.exc_value, unraisable.exc_traceback)
                except BaseException:
                    self.failed()
            return programs(unraisable)

        return _put_hook(_UNRAISABLE, hook)

    def look_for_threads(self):
        """Threads that were started from C, where nothing else tells of them."""
        if self.detached:
            return
        self.control.tick()
        self.threads.prune()
        new = [identifier for identifier in attached.running_threads(True)
               if self.threads.get(identifier) is None]
        if not new:
            return
        try:
            self.control.prepare(True)
        except base.Refused as error:
            self.note('threads that C code has started are not watched: %s' % error)
            self.connection.poll(None)
            return
        for identifier in new:
            self.threads.adopt(identifier)
        self.control.enter_running_threads()

    def watch_exceptions(self):
        """The exception rules, made when they are first needed."""
        if self.exceptions is None:
            self.exceptions = exceptions.Exceptions(self)
        return self.exceptions

    def tell_of_breakpoints(self, moves, errors, logs):
        """For our own debugger: where breakpoints came to lie, why conditions failed, and what log
        points say."""
        self.breakpoints.on_moved = self._moved if moves else None
        self.breakpoints.on_error = self._condition_failed if errors else None
        self.breakpoints.on_log = self._logged if logs else None
        self.breakpoints.on_bound = self._bound

    def _moved(self, breakpoint, line):
        data = wire.message(b'BRKL', breakpoint.identifier, line)
        if self.connection.holds():
            self.connection.hold(data)
        else:
            self.send(data)

    def _logged(self, breakpoint, text):
        self.send(wire.message(b'LOGP', breakpoint.identifier, _thread.get_ident())
                  + wire.text(text), behind_answers=True)

    def _bound(self, breakpoint):
        self.send(wire.message(b'BRKS', breakpoint.identifier))

    def _condition_failed(self, breakpoint, text):
        self.send(wire.message(b'BRKE', breakpoint.identifier) + wire.text(text),
                  behind_answers=True)

    # Sending

    def send(self, data, behind_answers=False):
        """Sends a batch of events. Where nobody listens any more, the program goes on alone."""
        if self.detached:
            return
        thread = self.threads.get(_thread.get_ident())
        if thread is not None and thread.written:
            self.flush_output(thread)
        if posix.getpid() != self.pid:
            self.let_go_in_child()
        elif not self.connection.send(data, behind_answers):
            self.let_go()

    def answer_later(self, data):
        """The answer to a command, until the command has had its effect (`send_answers`), or the effect
        has something to say, such as a hit."""
        self.connection.hold(data)

    def send_answers(self):
        self.send(b'', behind_answers=True)

    def output(self, text, channel):
        """Shows the program's output to the debugger, by lines: what is written in pieces is told
        in one, when its line ends, the stream is flushed or the thread stops."""
        thread = self.threads.current()
        if thread is not None and text:
            thread.written.append((channel, text))
            if text.endswith('\n'):
                self.flush_output(thread)

    def flush_output(self, thread):
        """What the calling thread has written and the debugger was not told yet."""
        data, joined, last = b'', '', None
        while True:
            try:
                channel, text = thread.written.pop(0)
            except IndexError:          # A signal handler has taken the rest.
                break
            if joined and channel != last:
                data += output.event(joined, last if self.tells_channels else None)
                joined = ''
            joined, last = joined + text, channel
        if joined:
            data += output.event(joined, last if self.tells_channels else None)
        if data:
            self.send(data)

    def note(self, text):
        """Tells once of something that is lost while the program is watched."""
        if text in self._noted:
            return
        self._noted.add(text)
        log.note(text)
        if 'notes' in self.features:
            self.send(b'NOTE' + wire.text(text))

    def look_for_interpreters(self):
        """Each interpreter of the process has threads, modules and events of its own."""
        if 'notes' not in self.features or _SUBINTERPRETERS in self._noted:
            return
        if native.has_subinterpreters():
            self.note(_SUBINTERPRETERS)

    def announce_file(self, name):
        source, new = self.files.add(name)
        if new:
            return source, b'MODL' + wire.integer(source.identifier) + wire.text(source.path)
        return source, b''

    # The end

    def thread_ended(self):
        """The calling thread leaves; its step and its patches go with it."""
        thread = self.threads.get(_thread.get_ident())
        if thread is not None:
            self.flush_output(thread)
            self.stops.leave(thread)
        self.threads.end()

    def program_ended(self):
        """The main thread runs nothing of the user's any more."""
        self.control.leave_thread()
        thread = self.threads.get(self.threads.main)
        if thread is not None:
            self.flush_output(thread)
        self.threads.end_main()

    def detach(self):
        """As the debugger asks: DETC is the last that it hears, and when the connection is closed
        after that, everything is undone."""
        if self.stops.end():
            self.on_detached()
            self.connection.send(b'DETC')
            self.connection.closed = True
            self._undo()
            self.connection.close()

    def let_go(self):
        """The debugger is gone, or wants to be: everything is undone and the program runs on."""
        if self.stops.end():
            self.on_detached()
            self.connection.close()
            self._undo()

    def _undo(self):
        undoings = [self.control.stop] + self.on_let_go
        if self.exceptions is not None:
            undoings.append(self.exceptions.stop_waiting)
        for undo in undoings + [self.stops.free_all]:
            try:
                undo()
            except BaseException:
                log.error()             # The others are still to be undone.
        if active_session.session is self:
            active_session.session = None
        self._undone.release()

    def wait_until_undone(self):
        """Any thread may call this: the session is over when it returns."""
        self._undone.acquire(True, _UNDO_TIMEOUT)

    def _at_exit(self):
        if posix.getpid() == self.pid and not self.detached:
            self.detach()

    def let_go_in_child(self):
        """In a forked child: nothing is said, no lock is taken (another thread may have held it),
        and the descriptor is closed without ending the parent's connection. The result is what is left
        to do: a session of the child's own."""
        left = None
        try:
            if self.following is not None and not self.detached:
                left = self.following.in_child()
        except BaseException:
            log.error()
        self.detached = True
        if active_session.session is self:
            active_session.session = None
        self.connection.release()
        self.control.stop_in_child()
        for undo in self.on_let_go:
            undo()
        return left

    def failed(self):
        """A mistake of ours. After the end it is only the end that came in between."""
        if self.detached:
            return
        log.error()
        try:
            self.let_go()
        except BaseException:
            self.detached = True


def _put_hook(name, hook):
    """Puts a hook into `sys` where there is the interpreter's own; the result takes it away."""
    programs = getattr(sys, name)

    def restore():
        if getattr(sys, name, None) is hook:
            setattr(sys, name, programs)

    if programs is getattr(sys, '__%s__' % name):
        setattr(sys, name, hook)
    return restore


def _nothing():
    """Nobody wants to know."""


def _module_files(with_main):
    """Files of the modules loaded so far. The agent's are left out; at launch the program is to
    come."""
    names = []
    main = None if with_main else sys.modules.get('__main__')
    for module in list(sys.modules.values()):
        name = None if module is main else getattr(module, '__file__', None)
        if isinstance(name, str) and not code_filter.is_agent(os.path.abspath(name)):
            names.append(name)
    return names
