"""A test run distributed over two processes by pytest-xdist; the test runs, and is debugged, in each."""
# environment: pytest
# workers: 2
import os
import sys

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, value)


def test_answers():
    channel.answer_all(answer)


if __name__ == '__main__':
    import pytest
    sys.exit(pytest.main([
        __file__, '-p', 'no:cacheprovider', '-n', '2', '--dist', 'each', '--timeout=170']))
