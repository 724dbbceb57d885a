"""Where mistakes of the agent are told, for who asks for that: the file MATRIX_AGENT_LOG."""

import os
import sys


def error():
    """Appends the error that is being handled."""
    _append(_description(sys.exc_info()[1]))


def note(text):
    """Appends what the agent cannot do."""
    _append(text + '\n')


def _append(text):
    path = os.environ.get('MATRIX_AGENT_LOG')
    if path:
        # As bytes: a file of text imports `_bootlocale` up to 3.9, as C code does, from `sys.modules`.
        with open(path, 'ab') as file:
            file.write(text.encode('utf-8', 'backslashreplace'))


def _description(value):
    """As Python would, without its sources: what reads them is the program's to import."""
    lines = []
    cause = value.__cause__ or value.__context__
    if cause is not None:
        lines = [_description(cause), '\nfollowed by\n\n']
    lines.append('Traceback (most recent call last):\n')
    traceback = value.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append('  File "%s", line %d, in %s\n' % (
            code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    lines.append('%s: %s\n' % (type(value).__name__, value))
    return ''.join(lines)
