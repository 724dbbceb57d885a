"""What the name before a cursor can be, found without a call to code of the program's: names come from
dictionaries, attributes from the dictionaries of the object and of the bases of its type."""

from . import genuine, safe_repr, scopes

VALUE, FUNCTION, CLASS, MODULE, COMPUTED, KEYWORD = 1, 2, 3, 4, 5, 6
MOST = 10000

_mro_of = type.__dict__['__mro__'].__get__
_dict_of = type.__dict__['__dict__'].__get__
_MODULE = type(genuine)
_FUNCTIONS = frozenset([id(type(sample)) for sample in (
    scopes.assign, len, object.__init__, ''.join, str.join, dict.__dict__['fromkeys'])]
    + [id(classmethod), id(staticmethod)])


class _Sample(object):
    __slots__ = ('slot', '__dict__')


_SLOT = type(_Sample.__dict__['slot'])              # member_descriptor
_COMPUTED_IN_C = type(_Sample.__dict__['__dict__'])  # getset_descriptor


class _Unknown(Exception):
    """Only code of the program's could tell."""


def complete(frame, text, column):
    """The column where the name begins, and pairs of names and kinds."""
    column = min(max(column, 0), len(text))
    start = column
    while start and (text[start - 1] in '._' or text[start - 1].isalnum()):
        start -= 1
    path = text[start:column].split('.')
    prefix = path.pop()
    column -= len(prefix)
    if start and text[start - 1] in ')]}\'"' or not all([name.isidentifier() for name in path]):
        return column, []
    try:
        found = _attributes(_value(frame, path)) if path else _names(frame)
    except _Unknown:
        return column, []
    shown = [(name, kind) for name, kind in found.items()
             if type(name) is str and name.startswith(prefix)]
    shown.sort()
    return column, shown[:MOST]


def _spaces(frame):
    """The dictionaries in which a name of a frame is looked up, innermost first."""
    values = scopes.local_variables(frame)
    if safe_repr.is_foreign(type(values)):
        values = {}                     # what the metaclass of a class body has prepared
    return values, frame.f_globals, frame.f_builtins


def _names(frame):
    found = dict([(name, KEYWORD) for name in genuine.stdlib('keyword').kwlist])
    for space in reversed(_spaces(frame)):
        for name, value in list(space.items()):
            found[name] = _kind(value)
    return found


def _value(frame, path):
    for space in _spaces(frame):
        if path[0] in space:
            value = space[path[0]]
            break
    else:
        raise _Unknown()
    for name in path[1:]:
        value = _attribute(value, name)
    return value


def _kind(value):
    kind = type(value)
    if id(kind) in _FUNCTIONS:
        return FUNCTION
    if issubclass(kind, type):
        return CLASS
    return MODULE if issubclass(kind, _MODULE) else VALUE


def _own(value):
    """The object's own dictionary, where the interpreter and nothing else keeps it."""
    for base in _mro_of(type(value)):
        where = _dict_of(base).get('__dict__')
        if where is not None:
            if type(where) is not _COMPUTED_IN_C and type(where) is not _SLOT:
                return {}
            try:
                own = where.__get__(value)
            except AttributeError:
                return {}
            return own if type(own) is dict else {}
    return {}


def _dictionaries(value):
    """The dictionaries of an object's attributes, the first to be looked at first."""
    if issubclass(type(value), type):
        return [_dict_of(base) for base in _mro_of(value)] + [
            _dict_of(base) for base in _mro_of(type(value))]
    return [_own(value)] + [_dict_of(base) for base in _mro_of(type(value))]


def _attributes(value):
    found = {}
    for space in reversed(_dictionaries(value)):
        for name, attribute in list(space.items()):
            found[name] = _kind(attribute) if _is_plain(attribute) else COMPUTED
    return found


def _is_plain(attribute):
    """True where an attribute is the value that is found, or a function."""
    kind = type(attribute)
    return id(kind) in _FUNCTIONS or not any(
        ['__get__' in _dict_of(base) for base in _mro_of(kind)])


def _attribute(value, name):
    """The value of an attribute, where no code has to be called for it."""
    for space in _dictionaries(value):
        if name in space:
            found = space[name]
            if type(found) is _SLOT and not issubclass(type(value), type):
                try:
                    return found.__get__(value)
                except AttributeError:
                    raise _Unknown()
            if not _is_plain(found):
                raise _Unknown()
            if type(found) is classmethod or type(found) is staticmethod:
                return found.__func__
            return found
    raise _Unknown()
