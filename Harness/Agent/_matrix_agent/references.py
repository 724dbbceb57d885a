"""What numbers on the wire stand for while a thread stands: scopes of frames, and values.

Values are looked at when the debugger asks for them, by pages, and not before. All of this is done
on the thread that stands, within the time of its answer.
"""

from . import children, evaluation, frames, limits, objects, safe_repr, scopes, wire

LOCAL, MENTIONED, GLOBAL = 1, 2, 3
MOST = 100000
_AMBIGUOUS = object()


class Refused(Exception):
    """It cannot be done; the text says why."""


class References(object):
    """The numbers of one thread. They do not come again, so an old one is known to be that."""

    def __init__(self):
        self._first = 1
        self._entries = []

    def clear(self):
        self._first += len(self._entries)
        self._entries = []

    def add(self, entry):
        if len(self._entries) >= MOST:
            raise Refused('the thread has %d references already' % MOST)
        self._entries.append(entry)
        return self._first + len(self._entries) - 1

    def get(self, number):
        index = number - self._first
        if not 0 <= index < len(self._entries):
            raise Refused('there is no reference %d; one is valid until its thread goes on' % number)
        return self._entries[index]

    def scopes_of(self, frame):
        """Kinds and numbers of the scopes of a frame."""
        kinds = [GLOBAL]
        if not frames.is_module(frame):
            hidden = frames.is_comprehension_of_module(frame.f_code)
            kinds = [LOCAL] if not hidden or frames.local_values(frame) else []
            kinds += [MENTIONED] if not hidden and frames.mentioned_globals(frame) else []
            kinds += [GLOBAL]
        return [(kind, self.add(_Scope(self, frame, kind))) for kind in kinds]

    def described(self, frame, expression, value, limit):
        """A record of the value, and a number where it has children."""
        record = objects.record(value, limit)
        if not record[-1] & objects.EXPANDABLE:
            return record + wire.integer(0)
        return record + wire.integer(self.add(_Value(self, frame, expression, value)))


class _Entry(object):
    """What a number stands for. It remembers by which key each child that was told of is assigned."""

    def __init__(self, references, frame):
        self.references = references
        self.frame = frame
        self._keys = {}

    def remember(self, name, key):
        known = self._keys.setdefault(name, key)
        # Keys of the program's are not compared: that may do anything.
        if known is not key and known is not None and (known is _AMBIGUOUS or key is None or not (
                known[1] is key[1] or type(key[1]) is type(known[1]) is int and known[1] == key[1])):
            self._keys[name] = _AMBIGUOUS

    def key_of(self, name):
        key = self._keys.get(name)
        if key is None:
            raise Refused('there is no child %s that can be assigned' % name)
        if key is _AMBIGUOUS:
            raise Refused('several children are called %s' % name)
        return key


class _Scope(_Entry):
    """The variables of a frame, as they are when they are asked for."""

    def __init__(self, references, frame, kind):
        _Entry.__init__(self, references, frame)
        self._kind = kind

    def _pairs(self):
        if self._kind == LOCAL:
            return frames.local_values(self.frame)
        if self._kind == MENTIONED:
            return frames.mentioned_globals(self.frame)
        return list(self.frame.f_globals.items())

    def page(self, start, count, limit, parts):
        """Adds the variables; the result says whether there are more."""
        pairs = self._pairs()
        size = 0
        for name, value in pairs[start:start + count]:
            spelled = frames.spelled(name)
            if value is frames.UNBOUND:
                record = objects.UNDEFINED + wire.integer(0)
            else:
                record = self.references.described(self.frame, spelled, value, limit)
            if type(name) is str:
                self.remember(name, (0, name))
            expression = wire.text(spelled) if type(name) is str else wire.NULL
            parts.append(wire.text(spelled) + expression + record)
            size += len(record)
            if size > children.MOST_BYTES:
                return True
        return start + count < len(pairs)

    def assign(self, name, value):
        _, key = self.key_of(name)
        if self._kind != LOCAL:
            self.frame.f_globals[key] = value
            return key, value
        if not scopes.assign(self.frame, key, value):
            raise Refused('this CPython cannot assign the variable %s here' % name)
        return key, value


class _Value(_Entry):
    """A value that has children."""

    def __init__(self, references, frame, expression, value):
        _Entry.__init__(self, references, frame)
        self._expression = expression
        self._value = value

    def page(self, start, count, limit, parts):
        limits.begin()
        found = _Listing(self, self._look(), self._expression, self.frame, parts)
        found.skip, found.limit, found.characters = start, count, limit
        try:
            found.collect()
        except children.Many:
            return True
        return False

    def _look(self):
        return self._value

    def assign(self, name, value):
        kind, key = self.key_of(name)
        if kind == children.ATTRIBUTE:
            setattr(self._value, key, value)
            return self._expression + '.' + key, getattr(self._value, key)
        self._value[key] = value
        return '%s[%s]' % (self._expression, safe_repr.safe_repr(key)), self._value[key]


class _Iterated(_Value):
    """The items of an iterator, which runs when they are first looked at."""

    def __init__(self, references, frame, expression, iterator):
        _Value.__init__(self, references, frame, expression, None)
        self._iterator = iterator

    def _look(self):
        if self._iterator is not None:
            iterator, self._iterator = self._iterator, None
            self._value = tuple(iterator)
        return self._value


class _Listing(children.Children):
    """Children with numbers in place of what would evaluate their expressions again."""

    characters = 0

    def __init__(self, entry, value, expression, frame, parts):
        children.Children.__init__(self, value, expression, frame, parts)
        self._entry = entry

    def add(self, name, expression, value, key):
        self._entry.remember(name, key)
        self.emit(name, expression, self._entry.references.described(
            self.frame, expression, value, self.characters))

    def add_synthetic(self, name, expression, text, flags):
        """Only an iterator has one that is not told in another way."""
        if flags & objects.SIDE_EFFECTS and not self.skips():
            references = self._entry.references
            entry = _Iterated(references, self.frame, expression, self.value)
            self.emit(name, expression,
                      objects.synthetic(text, flags) + wire.integer(references.add(entry)))

    def add_plain_sequence(self, iterator):
        start = min(self.skip, len(self.value))
        self.skip -= start
        for index, item in enumerate(self.value[start:start + self.limit + 1], start):
            if not self.skips():
                name = '[%d]' % index
                self.add(name, self.expression + name, item, (children.ITEM, index))


def of(thread):
    """The numbers of a thread that stands."""
    if thread.references is None:
        thread.references = References()
    return thread.references


def evaluate(thread, frame, text, limit):
    """The value of an expression, or None for statements, and a number for it."""
    value = evaluation.evaluate(text, frame)
    expression = text.strip()
    if not expression.replace('.', '').isidentifier():
        expression = '(%s)' % expression
    return of(thread).described(frame, expression, value, limit)


def assign(thread, number, name, text, limit):
    """Gives a child of what the number stands for a value; describes the one that it has then."""
    entry = of(thread).get(number)
    entry.key_of(name)
    value = evaluation.evaluate(text, entry.frame, only_expressions=True)
    expression, value = entry.assign(name, value)
    return of(thread).described(entry.frame, expression, value, limit)
