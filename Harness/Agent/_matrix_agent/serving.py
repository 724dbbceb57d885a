"""One session after another: a process has one debugger at a time."""

from . import active_session, debugger, followed, forks, log, options     # noqa: F401
from .commands import Commands
from .control import base
from .genuine import _thread

# Classic numbers of connection errors.
ACCEPTED, NOT_LOADED, REJECTED = 0, 3, 18
_CHANGE_TIMEOUT = 10

_claimed = _thread.allocate_lock()


def _nothing_claimed():
    """A forked child has no debugger that attached to its parent."""
    global _claimed
    _claimed = _thread.allocate_lock()


forks.reset_in_children(_nothing_claimed)


def serve(link, option_text, answer, on_detached, on_attached=None):
    """One session, from its first event to its last, on the calling thread.

    `answer` says whether there is one: ACCEPTED, or a number that says why not.
    """
    claimed = _claimed
    if not _claim():
        on_detached()
        _refuse(link, answer, REJECTED)
        return
    try:
        session = None
        try:
            session = debugger.Session(link, options.Options(option_text))
            session.control.prepare(True)
        except (base.Refused, ImportError) as error:
            log.error()
            if session is not None:
                session.forget_forks()
            on_detached()
            _refuse(link, answer, getattr(error, 'code', NOT_LOADED))
            return
        session.on_detached = on_detached
        reader = Commands(session)
        if answer(ACCEPTED):
            try:
                session.start_attached()
            except BaseException:
                session.failed()
        else:
            session.let_go()
        if on_attached is not None:
            on_attached()
        reader.run()
    finally:
        claimed.release()


def _refuse(link, answer, code):
    answer(code)
    link.close()
    link.release()


def _claim():
    """False where a debugger is attached; one that is just leaving is waited for."""
    session = active_session.session
    if session is not None and not session.detached:
        return False
    return _claimed.acquire(True, _CHANGE_TIMEOUT)
