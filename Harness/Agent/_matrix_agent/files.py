"""Source files of the program: what is known of them, and which one a debugger means."""

import os

from .genuine import _thread


class SourceFile(object):
    """One file name as compiled. `lines` maps a line to its breakpoints, in order of setting."""

    def __init__(self, name, path, identifier):
        self.name = name
        self.path = path
        self.identifier = identifier
        self.lines = {}
        self.codes = {}
        self.patches = {}
        self._identity = False

    def identity(self):
        if self._identity is False:
            self._identity = identity(self.path)
        return self._identity


class FileTable(object):
    """All files seen so far, by the name that they were compiled under."""

    def __init__(self):
        self._files = {}
        self._adding = _thread.allocate_lock()
        self._directory = os.getcwd()

    def get(self, name):
        return self._files.get(name)

    def all(self):
        return list(self._files.values())

    def add(self, name):
        """The file of that name and whether it is new."""
        known = self._files.get(name)
        if known is not None:
            return known, False
        path = self._absolute(name)
        with self._adding:
            known = self._files.get(name)
            if known is not None:
                return known, False
            source = self._files[name] = SourceFile(name, path, len(self._files) + 1)
        return source, True

    def _absolute(self, name):
        """Code may be compiled under a relative name, and the program may change directory."""
        path = os.path.abspath(name)
        if not os.path.isabs(name) and not os.path.exists(path):
            at_start = os.path.abspath(os.path.join(self._directory, name))
            if os.path.exists(at_start):
                return at_start
        return path


def identity(path):
    """What tells an existing file from all others, through any links; None where there is none."""
    try:
        found = os.stat(path)
        return found.st_dev, found.st_ino
    except (OSError, ValueError):
        return None


def source_line(name, number):
    """A line of a source file without the blanks around it; '' where there is none."""
    try:
        with open(name, 'rb') as file:
            lines = file.read().splitlines()
        return lines[number - 1].decode(_encoding(lines[:2]), 'replace').strip()
    except (OSError, ValueError, IndexError, LookupError):
        return ''


def text(name):
    """The text of a source file; None where there is none, or none that can be read."""
    try:
        with open(name, 'rb') as file:
            data = file.read()
        if data[:3] == b'\xef\xbb\xbf':
            data = data[3:]
        return None if b'\0' in data else data.decode(_encoding(data.splitlines()[:2]), 'replace')
    except (OSError, ValueError, LookupError):
        return None


def _encoding(first_lines):
    """What the file says of its encoding (PEP 263)."""
    for line in first_lines:
        before, found, name = line.partition(b'coding')
        if found and before.lstrip().startswith(b'#') and name[:1] in (b':', b'='):
            words = name[1:].replace(b'-*-', b' ').split()
            return words[0].decode('ascii') if words else 'utf-8'
    return 'utf-8'


def matches(requested, requested_identity, source):
    """True where a debugger that says `requested` means the program's file `source`.

    Where the requested file exists here, it must be that file. Where it does not, the debugger
    runs on another machine or under another root: then letter case is ignored, and it is enough
    that the last components agree, as far up as the program's file is in a package.
    """
    path = source.path
    if requested == path:
        return True
    if requested_identity is not None:
        return requested_identity == source.identity()
    if _base(requested) != _base(path):
        return False
    return requested.lower() == path.lower() or _same_module(requested, path)


def _base(path):
    """The last component, whichever system the path is from."""
    return path.replace('\\', '/').rpartition('/')[2].lower()


def _same_module(requested, path):
    wanted = requested.replace('\\', '/').lower().split('/')
    here = os.path.dirname(path)
    wanted.pop()
    while os.path.exists(os.path.join(here, '__init__.py')):
        here, name = os.path.split(here)
        if not wanted or wanted.pop() != name.lower():
            return False
    return True
