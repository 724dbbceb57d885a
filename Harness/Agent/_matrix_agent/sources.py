"""The source of files that the program has loaded, also where they are in no folder."""

import os
import sys

from . import children, files, genuine, limits
from .control import codes

MOST_CHARACTERS = children.MOST_BYTES


class Missing(Exception):
    """There is no source; the text says of what."""


def source(frame, filename):
    """The source of a file, or where its name is empty, of the frame's."""
    filename = filename or frame.f_code.co_filename
    for look in (_after_c, _in_file, _in_linecache, _at_loader, _frozen):
        found = look(frame, filename)
        if type(found) is str:
            return found[:MOST_CHARACTERS]
    raise Missing('there is no source of ' + filename)


def _after_c(frame, filename):
    """The text after `-c`. What the program gives to `exec` has the same name, so the frame must be of
    code that is in the text."""
    if filename != '<string>':
        return None
    try:
        with open('/proc/self/cmdline', 'rb') as file:
            arguments = file.read().split(b'\0')
        text = os.fsdecode(arguments[arguments.index(b'-c') + 1])
    except (OSError, ValueError, IndexError):
        return None
    return text if _is_of(frame, text) else None


def _is_of(frame, text):
    try:
        code = compile(text, frame.f_code.co_filename, 'exec', 0, True)
    except (ValueError, SyntaxError):
        return False
    return frame.f_code in codes.nested_code(code)


def _in_file(frame, filename):
    return None if filename.startswith('<') else files.text(filename)


def _in_linecache(frame, filename):
    cache = getattr(sys.modules.get('linecache'), 'cache', None)
    entry = cache.get(filename) if type(cache) is dict else None
    if type(entry) is not tuple:
        return None
    if len(entry) == 1:                 # what has to be called for the text
        limits.begin()
        return entry[0]()
    text = ''.join(entry[2])
    return text if filename != '<string>' or _is_of(frame, text) else None


def _at_loader(frame, filename):
    names = _globals(frame, filename)
    spec = names.get('__spec__')
    loader = getattr(spec, 'loader', None) or names.get('__loader__')
    name = getattr(spec, 'name', None) or names.get('__name__')
    limits.begin()
    get_source = getattr(loader, 'get_source', None)
    try:
        return get_source(name) if get_source is not None else None
    except (ImportError, OSError):
        return None


def _globals(frame, filename):
    if filename == frame.f_code.co_filename:
        return frame.f_globals
    for module in list(sys.modules.values()):
        if type(module) is type(sys):
            file = vars(module).get('__file__')
            if type(file) is str and file == filename:
                return vars(module)
    return {}


def _frozen(frame, filename):
    if not filename.startswith('<frozen ') or not filename.endswith('>'):
        return None
    parts = filename[len('<frozen '):-1].split('.')
    for place in genuine.stdlib_places():
        for path in ('/'.join(parts) + '.py', '/'.join(parts) + '/__init__.py'):
            found = files.text(os.path.join(place, path))
            if found is not None:
                return found
    return None
