"""What a debugger asks of a thread: its frames, values, another line. A stopped thread answers for
itself; where the program's own code holds it up, the debugger is answered in its place.
"""

from . import children as values, evaluation, limits, thread_start, wire
from .genuine import _thread

UNKNOWN_THREAD = 'there is no thread %d'
_BUSY = '<error: previous evaluation has not completed>'
_RUNNING = '<expression cannot be evaluated at this time>'
_NO_FRAME = 'there is no frame %d'


class Inquiries(object):
    """The part of the commands that looks into threads."""

    def __init__(self, session):
        self._session = session

    def find(self, identifier):
        """A thread, or a greenlet or task of one that stands; None where there is none."""
        if identifier < 0 and 'suspended' in self._session.features:
            return self._session.suspended.find(identifier)
        return self._session.threads.get(identifier)

    def thread_frames(self, identifier):
        session = self._session
        thread = self.find(identifier)
        if thread is None:
            return UNKNOWN_THREAD % identifier

        def without_values():
            return limits.asking_nothing(lambda: session.stops.frames_event(thread))

        if not thread.blocked:
            self._frames_of_running(thread)
        elif thread.busy:
            session.send(without_values())
        else:
            self._have_answered(
                thread, lambda late: session.stops.frames_event(thread, late), without_values)
        return None

    def _frames_of_running(self, thread):
        """On a thread of its own: code of the program's may block, and commands are to be read."""
        session = self._session
        first, answered = _thread.allocate_lock(), _thread.allocate_lock()
        answered.acquire()

        def answer(late=None):
            event = b''
            try:
                event = session.stops.frames_of_running(thread, late)
            finally:
                if first.acquire(False):
                    session.send(event)
                    answered.release()

        try:
            thread_start.start_agent_thread(answer, (lambda: limits.asking_nothing(answer),))
        except RuntimeError:
            limits.asking_nothing(answer)       # Since 3.12 there are no new threads at the end.
        answered.acquire()

    def evaluate(self, text, identifier, frame_index, request, frame_kind, repr_kind):
        def refuse(reason):
            self._session.send(evaluation.error_event(request, reason))

        thread = self.usable(identifier, frame_index, refuse)
        if thread is not None:
            self.occupy(thread, lambda late: evaluation.evaluate_event(
                self._session, thread, text, frame_index, request, repr_kind, late),
                lambda: evaluation.error_event(request, evaluation.BLOCKED))

    def children(self, text, identifier, frame_index, request, frame_kind):
        def refuse(reason):
            self._session.send(values.no_children_event(request))

        thread = self.usable(identifier, frame_index, refuse)
        if thread is not None:
            self.occupy(thread, lambda late: values.children_event(
                thread.frames[frame_index], text, request, late),
                lambda: values.no_children_event(request))

    def usable(self, identifier, frame_index, refuse):
        """The stopped thread that can evaluate now, or None after the refusal was sent. A frame
        that is None is not asked for."""
        thread = self.find(identifier)
        if thread is None:
            refuse(UNKNOWN_THREAD % identifier)
        elif thread.busy:
            refuse(_BUSY)
        elif not thread.blocked:
            refuse(_RUNNING)
        elif frame_index is not None and not 0 <= frame_index < len(thread.frames):
            refuse(_NO_FRAME % frame_index)
        else:
            return thread
        return None

    def occupy(self, thread, make_event, make_refusal=None):
        """Has a stopped thread answer; until it has, it evaluates nothing else."""
        thread.busy = True
        self._have_answered(thread, make_event, make_refusal)

    def _have_answered(self, thread, make_event, make_refusal):
        """Where the thread cannot answer in time, `late` gives the refusal in its place, and the
        answer is dropped when the thread has it at last."""
        session = self._session
        told = []
        lock = _thread.allocate_lock()

        def is_first(busy):
            with lock:
                first = not told
                if first or not busy:
                    thread.busy = busy
                told.append(True)
            return first

        def late():
            if is_first(True):
                session.send(make_refusal())

        def work():
            try:
                event = make_event(late)
            finally:
                first = is_first(False)
            if first:
                session.send(event)

        thread.do(work)

    def set_line(self, identifier, frame_index, line):
        thread = self._session.threads.get(identifier)
        if thread is None or not thread.blocked or not thread.on_line or thread.busy:
            self._session.send(wire.message(b'SETL', 0, identifier, 0))
            return
        self.occupy(thread, lambda late: evaluation.set_line_event(thread, line))
