"""A program that measures its own coverage, with branches, and says at its end what has run."""
# environment: pytest
# trace function: in C, up to 3.13
import os

import coverage

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    if n % 3 == 0:
        label += '!'
    elif n < 0:
        label = 'never'
    return '%s = %d' % (label, value)


if __name__ == '__main__':
    measured = coverage.Coverage(data_file=None, branch=True, include=[__file__])
    measured.start()
    channel.answer_all(answer)
    measured.stop()
    _, executable, _, missing, _ = measured.analysis2(__file__)
    print('missing', [line for line in missing if line > 12])
    for line, (total, taken) in sorted(measured._analyze(__file__).branch_stats().items()):
        print('branches of line', line, total, taken)
