"""A test of pytest's, with assertions rewritten, a timeout by SIGALRM, and coverage."""
# environment: pytest
# trace function: in C, up to 3.13
import os
import sys

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    assert value > n
    if n < 0:
        label = 'never'
    return '%s = %d' % (label, value)


def test_answers():
    channel.answer_all(answer)


def test_failure():
    assert answer(1) == 'answer 1 = 9'


if __name__ == '__main__':
    import pytest
    os.environ['COVERAGE_FILE'] = os.path.join(os.environ['TMPDIR'], 'coverage')
    sys.exit(pytest.main([
        __file__, '-p', 'no:cacheprovider', '--timeout=170', '--cov=pytest_app', '--cov-branch',
        '--cov-report=term-missing']))
