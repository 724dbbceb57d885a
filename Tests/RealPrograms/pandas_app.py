"""Callbacks of NumPy and pandas: a function for each row, called from C."""
# environment: pandas
import numpy
import pandas

import channel


def value_of(n):
    return n * n + 7                    # @inside


def row(series):
    n = int(series['n'])
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, value)


def answer(n):
    frame = pandas.DataFrame({'n': [n], 'm': [0]})
    by_row = frame.apply(row, axis=1).iloc[0]
    values = numpy.frompyfunc(value_of, 1, 1)(numpy.arange(n % 5 + 1))
    grouped = frame.groupby('m')['n'].agg(lambda group: value_of(int(group.sum()))).iloc[0]
    return '%s %s %s' % (by_row, values.tolist(), grouped)


if __name__ == '__main__':
    channel.answer_all(answer)
