"""Stopping and going on: the order in which threads, frames and reasons are told.

First the frames of every other thread that runs, then those of the thread that stops, then one
reason. A stop of one thread wants a break of the others; whoever comes second waits in silence, and
tells its own reason when it is let go.
"""

from . import frames, greenlets, interrupts, limits, stepping, threads, wire
from .control import base
from .genuine import _thread, posix


_ANSWER_TIMEOUT = 1


class _Answering(object):
    """The thread that answers a break, until it has."""

    def __init__(self, thread):
        self.thread = thread
        self.told = _thread.allocate_lock()
        self.told.acquire()

    def wait(self):
        if self.told.acquire(True, _ANSWER_TIMEOUT):
            self.told.release()


class Stops(object):
    """Who stands, who is to stand, and the patches that steps and breaks need."""

    def __init__(self, session):
        self._session = session
        self._control = session.control
        self._threads = session.threads
        self._lock = _thread.allocate_lock()
        self._async_break = None
        self._loaded = None
        self._answering = None
        self._entry = base.Patch(base.ENTRY)
        self._everywhere = base.Patch(base.EVERYWHERE)
        self._stands = False            # All threads are wanted to, those to come included.
        self._threads.on_new = self._joins

    def begin(self, thread):
        """Before the program runs: the first line of the user's is the entry stop."""
        thread.load_wanted = True
        thread.step = stepping.Step(stepping.INTO, None, None)
        self._control.apply(self._entry)

    def loaded(self, thread, place):
        """The entry stop, before the first line of the user's. A breakpoint on that line is not
        reported: classic debuggers report it themselves."""
        thread.load_wanted = thread.break_wanted = False
        thread.step = None
        self.stop(thread, place, wire.message(b'LOAD', thread.identifier), False)

    def stop(self, thread, place, reason, mark_others, holds=None):
        """Shows the thread's frames, says why, and waits until it is let go.

        True where the reason was given. It is not where another thread's stop came first: then the
        thread has waited in silence, and its own reason is still to be told. Nor is it where
        `holds` says that it has gone meanwhile.
        """
        if posix.getpid() != self._session.pid:
            self._session.let_go_in_child()      # Before 3.7 there is no hook for forks.
            return True
        held = None
        if thread.identifier == self._threads.main:
            held = interrupts.Held()
        try:
            return self._stop(thread, place, reason, mark_others, holds)
        finally:
            if held is not None:
                held.release(self._threads.main)

    def _stop(self, thread, place, reason, mark_others, holds):
        self._session.flush_output(thread)
        if reason is not None:
            self._session.look_for_interpreters()
            self._threads.prune()
        thread.place = place
        thread.frames = frames.visible(place.frame)
        answering = self._answering
        if reason is None and answering is not None:
            answering.wait()            # A silent stop comes after the answer.
        outcome = []

        def tell(late=None):
            others, own, silent = self._what_is_shown(thread, reason, late)
            sent = True
            with self._lock:
                if not outcome and holds is not None and not holds():
                    outcome.append(False)
                elif not outcome:
                    thread.busy = late is None
                    told, sent = self._tell(thread, reason, mark_others, others + own, silent)
                    outcome.append(told)
                elif late is not None:
                    thread.busy = False
            if not sent:
                self._session.let_go()

        # Code of the program's that blocks in C keeps the thread; then the watcher tells.
        tell(lambda: limits.asking_nothing(tell))
        self._answered(thread)
        thread.wait()
        return outcome[0] or self._session.detached

    def _what_is_shown(self, thread, reason, late):
        """What is told of other threads and of this one, and of this one without a reason."""
        if self._session.lazy:
            return b'', self.heads_event(thread), wire.message(b'STND', thread.identifier)
        others = self._frames_of_others(thread, late) if reason is not None else b''
        own = self.frames_event(thread, late)
        return others, own, own

    def _tell(self, thread, reason, mark_others, shown, silent):
        """Whether the reason was given, and whether the debugger was there to hear of the stop.
        Under the lock: no other thread's frames come between ours and the reason."""
        if self._session.detached:
            return True, True
        if reason is None and (not thread.break_wanted or self._async_break is not None):
            return False, True          # Resumed meanwhile; a new break is taken at the next line.
        # A break that no thread has answered yet is no stop of another thread's.
        told = reason is not None and (not thread.break_wanted or self._async_break is not None)
        if told:
            if mark_others:
                self._mark_others(thread)
            if reason[:4] == b'STPD':
                thread.step = None
        thread.blocked = True
        return told, self._session.connection.send(
            shown + reason if told else silent, behind_held=told)

    def heads_event(self, thread, request=0, start=0, count=frames.AT_A_STOP):
        """FRMS for a thread, also for one that runs."""
        place, shown = thread.place, thread.frames
        if place is None:
            shown = frames.running_frames(thread.identifier)
        return frames.heads_event(
            request, thread.identifier, self._name(thread), shown,
            place.line if place is not None else None, start, count, self._session.is_user_code)

    def _name(self, thread):
        return thread.name or self._threads.name(thread.identifier)

    def frames_event(self, thread, late=None):
        """THRF for a thread that is stopped."""
        return frames.frame_list(
            thread.identifier, self._name(thread), thread.frames, thread.place.line, late)

    def frames_of_running(self, thread, late=None):
        """THRF for a thread that runs."""
        return frames.frame_list(thread.identifier, self._threads.name(thread.identifier),
                                 frames.running_frames(thread.identifier), None, late)

    def _frames_of_others(self, thread, late):
        return b''.join([self.frames_of_running(other, late) for other in self._threads.all()
                         if other is not thread and not other.blocked])

    def _joins(self, thread):
        """A thread begins; where all are to stand, it is to stand with them."""
        with self._lock:
            if self._stands and not self._session.detached:
                thread.break_wanted = True
                self._control.apply(self._everywhere)

    def _mark_others(self, thread):
        self._stands = True
        others = [other for other in self._threads.all()
                  if other is not thread and not other.blocked]
        for other in others:
            other.break_wanted = True
        if others:
            self._control.apply(self._everywhere)
            if greenlets.are_elsewhere():
                self._control.reach_suspended()

    def stand(self):
        """True while every thread is to stand; what is changed meanwhile waits until they go on."""
        return self._stands

    def take_break(self, thread, place):
        """A break is wanted of this thread. True where this line is done with it: the first thread
        to come answers for all (ASBR), the others stop in silence and then go on as they were."""
        with self._lock:
            answer, self._async_break = self._async_break, None
            if answer:
                thread.break_wanted = False
                self._answering = _Answering(thread)
            if answer == b'LOAD':
                self._loaded = thread
        reason = wire.message(answer, thread.identifier) if answer else None
        try:
            return self.stop(thread, place, reason, False) and answer is not None
        finally:
            self._answered(thread)

    def _answered(self, thread):
        answering = self._answering
        if answering is not None and answering.thread is thread:
            self._answering = None
            answering.told.release()

    def break_all(self, answer=b'ASBR'):
        """Every thread is to stop at its next line in the user's code; the first one answers. After
        attaching the answer is LOAD."""
        with self._lock:
            self._async_break = answer
            self._stands = True
            for thread in self._threads.all():
                thread.break_wanted = True
            self._control.apply(self._everywhere)
            self._control.reach_suspended()

    def break_here(self, thread):
        """The program asks for a stop by itself: at its next line, as a break."""
        with self._lock:
            self._async_break = self._async_break or b'ASBR'
            thread.break_wanted = True
            self._control.apply(self._everywhere)

    def stop_here(self, thread, frame):
        """The same where no line may follow. The program is not in the hands of a trace function
        here, so that code which is evaluated would be watched."""
        place = threads.StopPlace(frame, None, frame, frame.f_lineno)
        reason = wire.message(b'ASBR', thread.identifier)
        thread.quiet = True
        try:
            while not self._session.detached:
                if self.stop(thread, place, reason, False):
                    break
        finally:
            thread.quiet = False
        if not self._session.detached:
            self._control.enter_thread()        # It may be untraced, and is to step now.

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
            self._async_break = self._loaded = None
            self._stands = False
            stopped = self._threads.all()
            for thread in stopped:
                thread.break_wanted = False
            self._control.remove(self._everywhere)
            for thread in stopped:
                self.follow(thread)
            self._arm_entry(stopped)
            self._control.reach_suspended()
            for thread in stopped:
                thread.let_go()

    def resume(self, thread):
        """Lets one thread go; the others stay where they are. The one that said LOAD after
        attaching takes all others along."""
        if thread is self._loaded:
            self.resume_all()
            return
        with self._lock:
            thread.break_wanted = False
            self._stands = any([other.blocked for other in self._threads.all()
                                if other is not thread])
            self.follow(thread)
            self._arm_entry(self._threads.all())
            self._control.reach_suspended()
            thread.let_go()

    def follow(self, thread):
        """Watches the frame that the thread's step is about, and no other."""
        wanted = thread.step.base if thread.step is not None else None
        patch = thread.patch
        if patch is not None and patch.frame is not wanted:
            thread.patch = None
            self._control.remove(patch)
        if wanted is not None and thread.patch is None:
            thread.patch = base.Patch(base.FRAME, frame=wanted)
            self._control.apply(thread.patch)

    def _arm_entry(self, all_threads):
        for thread in all_threads:
            if thread.step is not None and thread.step.kind is stepping.INTO:
                self._control.apply(self._entry)
                return
        self._control.remove(self._entry)

    def leave(self, thread):
        """A thread ends; its step and its patches go with it."""
        thread.step = None
        with self._lock:
            self.follow(thread)

    def end(self):
        """Marks the session as over. False where it was already; no stop begins after this."""
        with self._lock:
            over, self._session.detached = self._session.detached, True
            return not over

    def free_all(self):
        for thread in self._threads.all():
            thread.step = None
            thread.patch = None
            thread.let_go()
