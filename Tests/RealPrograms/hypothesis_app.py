"""Properties that Hypothesis falsifies, shrinks and explains, which it does by tracing."""
# environment: hypothesis
import hypothesis
from hypothesis import strategies

import channel


def value_of(n):
    return n * n + 7                    # @inside


@hypothesis.settings(database=None, derandomize=True, max_examples=30, deadline=None)
@hypothesis.given(strategies.integers(), strategies.booleans())
def property_of(number, flag):
    if number > 10:
        if flag:
            number -= 1
        assert number % 7 != 3


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    found = 'holds'
    if n % 20 == 0:
        try:
            property_of()
        except AssertionError as error:
            found = ' '.join([type(error).__name__] + getattr(error, '__notes__', []))
    return ('%s = %d, %s' % (label, value, found)).replace('\n', ' ')


if __name__ == '__main__':
    channel.answer_all(answer)
