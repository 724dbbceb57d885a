"""What there is in a program that runs already: its threads, its files, its main module."""

import sys

from . import native, threads
from .control import base


def running_threads(from_c=False):
    """Identifiers of the threads that run Python, without the agent's. `from_c`: without those that
    began in the agent's hands either, which announce themselves."""
    if not native.are_all_frames_told():
        known = getattr(sys.modules.get('threading'), '_active', None)      # oldest first
        return [identifier for identifier in reversed(list(known or ()))
                if identifier not in threads.AGENTS]
    found = []
    for identifier, top in sys._current_frames().items():
        if identifier not in threads.AGENTS and not (
                from_c and base.is_agent_frame(base.stack(top)[-1])):
            found.append(identifier)
    return found


def main_thread():
    """The identifier of the main thread. `threading` takes the thread that imported it for that, and
    gevent gives it an identifier of its own. Thread states come newest first."""
    known = getattr(sys.modules['_thread'], '_get_main_thread_ident', None)     # since 3.13
    if known is not None:
        return known()
    found = running_threads()
    return found[-1] if found else 0


def allow_main(is_user_code):
    """The program itself is the user's, wherever it lies."""
    name = getattr(sys.modules.get('__main__'), '__file__', None)
    if isinstance(name, str):
        is_user_code.allow(name)
    elif (getattr(sys, 'argv', None) or [''])[0] == '-c':
        is_user_code.allow('<string>')


def running_files():
    """Files of the code that runs now, which need not be a module's."""
    names = set([frame.f_code.co_filename for frame in base.running_frames()
                 if not base.is_agent_frame(frame)])
    return sorted([name for name in names if not name.startswith('<')])
