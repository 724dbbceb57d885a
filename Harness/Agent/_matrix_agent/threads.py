"""The program's threads as the debugger sees them."""

import sys

from . import forks, native, wakeup, wire
from .genuine import _thread

# Identifiers of the agent's own threads, of which a listening agent has one between sessions, too.
AGENTS = set()


def _none_of_the_parents():
    global AGENTS
    AGENTS = set()


forks.reset_in_children(_none_of_the_parents)


class StopPlace(object):
    """Where a thread stands: the frame on show, and where a step from here starts.

    `line` overrides the line of the frame on show: the end of a module is shown one line below the
    last one that ran. `base` is None where no code of the user's follows.
    """

    __slots__ = ('frame', 'line', 'base', 'base_line')

    def __init__(self, frame, line, base, base_line):
        self.frame = frame
        self.line = line
        self.base = base
        self.base_line = base_line


class DebugThread(object):
    """One thread: its step, whether a break is wanted of it, and how to wait while stopped."""

    name = None                         # where it is not the one that the program sees

    def __init__(self, identifier):
        self.identifier = identifier
        self.step = None
        self.patch = None
        self.break_wanted = False
        self.load_wanted = False
        self.quiet = False
        self.adopted = False
        self.place = None
        self.frames = []
        self.turns = None               # addresses of the greenlet and the task that run, once asked
        self.references = None          # what the debugger was given numbers for at this stop
        self.written = []               # channels and texts that the debugger was not told yet
        self.blocked = False
        self.busy = False
        self.on_line = False
        self._work = []
        self._bell = wakeup.Wakeup()

    def wait(self):
        """Blocks until the thread is let go; meanwhile it does what it is asked to."""
        while self.blocked:
            self._bell.wait()
            while self._work:
                self._work.pop(0)()
        self.place = None
        self.frames = []
        self.turns = None
        if self.references is not None:
            self.references.clear()

    def do(self, work):
        """Has a stopped thread do something."""
        self._work.append(work)
        self._bell.ring()

    def let_go(self):
        if self.blocked:
            self.blocked = False
            self._bell.ring()


def _nothing(thread):
    """Nobody wants to know of a new thread."""


class ThreadTable(object):
    """All known threads by identifier, in order of appearance."""

    def __init__(self, send):
        self._send = send
        self._threads = {}
        self._order = []
        self._ignored = set(AGENTS)
        self._lock = _thread.allocate_lock()
        self.main = _thread.get_ident()
        self.on_new = _nothing

    def ignore_current(self):
        """The calling thread is the agent's own."""
        self._ignored.add(_thread.get_ident())

    def current(self):
        """The calling thread's record, None for the agent's own. Unknown threads are announced:
        they were started from C, and this is their first sign of life."""
        identifier = _thread.get_ident()
        thread = self.get(identifier)
        if thread is None and identifier not in self._ignored and identifier not in AGENTS:
            thread = self.begin()
            thread.adopted = True
        return thread

    def adopt(self, identifier):
        """Announces a thread that runs already; nobody will tell of its end."""
        if identifier in self._ignored or identifier in AGENTS:
            return
        thread = DebugThread(identifier)
        thread.adopted = True
        with self._lock:
            if identifier in self._threads:
                return
            self._order.append(identifier)
            self._threads[identifier] = thread
        self._send(wire.message(b'NEWT', identifier))
        self.on_new(thread)

    def prune(self):
        """Announces the end (EXTT) of adopted threads that are there no more; returns them."""
        if not native.are_all_frames_told():
            return []
        alive = sys._current_frames()
        with self._lock:
            gone = [self._threads.pop(identifier) for identifier in self._order
                    if identifier not in alive and self._threads[identifier].adopted]
            for thread in gone:
                self._order.remove(thread.identifier)
        for thread in gone:
            self._send(wire.message(b'EXTT', thread.identifier))
        return gone

    def begin(self):
        """Announces the calling thread (NEWT). The identifier of an ended thread may come again."""
        identifier = _thread.get_ident()
        thread = DebugThread(identifier)
        with self._lock:
            if self._threads.get(identifier) is None:
                self._order.append(identifier)
            self._threads[identifier] = thread
        self._send(wire.message(b'NEWT', identifier))
        self.on_new(thread)
        return thread

    def end(self):
        """Announces the end of the calling thread (EXTT)."""
        identifier = _thread.get_ident()
        with self._lock:
            thread = self._threads.pop(identifier, None)
            if thread is None:
                return
            self._order.remove(identifier)
        self._send(wire.message(b'EXTT', identifier))

    def end_main(self):
        """Drops the main thread without a word: EXTT for it goes out with LAST."""
        with self._lock:
            if self._threads.pop(self.main, None) is not None:
                self._order.remove(self.main)
        self._ignored.add(self.main)

    def get(self, identifier):
        """Not by the method of that name, which locks the table in a free-threaded build."""
        try:
            return self._threads[identifier]
        except KeyError:
            return None

    def all(self):
        with self._lock:
            return [self._threads[identifier] for identifier in self._order]

    def name(self, identifier):
        """The name that the program sees, as far as it has loaded `threading` at all."""
        threading = sys.modules.get('threading')
        active = getattr(threading, '_active', None)
        try:
            name = active[identifier]._name
            if isinstance(name, str):
                return name
        except BaseException:
            pass
        return 'MainThread' if identifier == self.main else 'Thread-%d' % identifier
