"""Attaching: the agent arrives in a program that runs already.

    attach(endpoint, token, options)    connects to a debugger that listens, like the launch
    listen(endpoint, secret, options)   waits for debuggers that connect, one after the other

Both return at once and work on threads of their own; the program goes on meanwhile.
"""

from . import connection, forks, server, serving, thread_start, wire
from .genuine import _thread

_tokens = set()
_servers = []
forks.reset_in_children(_tokens.clear)


def attach(endpoint, token, option_text=''):
    """Connects to a debugger at a TCP port on 127.0.0.1 or at `unix:PATH`, and says the token.

    Asking again for a token that is connected or about to be is success and does nothing.
    """
    if token not in _tokens:
        _tokens.add(token)
        thread_start.start_agent_thread(_attach, (endpoint, token, option_text))


def listen(endpoint='', secret=None, option_text='', on_attached=None):
    """Listens at a TCP port on 127.0.0.1 (5678 unless told) or at `unix:PATH`, which only the user may
    open. A debugger that knows the secret may attach. Without one there is no listening on TCP,
    where every user of the machine can connect; an empty one is refused. The result is a server;
    `close` ends it."""
    if secret == '':
        raise ValueError('the secret is empty')
    if secret is None and not endpoint.startswith('unix:'):
        raise ValueError('listening on TCP needs a secret')
    listener = server.Server(endpoint, secret, option_text, on_attached)
    _servers.append(listener)
    listener.start()
    return listener


def close_listeners(endpoint, reply):
    """Closes the servers at `endpoint`, or all with ''. `reply` gets their endpoints, one a line, on
    the last of their threads as it ends; the result is False where there is nothing to close."""
    chosen = [server for server in _servers if endpoint in ('', server.endpoint)]
    closed, left = [], [len(chosen)]
    guard = _thread.allocate_lock()

    def count(server):
        with guard:
            if server is not None:
                closed.append(server.endpoint)
            left[0] -= 1
            is_last = not left[0]
        if is_last:
            reply('\n'.join(sorted(closed)))

    for server in chosen:
        _servers.remove(server)
        if not server.close(lambda server=server: count(server)):
            count(None)
    return bool(chosen)


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

        serving.serve(link, option_text, answer, lambda: _tokens.discard(token))
    except (OSError, ValueError):
        pass                            # Nobody listens there (any more).
    finally:
        _tokens.discard(token)
