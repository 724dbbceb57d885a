"""Tells the user's code from others': stepping, breaks and exceptions stop only there."""

import os
import sys

PACKAGE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(os.path.dirname(PACKAGE), 'launcher.py')
STARTUP = os.path.join(os.path.dirname(PACKAGE), 'startup', 'sitecustomize.py')

_INSIDE = PACKAGE + os.sep


def is_agent(filename):
    """True for the agent's own code, whose frames are never shown."""
    return filename.startswith(_INSIDE) or filename in (LAUNCHER, STARTUP)


class CodeFilter(object):
    """Answers by file name as compiled, and remembers the answer. What a debugger's rules say goes
    first, then the files that were allowed, then where libraries are installed."""

    def __init__(self, debug_stdlib=False):
        self._all = debug_stdlib or not _has_library()
        self._roots = () if self._all else tuple(_library_roots())
        self.rules = ()                 # as a debugger has them
        self._rules = ()
        self._allowed = set()
        self._answers = {}

    def allow(self, filename):
        """Makes one file the user's wherever it lies, like the script that was launched."""
        self._allowed.add(filename)
        self._answers = {}

    def allowed(self):
        return sorted(self._allowed)

    def set_rules(self, rules):
        """Pairs of a path and whether the file there, or all below the folder there, is the user's.
        The first that fits decides."""
        self.rules = tuple(rules)
        self._rules = tuple([(_normal(path), users) for path, users in rules])
        self._answers = {}

    def __call__(self, filename):
        answers = self._answers
        try:
            return answers[filename]
        except KeyError:
            answer = answers[filename] = self._judge(filename)
            return answer

    def _judge(self, filename):
        generated = filename.startswith('<')
        path = filename if generated else _normal(filename)
        if not generated and is_agent(path):
            return False
        for rule, users in self._rules:
            if path == rule or path.startswith(os.path.join(rule, '')):
                return users
        if filename in self._allowed:
            return True
        if generated:
            # Frozen modules (since 3.11 most of what start-up imports) and generated code.
            return filename == '<stdin>'
        if self._all:
            return True
        return not (path.startswith(self._roots) or os.path.realpath(path).startswith(self._roots)
                    or is_inside_archive(path))


def _normal(path):
    return path if path.startswith('<') else os.path.normcase(os.path.abspath(path))


def _has_library():
    """False where an application embeds Python without saying where it is installed."""
    return all([getattr(sys, name, 'absent') for name in (
        'prefix', 'base_prefix', 'real_prefix', 'exec_prefix', 'base_exec_prefix')])


def _library_roots():
    """Where `sysconfig` has `stdlib`, `platstdlib`, `purelib` and `platlib`, of this environment and
    of the installation below it, each with a trailing separator, as named and with links resolved.

    `sysconfig` itself is not asked: importing it would change the program that is looked at. What
    is below `sys.prefix` beside these is the user's: a project may lie around its environment, and
    the whole system below `/usr`.
    """
    library = os.path.dirname(os.path.abspath(os.__file__))
    roots = set([library, getattr(sys, '_stdlib_dir', None)])
    site = sys.modules.get('site')
    for name in ('prefix', 'exec_prefix', 'base_prefix', 'base_exec_prefix', 'real_prefix'):
        prefix = getattr(sys, name, None)
        if prefix is None:
            continue
        # Debian has an installation's packages in `dist-packages`, and below `local` as well.
        for base in (prefix, os.path.join(prefix, 'local')):
            for folder in set(['lib', 'lib64', getattr(sys, 'platlibdir', 'lib')]):
                roots.add(os.path.join(base, folder, os.path.basename(library)))
                roots.add(os.path.join(base, folder, 'python3', 'dist-packages'))
        try:
            roots.update(site.getsitepackages([prefix]))
        except BaseException:
            pass                        # There is no `site`, or one of a virtual environment's own.
    roots.add(getattr(site, 'USER_SITE', None))
    found = set()
    for root in roots:
        if isinstance(root, str) and root:
            for path in (os.path.abspath(root), os.path.realpath(root)):
                found.add(os.path.join(os.path.normcase(path), ''))
    return found - set([os.path.join(os.sep, '')])


def is_inside_archive(path):
    """True where a component of the path is an egg or a zip that is a file."""
    for suffix in ('.egg', '.zip'):
        end = path.find(suffix + os.sep)
        if end >= 0 and os.path.isfile(path[:end + len(suffix)]):
            return True
    return False
