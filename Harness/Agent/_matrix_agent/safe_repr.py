"""A representation of any object in bounded space, whatever its `__repr__` does.

The limits are those of the classic agent: 65536 characters for what stands alone and 30 inside a
container, of which the first two thirds and the last third are kept; 15 slots in the outermost
container and 10 in the next, the last of which is `...`; deeper containers are not opened.
"""

OUTER_LIMIT = 65536
INNER_LIMIT = 30
SLOTS = (15, 10)
MAX_BITS = 30000

_SORTABLE = frozenset([id(kind) for kind in (int, str, bytes, float)])
_type_name = type.__dict__['__name__'].__get__


def type_name(value):
    """The name of the type, past a metaclass that hides it."""
    try:
        return _type_name(type(value))
    except BaseException:
        return '?'


class _Brackets(object):
    def __init__(self, opening, closing, empty):
        self.opening = opening
        self.closing = closing
        self.empty = empty


_BRACKETS = {
    list: _Brackets('[', ']', '[]'),
    tuple: _Brackets('(', ')', '()'),
    set: _Brackets('{', '}', 'set()'),
    frozenset: _Brackets('frozenset({', '})', 'frozenset()'),
    dict: _Brackets('{', '}', '{}'),
}
_STOCK_REPR = {kind.__repr__: kind for kind in _BRACKETS}
# By identity: a metaclass may refuse to be compared, or hashed.
_PLAIN = frozenset([id(kind) for kind in (int, bool, float, complex, type(None))])


def safe_repr(value):
    """Text for the object; it never raises."""
    try:
        kind = type(value)
        if kind is str:
            return _text(value, OUTER_LIMIT)
        if id(kind) in _PLAIN:
            return _plain(value, OUTER_LIMIT)
        return _repr(value, 0, [])
    except BaseException as error:
        return 'An exception was raised: ' + type_name(error)


def _repr(value, level, parents):
    kind = type(value)
    limit = INNER_LIMIT if level else OUTER_LIMIT
    if kind is str or kind is bytes:
        return _text(value, limit)
    if id(kind) in _PLAIN:
        return _plain(value, limit)
    stock = _stock_kind(kind)
    if stock is not None:
        return _container(value, stock, level, parents)
    if level == 0:
        counted = _too_long(value, kind)
        if counted is not None:
            return counted
    return _other(value, limit)


def _stock_kind(kind):
    """The container whose own `__repr__` this type uses, and which can be walked as such."""
    try:
        stock = _STOCK_REPR.get(kind.__repr__)
    except BaseException:
        return None
    if stock is not None and kind.__iter__ is stock.__iter__:
        return stock
    return None


def _plain(value, limit):
    try:
        if type(value) is not int or value.bit_length() <= MAX_BITS:
            text = repr(value)
            return text if len(text) <= limit else _shorten(text, limit)
    except ValueError:
        pass
    # Decimal is quadratic, and refused above a limit since 3.11 (CVE-2020-10735).
    return _shorten(hex(value), limit)


def _text(value, limit):
    """Cuts before `repr`, so that a huge string costs no more than its limit."""
    if len(value) <= limit:
        text = repr(value)
        return text if len(text) <= limit + 3 else _shorten(text, limit)
    left, right = _split(limit)
    return _shorten(repr(value[:left] + value[-right:]), limit, always=True)


def _shorten(text, limit, always=False):
    if len(text) <= limit and not always:
        return text
    left, right = _split(limit)
    return text[:left] + '...' + text[-right:]


def _split(limit):
    return limit * 2 // 3, limit // 3


def _other(value, limit):
    try:
        text = repr(value)
        if type(text) is not str:
            text = str.__str__(text)
    except BaseException:
        try:
            text = object.__repr__(value)
        except BaseException:
            text = '<no repr available for ' + type_name(value) + '>'
    return text if len(text) <= limit else _shorten(text, limit)


def _too_long(value, kind):
    """Sequences that print all their items are counted instead, where they have many."""
    try:
        if not issubclass(kind, (list, tuple, set, frozenset, dict)):
            return None
        length = len(value)
    except BaseException:
        return None
    if length <= SLOTS[0]:
        return None
    return '<' + type_name(value) + ', len() = ' + str(length) + '>'


def _container(value, stock, level, parents):
    brackets = _BRACKETS[stock]
    length = stock.__len__(value)
    if not length:
        return brackets.empty if type(value) is stock else _other(value, INNER_LIMIT)
    if level >= len(SLOTS) or any([value is parent for parent in parents]):
        return ('{' if stock is dict else brackets.opening) + '...' + brackets.closing
    room = SLOTS[level]
    parents.append(value)
    shown = []
    try:
        if stock is dict:
            for key, item in _first_pairs(value, room):
                shown.append(_repr(key, level + 1, parents) + ': '
                             + _repr(item, level + 1, parents))
        else:
            for item in _first(stock.__iter__(value), room):
                shown.append(_repr(item, level + 1, parents))
    finally:
        parents.pop()
    if length >= room:
        del shown[room - 1:]
        shown.append('...')
    text = ', '.join(shown)
    if stock is tuple and length == 1:
        text += ','
    if type(value) is not stock and stock in (set, frozenset):
        return type_name(value) + '({' + text + '})'
    return brackets.opening + text + brackets.closing


def _first(iterator, count):
    items = []
    for item in iterator:
        if len(items) >= count:
            break
        items.append(item)
    return items


def _first_pairs(mapping, count):
    """Sorted by key where keys can be sorted and are not too many to look at."""
    pairs = _first(dict.items(mapping), 1000)
    kinds = set([id(type(key)) for key, _ in pairs])
    if len(kinds) == 1 and kinds.pop() in _SORTABLE:
        pairs.sort(key=_key)
    return pairs[:count]


def _key(pair):
    return pair[0]
