"""Which code is the user's: stepping, breaks and exceptions stop there and nowhere else."""

import os
import sys

PACKAGE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(os.path.dirname(PACKAGE), 'launcher.py')

_INSIDE = PACKAGE + os.sep


def is_agent(filename):
    """True for the agent's own code, whose frames are never shown."""
    return filename.startswith(_INSIDE) or filename == LAUNCHER


class CodeFilter(object):
    """Answers by file name as compiled, and remembers the answer."""

    def __init__(self, debug_stdlib=False):
        roots = _library_roots()
        self._all = debug_stdlib or roots is None
        self._roots = tuple(roots or ())
        self._answers = {}

    def allow(self, filename):
        """Makes one file the user's wherever it lies, like the script that was launched."""
        self._answers[filename] = True

    def __call__(self, filename):
        try:
            return self._answers[filename]
        except KeyError:
            answer = self._answers[filename] = self._judge(filename)
            return answer

    def _judge(self, filename):
        if filename.startswith('<'):
            # Frozen modules (since 3.11 most of what start-up imports) and generated code.
            return filename == '<stdin>'
        path = os.path.normcase(os.path.abspath(filename))
        if is_agent(path):
            return False
        if self._all:
            return True
        return not path.startswith(self._roots) and not _is_inside_archive(path)


def _library_roots():
    """Prefixes with a trailing separator; None where one is empty or the whole file system."""
    roots = set()
    for name in ('prefix', 'base_prefix', 'real_prefix', 'exec_prefix', 'base_exec_prefix'):
        root = getattr(sys, name, None)
        if root is None:
            continue
        if not root.strip(os.sep):
            return None
        roots.add(root)
    roots.add(os.path.dirname(os.__file__))
    if getattr(sys, '_stdlib_dir', None):
        roots.add(sys._stdlib_dir)
    return [os.path.join(os.path.normcase(os.path.abspath(root)), '') for root in roots if root]


def _is_inside_archive(path):
    """True where a component of the path is an egg or a zip that is a file."""
    for suffix in ('.egg', '.zip'):
        end = path.find(suffix + os.sep)
        if end >= 0 and os.path.isfile(path[:end + len(suffix)]):
            return True
    return False
