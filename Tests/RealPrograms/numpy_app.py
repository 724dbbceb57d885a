"""Callbacks of NumPy: a universal function, and a function along an axis."""
# environment: pandas
import numpy

import channel


def value_of(n):
    return n * n + 7                    # @inside


def element(number):
    n = int(number)
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, value)


def answer(n):
    strings = numpy.frompyfunc(element, 1, 1)(numpy.array([n]))
    sums = numpy.apply_along_axis(lambda column: value_of(column.sum()), 0, numpy.arange(6).reshape(2, 3))
    return '%s %s' % (strings[0], sums.tolist())


if __name__ == '__main__':
    channel.answer_all(answer)
