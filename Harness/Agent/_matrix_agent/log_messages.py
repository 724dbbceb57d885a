"""Messages of log points: text with `{expressions}`, which are evaluated where the point lies."""

from . import evaluation, limits, safe_repr, scopes

_OPENING, _CLOSING, _QUOTES = '([{', ')]}', '\'"'
_LARGE = frozenset([id(kind) for kind in (list, tuple, set, frozenset, dict)])


class Message(object):
    """What a log point says."""

    def __init__(self, text):
        self.source = text
        self._parts = [part if literal else _Expression(part) for literal, part in _split(text)]

    def text(self, frame, patrol):
        """The message in a frame; what is late is left out, and said to be."""
        done = []
        budget = limits.Budget(limits.seconds(limits.EVALUATION), patrol=patrol)

        def work():
            for part in self._parts:
                done.append(part if type(part) is str else part.text(frame))

        try:
            budget.run(work)
        except limits.Expired:
            done.append(evaluation.TOO_LONG % budget.limit)
        return ''.join(done)[:safe_repr.OUTER_LIMIT]


class _Expression(object):
    def __init__(self, text):
        self._code, self._nested, self._error = None, False, None
        try:
            self._code = compile(text.strip(), '<log point>', 'eval', 0, True)
            self._nested = scopes.has_scopes(self._code)
        except BaseException as error:
            self._error = _described(error)

    def text(self, frame):
        if self._error is not None:
            return self._error
        limits.begin()
        try:
            value = scopes.evaluate(
                self._code, self._nested, frame, scopes.local_variables(frame))
            if id(type(value)) in _LARGE and len(value) > safe_repr.COUNTED:
                return safe_repr.safe_repr(value)
            return str.__str__(str(value))[:safe_repr.OUTER_LIMIT]
        except (limits.Expired, KeyboardInterrupt):
            raise                       # The second is the program's, and delivered later.
        except BaseException as error:
            return _described(error)


def _described(error):
    name, text = safe_repr.type_name(error), evaluation.message(error)
    return '<%s>' % name if text == name else '<%s: %s>' % (name, text)


def _split(text):
    """Pairs of whether a part is literal, and the part."""
    parts, literal, at = [], '', 0
    while at < len(text):
        pair = text[at:at + 2]
        end = _end(text, at + 1) if text[at] == '{' and pair != '{{' else None
        if pair in ('{{', '}}'):
            literal += pair[0]
            at += 2
        elif end is not None and text[at + 1:end].strip():
            parts += [(True, literal), (False, text[at + 1:end])]
            literal = ''
            at = end + 1
        else:
            literal += text[at]
            at += 1
    return parts + [(True, literal)]


def _end(text, at):
    """Where the expression that begins at `at` has its closing brace; None where it has none."""
    depth, quote = 0, None
    while at < len(text):
        character = text[at]
        if quote is not None:
            if character == '\\':
                at += 1
            elif character == quote:
                quote = None
        elif character in _QUOTES:
            quote = character
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            if not depth:
                return at if character == '}' else None
            depth -= 1
        at += 1
    return None
