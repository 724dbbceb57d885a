"""Starts a Python program under the matrix debug agent.

    python launcher.py CWD PORT GUID OPTIONS [-m|-c] SCRIPT [ARG...]
    python launcher.py --listen ENDPOINT SECRET [--wait] OPTIONS [-m|-c] SCRIPT [ARG...]

PORT is a TCP port on 127.0.0.1, or `unix:PATH` for a Unix stream socket; a debugger listens there.
With `--listen` the agent listens at ENDPOINT, of the same form, and debuggers that know the secret may
attach and detach as they like; `--wait` holds the program back until the first one has. SECRET says where
it is: `fd:N`, `file:PATH`, `env:NAME`; a secret itself is seen by all users of the machine.
"""
_names = dict(globals())


def _start(names):
    """Imports the agent and hands over, leaving no trace in `sys.path`."""
    import os
    import sys
    here = os.path.dirname(os.path.abspath(names['__file__']))
    sys.path.insert(0, here)
    try:
        from _matrix_agent import launch
    finally:
        sys.path.remove(here)
        sys.path_importer_cache.pop(here, None)
    launch.main(names, sys.argv[1:])


_start(_names)
