"""Attaching: the agent arrives in a program that runs already.

    attach(endpoint, token, options)    connects to a debugger that listens, like the launch
    listen(endpoint, secret, options)   waits for debuggers that connect, one after the other

Both return at once and work on threads of their own; the program goes on meanwhile.
"""

# All that a session may need later is imported now: whoever loaded the agent into the program may
# take its files away.
from . import additions, children, connection, control, current, debugger      # noqa: F401
from . import evaluation, exceptions, handlers, interrupts, options, output     # noqa: F401
from . import thread_start, wire
from .commands import Commands
from .control import base, frame_hook, hooked, monitoring, running, trace         # noqa: F401
from .genuine import _thread

# Classic numbers of connection errors.
ACCEPTED, NOT_LOADED, REJECTED = 0, 3, 18
_CHANGE_TIMEOUT = 10

_claimed = _thread.allocate_lock()
_tokens = set()


def attach(endpoint, token, option_text=''):
    """Connects to a debugger at a TCP port on 127.0.0.1 or at `unix:PATH`, and says the token.

    Asking again for a token that is connected or about to be is success and does nothing.
    """
    if token not in _tokens:
        _tokens.add(token)
        thread_start.start_agent_thread(_attach, (endpoint, token, option_text))


def listen(endpoint='', secret=None, option_text='', on_attached=None):
    """Listens at a TCP port on 127.0.0.1 (5678 unless told) or at `unix:PATH`. Whoever knows the
    secret may attach; None lets everyone in. The result is a server; `close` ends it."""
    from . import server
    listener = server.Server(endpoint, secret, option_text, on_attached)
    listener.start()
    return listener


def loaded(entry, endpoint, token, option_text, tell):
    """What the loader calls, on a thread that is the agent's from here on."""
    if entry == 'listen':
        tell(listen(endpoint, token, option_text).endpoint)
        return
    tell(endpoint)
    if token not in _tokens:
        _tokens.add(token)
        thread_start.run_own(_attach, (endpoint, token, option_text))


def _attach(endpoint, token, option_text):
    try:
        link = connection.Connection(connection.connect(endpoint))

        def answer(code):
            return link.send(wire.text(token) + wire.integer(code))

        serve(link, option_text, answer, lambda: _tokens.discard(token))
    except (OSError, ValueError):
        pass                            # Nobody listens there (any more).
    finally:
        _tokens.discard(token)


def serve(link, option_text, answer, on_detached, on_attached=None):
    """One session, from its first event to its last, on the calling thread.

    `answer` says whether there is one: ACCEPTED, or a number that says why not.
    """
    if not _claim():
        on_detached()
        _refuse(link, answer, REJECTED)
        return
    try:
        try:
            session = debugger.Session(link, options.Options(option_text))
            session.control.prepare(True)
        except (base.Refused, ImportError) as error:
            debugger.log_error()
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
        _claimed.release()


def _refuse(link, answer, code):
    answer(code)
    link.close()
    link.release()


def _claim():
    """False where a debugger is attached; one that is just leaving is waited for."""
    session = current.session
    if session is not None and not session.detached:
        return False
    return _claimed.acquire(True, _CHANGE_TIMEOUT)
