"""Conditions of breakpoints: evaluated where the breakpoint lies, and in bounded time."""

from . import evaluation, interrupts, limits, scopes

ALWAYS, WHEN_TRUE, WHEN_CHANGED = 0, 1, 2

_NOTHING = object()


class Condition(object):
    """When a breakpoint counts. One that cannot be evaluated holds: the program stops, and `failed`
    is told why."""

    def __init__(self):
        self._last = _NOTHING
        self.set(ALWAYS, '')

    def set(self, kind, text):
        self._kind = kind
        self._text = text
        self._code = None
        self._nested = False

    def asked(self):
        """As the debugger has set it."""
        return self._kind, self._text

    def holds(self, frame, patrol, failed):
        if self._kind == ALWAYS:
            return True
        budget = limits.Budget(
            limits.seconds(limits.EVALUATION), lambda: failed(evaluation.BLOCKED), patrol)
        try:
            return budget.run(lambda: self._evaluate(frame))
        except KeyboardInterrupt:
            raise                       # The program's, and delivered later.
        except limits.Expired:
            failed(evaluation.TOO_LONG % budget.limit)
        except BaseException as error:
            if interrupts.is_from_handler(error):
                raise                   # The program's as well.
            failed(evaluation.message(error))
        return True

    def _evaluate(self, frame):
        if self._code is None:
            self._code = compile(self._text.strip(), '<condition>', 'eval', 0, True)
            self._nested = scopes.has_scopes(self._code)
        limits.begin()
        value = scopes.evaluate(
            self._code, self._nested, frame, scopes.local_variables(frame))
        if self._kind == WHEN_TRUE:
            return bool(value)
        last, self._last = self._last, value
        return last is _NOTHING or not last == value
