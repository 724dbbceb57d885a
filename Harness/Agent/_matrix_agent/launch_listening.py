"""Launch with the other handshake: the agent listens, and the program runs with or without a
debugger."""

import atexit
import sys

from . import attach, launch
from .genuine import _thread


def main(names, arguments):
    """Runs `--listen ENDPOINT SECRET [--wait] OPTIONS [-m|-c] SCRIPT [ARG...]`."""
    endpoint, secret, waits, option_text, program = _parse(arguments)
    launch.hide_launch(program, len(arguments) - len(program) + 1)
    attached = _thread.allocate_lock()
    attached.acquire()

    def release():
        if waits and attached.locked():
            attached.release()

    try:
        server = attach.listen(endpoint, secret, option_text, release)
    except (OSError, ValueError) as error:
        sys.exit('matrix agent: cannot listen at %s: %s' % (endpoint, error))
    # The first to be registered is the last to run: sessions end before it.
    atexit.register(server.close)
    ending = launch.Ending()
    run = launch.prepare(names, program, lambda filename: None)
    if waits:
        attached.acquire()
    launch.run_program(run, ending)


def _parse(arguments):
    if len(arguments) < 4:
        sys.exit(launch.USAGE)
    endpoint, secret = arguments[1:3]
    rest = arguments[3:]
    waits = rest[0] == '--wait'
    if waits:
        del rest[0]
    if len(rest) < 2:
        sys.exit(launch.USAGE)
    return endpoint, secret, waits, rest[0], rest[1:]
