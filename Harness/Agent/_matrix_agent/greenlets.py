"""Greenlets: stacks that take turns on one thread. Those that are suspended are on no thread's stack,
so what looks at all frames has to look here as well.

The library is asked by its own types only, never by what the program's subclasses make of them, and
only where the program has it. Its trace function (`greenlet.settrace`) is the program's.
"""

import sys

from . import heap
from .genuine import is_genuine, time

_MODULES = ('greenlet._greenlet', 'greenlet')       # the former since 1.0


class _Library(object):
    """The functions that are wanted of the module."""

    def __init__(self, module, name):
        self.kind = kind = module.greenlet
        known = vars(kind)
        self.parent, self.frame = known['parent'].__get__, known['gr_frame'].__get__
        self.is_dead, self.is_active = known['dead'].__get__, known['__bool__']
        self.current, self.throw = module.getcurrent, known['throw']
        self.threads = getattr(module, 'get_total_main_greenlets', None)


_known = {}
_none_among = -1                # the number of modules when there was none of these


def library():
    """The library, or None where the program has none, or one that is not known here."""
    global _none_among
    # A table that is asked at every hit by several threads is often locked in a free-threaded build, and
    # what a fork finds locked stays so in the child (`forks.letting_go`): no import would return there.
    count = len(sys.modules)
    if count == _none_among:
        return None
    for name in _MODULES:
        module = sys.modules.get(name)
        current = getattr(module, 'getcurrent', None)
        if current is None:
            continue
        if name not in _known:
            _known.clear()
            try:
                _known[name] = _Library(module, name) if is_genuine(
                    current, current.__module__) else None
            except (AttributeError, KeyError):
                _known[name] = None
        return _known[name]
    _none_among = count
    return None


def everywhere():
    """All greenlets of all threads, which are nowhere listed."""
    greenlets = library()
    found = heap.instances(greenlets.kind) if greenlets is not None else []
    if any([greenlets.parent(each) is not None for each in found]):
        _looked.clear()
    else:
        _looked[:] = [time.monotonic()]
    return found


_RECENTLY = 10.0                # seconds
_looked = []                    # when no thread had any beside its first


def of_this_thread():
    """The calling thread's greenlets that have not ended, the one that runs included."""
    greenlets = library()
    if greenlets is None:
        return []
    own = main_of(greenlets.current())
    return [each for each in everywhere() if not greenlets.is_dead(each) and main_of(each) is own]


def suspended_frames():
    """The frames of all suspended greenlets, each stack from the innermost outward."""
    found = []
    for each in everywhere():
        frame = library().frame(each)
        while frame is not None:
            found.append(frame)
            frame = frame.f_back
    return found


def are_elsewhere():
    """False where no thread but the calling one has greenlets, or no thread had any of late: there
    are programs that have the library for something that they never use."""
    greenlets = library()
    if greenlets is None or (greenlets.threads is not None and greenlets.threads() < 2):
        return False
    return not _looked or time.monotonic() - _looked[0] > _RECENTLY


def current():
    """The calling thread's greenlet that runs, or None where the program has none."""
    greenlets = library()
    return greenlets.current() if greenlets is not None else None


def parent_frame():
    """Where the calling thread's greenlet leads when its function ends: the innermost frame of the
    greenlet that made it. None in the outermost one."""
    greenlets = library()
    if greenlets is None:
        return None
    parent = greenlets.parent(greenlets.current())
    while parent is not None and greenlets.is_dead(parent):
        parent = greenlets.parent(parent)
    return greenlets.frame(parent) if parent is not None else None


def stack(frame):
    """The frames from `frame` of the calling thread outward, also where an exception goes on that
    leaves a greenlet: in the one that made it."""
    found = []
    greenlet = current()
    while True:
        while frame is not None:
            found.append(frame)
            frame = frame.f_back
        if greenlet is None or not _passes_on(greenlet):
            return found
        greenlet = library().parent(greenlet)
        frame = library().frame(greenlet) if greenlet is not None else None


def _passes_on(greenlet):
    """False where a library runs the greenlet's function, and catches everything (gevent)."""
    for kind in type.__dict__['__mro__'].__get__(type(greenlet)):
        if kind is library().kind:
            return True
        if 'run' in type.__dict__['__dict__'].__get__(kind):
            return type(type.__dict__['__dict__'].__get__(kind)['run']) is type(stack)
    return False


class Waiting(object):
    """The calling thread's greenlet, which may have switched to another when its time is up: what
    another thread raises then strikes the wrong one."""

    def __init__(self, frame):
        self._frame = frame             # one that is on its stack
        self._greenlet = current()
        # gevent has none without the library.
        hubs = sys.modules.get('gevent._hub_local') if self._greenlet is not None else None
        ask = getattr(hubs, 'get_hub_if_exists', None)
        self._hub = ask() if ask is not None else None

    def runs(self, thread):
        """Whether it runs on the thread: told from another thread, which keeps the GIL meanwhile."""
        if self._greenlet is None:
            return True
        frame = sys._current_frames().get(thread)
        while frame is not None and frame is not self._frame:
            frame = frame.f_back
        return frame is not None

    def throw(self, kind, is_wanted):
        """Has gevent's hub raise an exception where the greenlet waits, if it is wanted still."""
        run = getattr(getattr(self._hub, 'loop', None), 'run_callback_threadsafe', None)
        if run is not None:
            run(self._throw, kind, is_wanted)

    def _throw(self, kind, is_wanted):
        if is_wanted():
            library().throw(self._greenlet, kind)


def main_of(greenlet):
    """The outermost greenlet, which is that of its thread."""
    greenlets = library()
    parent = greenlets.parent(greenlet)
    while parent is not None:
        greenlet, parent = parent, greenlets.parent(parent)
    return greenlet
