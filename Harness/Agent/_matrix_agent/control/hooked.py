"""Watching by `sys.settrace`, only in threads and only while code that matters runs in them.

Any tracing slows every line and every call of a thread down, whatever the tracer does. So threads
are not traced, and the frame hook has one traced when a frame of code with a breakpoint begins. The
outermost such frame, the base, ends the tracing again; but to begin and to end costs some calls'
time, so a thread that did so often of late stays traced until that changes (`tick`). While everything matters (breaks, exceptions)
or somebody steps, all threads are traced as without the hook.

Whatever changes what matters is written down first; then the generation is renewed, so that all code
is looked at again; then what runs already is looked at. A thread that is about to leave tracing
looks at the generation last.
"""

from .. import genuine, greenlets, native, threads
from ..genuine import _thread
from . import base, frame_hook, trace

_STARTING, _ENDING = True, False
_OFTEN = 500                    # between two ticks, which are 50 ms apart


class HookedControl(trace.TraceControl):
    """As `TraceControl` until the hook is first wanted, and where there can be none."""

    def __init__(self, sink, is_user_code):
        self._hook = None
        self._may_be = True
        # Threads that are to find out whether to be traced at all: at their next call or line.
        self._unsettled = {}
        self._bases = {}                # sets of frames' addresses, by thread
        self._suspended = {}            # the same by outermost greenlet, not yet given to its thread
        self._counts = {}               # of frames with breakpoints, since the last tick
        self._staying = set()
        self._examining = set()
        self._all_traced = False
        trace.TraceControl.__init__(self, sink, is_user_code)

    @property
    def name(self):
        return 'trace' if self._hook is None else 'trace+frames'

    # Threads

    def prepare(self, attach):
        """At launch what is needed is imported while the program's folder is not in `sys.path`."""
        trace.TraceControl.prepare(self, attach)
        if not attach and self._may_be:
            try:
                native.get()
            except ImportError:
                self._may_be = False

    def start(self):
        self._all_traced = True
        trace.TraceControl.start(self)

    def start_attached(self):
        self._open()
        trace.TraceControl.start_attached(self)

    def enter_running_threads(self):
        if self._hook is None or self._modes:
            self._all_traced = True
            trace.TraceControl.enter_running_threads(self)
        else:
            self._look_for_others()

    def enter_thread(self):
        if self._hook is None or self._modes or self._followed:
            trace.TraceControl.enter_thread(self)
        else:
            self._all_traced = False

    def leave_thread(self):
        identifier = _thread.get_ident()
        self._unsettled.pop(identifier, None)
        self._bases.pop(identifier, None)
        self._staying.discard(identifier)
        trace.TraceControl.leave_thread(self)

    def program_has_set(self, frames, is_on):
        trace.TraceControl.program_has_set(self, frames, is_on)
        if not is_on and self._hook is not None:
            self._unsettled.setdefault(_thread.get_ident(), _ENDING)

    def tick(self):
        """Now and then, on a thread of the agent's: threads that stay traced in vain leave, and
        another's function of frames in place of ours is noticed."""
        self._keep_hook()
        trace.TraceControl.tick(self)
        counts, self._counts = self._counts, {}
        for identifier in list(self._staying):
            if counts.get(identifier, 0) < _OFTEN:
                self._staying.discard(identifier)
                self._unsettled.setdefault(identifier, _ENDING)

    def _traces_all(self):
        return self._hook is None or bool(self._modes or self._followed)

    def _keep_hook(self):
        """A library that gives the interpreter its own function back ends our hits: it is set
        again. Where it is another's now, all threads are traced instead."""
        hook = self._hook
        if hook is None or self._stopped or hook.is_kept():
            return
        if not hook.put_back():
            self._hook = None
            self._all_traced = False
            self.enter_running_threads()

    def stop(self):
        self._stopped = True
        if self._hook is not None:
            self._hook.remove()
        trace.TraceControl.stop(self)

    def _open(self):
        """Takes the hook when it may soon be of use. What it needs is found on a thread that is not
        traced, which the agent's own are."""
        if (self._hook is not None or not self._may_be or self._stopped
                or base.RAISE in self._modes or _thread.get_ident() not in threads.AGENTS):
            return
        try:
            self.prepare(True)
            self._hook = frame_hook.install(self._running.calibrated(), self._examine)
        except (base.Refused, frame_hook.NoHook):
            pass
        self._may_be = False
        self._unreached.add(base.LINE)

    # What the hook calls, for a code object that is not marked, in a thread that is not traced

    def _examine(self, code):
        identifier = _thread.get_ident()
        if identifier in self._examining:
            return
        try:
            self._examining.add(identifier)
            self._look_at(code, identifier)
        except BaseException as error:
            if base.is_raised_by_program(error):
                raise
            self.sink.went_wrong(error)
        finally:
            self._examining.discard(identifier)

    def _look_at(self, code, identifier):
        hook = self._hook
        if hook is None or self._stopped:
            return
        generation = hook.generation
        if base.is_agent(code.co_filename):
            hook.mark(code, frame_hook.NEVER)
            return
        if identifier in threads.AGENTS:
            return
        if code not in self._codes:
            self._codes.first_sight(code)
        if id(code) in self._lines or self._want_all():
            self._unsettled[identifier] = _STARTING
            trace.TraceControl.enter_thread(self)
        else:
            hook.mark(code, generation)

    def _want_all(self):
        return base.EVERYWHERE in self._modes or base.RAISE in self._modes

    # What the interpreter calls

    def _make_tracer(self):
        on_call = self._bounded(self._call)
        unsettled, identifier = self._unsettled, _thread.get_ident
        programs, call_program = self._programs.functions, self._programs.call
        first_lines = (1,)

        def tracer(frame, event, arg):
            try:
                code = frame.f_code
                if (code.co_firstlineno in first_lines or code.co_name == '<module>'
                        or identifier() in unsettled):
                    on_call(frame)
            except RecursionError:
                self._overflowed = True
                if base.RAISES_OVERFLOW:
                    raise
            if programs:
                return call_program(frame, event, arg)

        def set_first_lines(lines):
            nonlocal first_lines
            first_lines = lines

        return tracer, set_first_lines

    def _call(self, frame):
        identifier = _thread.get_ident()
        if identifier in threads.AGENTS:
            trace.TraceControl._call(self, frame)
            return
        trace.TraceControl._call(self, frame)
        if self._stopped:
            return
        state = self._unsettled.get(identifier)
        if state is None:
            # The outermost frame is no base for greenlets: they end in any order.
            if greenlets.library() is not None and self._wanted(frame) is not None:
                self._bases.setdefault(identifier, set()).add(id(frame))
            return
        if state is _ENDING:
            self._settle_thread(frame)
        elif self._wanted(frame) is not None:
            del self._unsettled[identifier]
            self._bases[identifier] = set([id(frame)])

    def _reported(self, frame, event):
        if self._hook is None:
            return
        identifier = _thread.get_ident()
        if event == 'return':
            count = self._counts[identifier] = self._counts.get(identifier, 0) + 1
            bases = self._bases.get(identifier, ())
            if id(frame) not in bases:
                return
            bases.discard(id(frame))
            if bases:
                return
            self._bases.pop(identifier, None)
            if count > _OFTEN:
                self._staying.add(identifier)
            else:
                self._settle_thread(frame.f_back)
        elif self._unsettled.get(identifier) is _ENDING:
            self._settle_thread(frame)

    def _settle_thread(self, frame):
        """Ends the tracing of this thread, unless something on its stack, from `frame` outward, is
        to be traced: the outermost of that is the base from now on."""
        generation = self._hook.generation
        identifier = _thread.get_ident()
        if self._running.writing:
            self._unsettled[identifier] = _ENDING
            return
        self._unsettled.pop(identifier, None)
        if self._programs.traces_own_thread():
            return
        bases = self._suspended_bases(identifier)
        outermost = None
        while frame is not None:
            if id(frame.f_code) in self._lines:
                outermost = frame
            frame = frame.f_back
        if outermost is not None:
            bases.add(id(outermost))
            self._settle(outermost)
        if bases:
            self._bases[identifier] = bases
            return
        if self._modes or self._followed:
            return                      # At the end of these, all threads are unsettled.
        self._all_traced = False
        self.leave_thread()
        if self._hook.generation != generation and not self._stopped:
            self._trace_own(identifier)

    def _suspended_bases(self, identifier):
        """What is to be traced in this thread's other greenlets."""
        own = greenlets.current()
        if own is None:
            return set()
        suspended = self._suspended.pop(id(greenlets.main_of(own)), ())
        return self._bases.get(identifier, set()).union(suspended)

    def _reach(self, frames):
        """Threads are traced whose suspended greenlets have frames with breakpoints."""
        trace.TraceControl._reach(self, frames)
        if self._hook is None:
            return
        self._suspended = found = {}
        for each in greenlets.everywhere():
            frame = greenlets.library().frame(each)
            for frame in base.stack(frame):
                if id(frame.f_code) in self._lines:
                    main = id(greenlets.main_of(each))
                    found.setdefault(main, set()).add(id(frame))
        if found:
            self._trace_all()

    # Patches

    def _apply(self, patch):
        code = patch.code if patch.place == base.LINE else None
        known = code is not None and id(code) in self._lines
        trace.TraceControl._apply(self, patch)
        if self._hook is None or known or patch.place in (base.FRAME, base.ENTRY):
            return
        self._hook.renew()
        if code is None:
            self._trace_all()
        else:
            self._trace_where_it_runs(code)
        # Frames that began after the first look and before all code was to be looked at again.
        self._settle_all(code, patch.place)

    def _remove(self, patch):
        trace.TraceControl._remove(self, patch)
        if patch.place == base.LINE:
            # What ends without a local tracer says nothing of its end.
            self._bases.clear()
            self._unreached.add(patch.place)
        self._open()
        if self._hook is not None and not self._modes and not self._followed:
            self._unsettle_all()

    def _trace_where_it_runs(self, code):
        running = [identifier for identifier, top in native.current_frames().items()
                   if identifier not in threads.AGENTS
                   and any([frame.f_code is code for frame in base.stack(top)])]
        own = _thread.get_ident()
        if any([identifier != own for identifier in running]):
            self._trace_all()
        elif running:
            self._trace_own(own)

    def _trace_all(self):
        own = _thread.get_ident()
        if own not in threads.AGENTS:
            self._trace_own(own)
        others = [identifier for identifier in native.current_frames()
                  if identifier != own and identifier not in threads.AGENTS]
        if others and not self._all_traced:
            self._all_traced = True
            self._install()
        self._unsettle_all()

    def _trace_own(self, identifier):
        if genuine.gettrace() is None:
            self._unsettled[identifier] = _ENDING
            trace.TraceControl.enter_thread(self)

    def _unsettle_all(self):
        there = native.current_frames()
        for identifier in there:
            if identifier not in threads.AGENTS:
                self._unsettled.setdefault(identifier, _ENDING)
        for table in (self._unsettled, self._bases):
            for identifier in list(table):
                if identifier not in there:
                    table.pop(identifier, None)
