"""Children of a value: attributes, items by key or index, and what stands in for iterators.

At most LIMIT children are sent, and one marker where there are more.
"""

from . import evaluation, limits, objects, safe_repr, scopes, wire

LIMIT = 10000
MOST_BYTES = 16 << 20

_TOO_MANY = 'Evaluation halted because sequence has too many items'
_TOO_LARGE = 'Evaluation halted because the children have too many bytes'
_TOO_LONG = 'Evaluation halted because the children took too long'
_ITERATOR = 'Expanding the Results View will run the iterator'
_SIMPLE_KEYS = frozenset([id(kind) for kind in (str, int, bool, bytes, type(None))])


class Many(Exception):
    """There are more children than are sent; the text says why."""


def no_children_event(request):
    return b'CHLD' + wire.integer(request) + wire.integer(0)


def children_event(frame, text, request, late=None):
    """The children of an expression; none where it cannot be evaluated. What was found before it
    went wrong, or before the time was up, is shown."""
    parts = []
    halted = None
    try:
        limits.Budget(limits.seconds(limits.CHILDREN), late).run(
            lambda: Children(evaluation.evaluate(text, frame), text.strip(), frame,
                              parts).collect())
    except Many as reason:
        halted = str(reason)
    except limits.Expired:
        halted = _TOO_LONG
    except BaseException:
        pass
    if halted is not None:
        parts.append(wire.text('[...]') + wire.NULL + objects.record(halted))
    return b''.join([b'CHLD', wire.integer(request), wire.integer(len(parts))] + parts)


def page(frame, text, start, count, late=None):
    """The children from number `start` on, at most `count` of them and of LIMIT, and whether there
    are more. Numbers begin at 0 and are those of `children_event`, without its end."""
    parts = []

    def collect():
        found = Children(evaluation.evaluate(text, frame), text.strip(), frame, parts)
        found.skip = max(start, 0)
        found.limit = min(max(count, 0), LIMIT)
        found.collect()

    try:
        limits.Budget(limits.seconds(limits.CHILDREN), late).run(collect)
    except (Many, limits.Expired):
        return parts, True
    except BaseException:
        pass
    return parts, False


ATTRIBUTE, ITEM = 1, 2


class Children(object):
    """Finds the children of one value. A child has a key by which it can be assigned: ATTRIBUTE or
    ITEM, and the attribute's name or the item's index or key; None where there is no such."""

    skip = 0
    limit = LIMIT

    def __init__(self, value, expression, frame, parts):
        self.value = value
        self.kind = type(value)
        self.expression = expression
        self.frame = frame
        self.parts = parts
        self.size = 0

    def collect(self):
        value, kind = self.value, self.kind
        self._attributes()
        if not hasattr(kind, '__iter__'):
            if hasattr(kind, '__getitem__') and hasattr(kind, '__len__'):
                self._sequence(iter(value))
            return
        if issubclass(kind, dict) or (hasattr(kind, 'items') and hasattr(kind, 'has_key')):
            self.add_synthetic('items()', self.expression + '.items()', '',
                               objects.EXPANDABLE | objects.METHOD_CALL)
            self._mapping()
            return
        iterator = iter(value)
        if iterator is value:
            self.add_synthetic(
                'Results View', 'tuple(' + self.expression + ')', _ITERATOR,
                objects.EXPANDABLE | objects.METHOD_CALL | objects.SIDE_EFFECTS)
        elif kind is list or kind is tuple:
            self.add_plain_sequence(iterator)
        else:
            self._sequence(iterator)

    def skips(self):
        """True for a child before the first that is wanted. None of these is asked for anything."""
        if self.skip:
            self.skip -= 1
            return True
        if len(self.parts) >= self.limit:
            raise Many(_TOO_MANY)
        return False

    def emit(self, name, expression, record):
        self.size += len(record)
        if self.size > MOST_BYTES:
            raise Many(_TOO_LARGE)
        self.parts.append(wire.text(name) + wire.text(expression) + record)

    def add(self, name, expression, value, key):
        self.emit(name, expression, objects.record(value))

    def add_synthetic(self, name, expression, text, flags):
        if not self.skips():
            self.emit(name, expression, objects.synthetic(text, flags))

    # Attributes

    def _attributes(self):
        value = self.value
        try:
            names = dir(value)
        except limits.Expired:
            raise
        except BaseException:
            return
        own = _own_names(value, self.kind)
        for name in names:
            if type(name) is not str or (name.startswith('__') and name.endswith('__')):
                continue
            try:
                attribute = getattr(value, name)
                if name not in own and _is_method(attribute) and hasattr(self.kind, name):
                    continue
            except limits.Expired:
                raise
            except BaseException:
                continue
            if not self.skips():
                self.add(name, self.expression + '.' + name, attribute, (ATTRIBUTE, name))

    # Items

    def add_plain_sequence(self, iterator):
        """Lists and tuples, where every index leads to its item: the common case, and the long."""
        skipped = min(self.skip, len(self.value))
        self.skip -= skipped
        if skipped:
            iterator = iter(self.value[skipped:skipped + self.limit + 1])
        room = self.limit - len(self.parts) + skipped
        before = self.expression.encode('utf-8', 'backslashreplace')
        add, integer, record = self.parts.append, wire.integer, objects.record
        tails = {}
        plain_repr = object.__repr__
        index = skipped
        size = 0
        for item in iterator:
            if index >= room:
                raise Many(_TOO_MANY)
            kind = type(item)
            try:
                tail = tails[id(kind)][1]
            except KeyError:
                # The type is kept as well, so that its identity stays its own.
                tail = objects.plain_tail(kind)
                tails[id(kind)] = kind, tail
            if tail is None:
                described = record(item)
            else:
                shown = plain_repr(item).encode('utf-8', 'backslashreplace')
                described = b''.join((b'U', integer(len(shown)), shown, tail))
            size += len(described)
            if size > MOST_BYTES:
                raise Many(_TOO_LARGE)
            name = b'[%d]' % index
            add(b''.join((b'U', integer(len(name)), name,
                          b'U', integer(len(before) + len(name)), before, name, described)))
            index += 1

    def _sequence(self, iterator):
        value = self.value
        indexed = hasattr(self.kind, '__getitem__')
        for index, item in enumerate(iterator):
            if self.skips():
                continue
            name = '[%d]' % index
            expression = key = None
            if indexed:
                try:
                    value[index]
                    expression = self.expression + name
                    key = ITEM, index
                except limits.Expired:
                    raise
                except BaseException:
                    pass
            if expression is None:
                expression = 'next((v for i, v in enumerate(%s) if i == %d))' % (
                    self.expression, index)
            self.add(name, expression, item, key)

    def _mapping(self):
        for index, pair in enumerate(self.value.items()):
            try:
                key, item = pair
                if self.skips():
                    continue
                name = '[' + safe_repr.safe_repr(key) + ']'
            except (limits.Expired, Many):
                raise
            except BaseException:
                continue
            if self._leads_to(key, name, item):
                expression = self.expression + name
            else:
                expression = 'next((v for i, (k, v) in enumerate(%s.items()) if i == %d))' % (
                    self.expression, index)
            self.add(name, expression, item, (ITEM, key))

    def _leads_to(self, key, name, item):
        """True where the key's representation, evaluated, finds the item.

        Only plain dictionaries are asked: others may do anything when asked, like adding the key.
        """
        if id(type(key)) in _SIMPLE_KEYS:
            return len(name) <= safe_repr.OUTER_LIMIT
        if self.kind.__getitem__ is not dict.__getitem__ or hasattr(self.kind, '__missing__'):
            return False
        try:
            again = eval(name[1:-1], self.frame.f_globals, scopes.local_variables(self.frame))
            return self.value[again] is item
        except limits.Expired:
            raise
        except BaseException:
            return False


def _own_names(value, kind):
    """Names that the instance itself holds, in its `__dict__` or in slots."""
    names = set()
    try:
        names.update(object.__getattribute__(value, '__dict__'))
    except BaseException:
        pass
    try:
        slots = kind.__slots__
        names.update([slots] if isinstance(slots, str) else slots)
    except BaseException:
        pass
    return names


class _Sample(object):
    def method(self):
        """Something to take types from, without `types`."""


_METHOD_KINDS = frozenset([id(type(sample)) for sample in (
    _Sample.method, _Sample().method, len, object().__str__)])


def _is_method(value):
    return id(type(value)) in _METHOD_KINDS
