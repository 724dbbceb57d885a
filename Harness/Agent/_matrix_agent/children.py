"""Children of a value: attributes, items by key or index, and what stands in for iterators.

At most LIMIT children are sent, and one marker where there are more.
"""

from . import evaluation, objects, safe_repr, wire

LIMIT = 10000

_TOO_MANY = 'Evaluation halted because sequence has too many items'
_ITERATOR = 'Expanding the Results View will run the iterator'
_SIMPLE_KEYS = frozenset([id(kind) for kind in (str, int, bool, bytes, type(None))])


class _Many(Exception):
    """There are more children than are sent."""


def no_children_event(request):
    return b'CHLD' + wire.integer(request) + wire.integer(0)


def children_event(frame, text, request):
    """The children of an expression; none where it cannot be evaluated."""
    try:
        value = evaluation.evaluate(text, frame)
    except BaseException:
        return no_children_event(request)
    found = _Children(value, text.strip(), frame)
    try:
        found.collect()
    except _Many:
        found.parts.append(wire.text('[...]') + wire.NULL + objects.record(_TOO_MANY))
    except BaseException:
        pass                            # What was found before it went wrong is shown.
    return b''.join([b'CHLD', wire.integer(request), wire.integer(len(found.parts))]
                    + found.parts)


class _Children(object):
    def __init__(self, value, expression, frame):
        self.value = value
        self.kind = type(value)
        self.expression = expression
        self.frame = frame
        self.parts = []

    def collect(self):
        value, kind = self.value, self.kind
        self._attributes()
        if not hasattr(kind, '__iter__'):
            if hasattr(kind, '__getitem__') and hasattr(kind, '__len__'):
                self._sequence(iter(value))
            return
        if issubclass(kind, dict) or (hasattr(kind, 'items') and hasattr(kind, 'has_key')):
            self._synthetic('items()', self.expression + '.items()', '',
                            objects.EXPANDABLE | objects.METHOD_CALL)
            self._mapping()
            return
        iterator = iter(value)
        if iterator is value:
            self._synthetic(
                'Results View', 'tuple(' + self.expression + ')', _ITERATOR,
                objects.EXPANDABLE | objects.METHOD_CALL | objects.SIDE_EFFECTS)
        elif kind is list or kind is tuple:
            self._plain_sequence(iterator)
        else:
            self._sequence(iterator)

    def _add(self, name, expression, record):
        if len(self.parts) >= LIMIT:
            raise _Many()
        self.parts.append(wire.text(name) + wire.text(expression) + record)

    def _synthetic(self, name, expression, text, flags):
        self._add(name, expression, objects.synthetic(text, flags))

    # Attributes

    def _attributes(self):
        value = self.value
        try:
            names = dir(value)
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
            except BaseException:
                continue
            self._add(name, self.expression + '.' + name, objects.record(attribute))

    # Items

    def _plain_sequence(self, iterator):
        """Lists and tuples, where every index leads to its item: the common case, and the long."""
        room = LIMIT - len(self.parts)
        before = self.expression.encode('utf-8', 'backslashreplace')
        add, integer, record = self.parts.append, wire.integer, objects.record
        index = 0
        for item in iterator:
            if index >= room:
                raise _Many()
            name = b'[%d]' % index
            add(b''.join((b'U', integer(len(name)), name,
                          b'U', integer(len(before) + len(name)), before, name, record(item))))
            index += 1

    def _sequence(self, iterator):
        value = self.value
        indexed = hasattr(self.kind, '__getitem__')
        for index, item in enumerate(iterator):
            name = '[%d]' % index
            expression = None
            if indexed:
                try:
                    value[index]
                    expression = self.expression + name
                except BaseException:
                    pass
            if expression is None:
                expression = 'next((v for i, v in enumerate(%s) if i == %d))' % (
                    self.expression, index)
            self._add(name, expression, objects.record(item))

    def _mapping(self):
        for index, pair in enumerate(self.value.items()):
            try:
                key, item = pair
                name = '[' + safe_repr.safe_repr(key) + ']'
            except BaseException:
                continue
            if self._leads_to(key, name, item):
                expression = self.expression + name
            else:
                expression = 'next((v for i, (k, v) in enumerate(%s.items()) if i == %d))' % (
                    self.expression, index)
            self._add(name, expression, objects.record(item))

    def _leads_to(self, key, name, item):
        """True where the key's representation, evaluated, finds the item.

        Only plain dictionaries are asked: others may do anything when asked, like adding the key.
        """
        if id(type(key)) in _SIMPLE_KEYS:
            return len(name) <= safe_repr.OUTER_LIMIT
        if self.kind.__getitem__ is not dict.__getitem__ or hasattr(self.kind, '__missing__'):
            return False
        try:
            again = eval(name[1:-1], self.frame.f_globals, self.frame.f_locals)
            return self.value[again] is item
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
