"""Runs until it is told to end. `stop` is for the debugger to fill."""

import sys
import threading

stop = []
wait = threading.Event().wait


def work(count):
    return count + 1            # @work


count = 0
print('ready', flush=True)
while not stop:
    count = work(count)
    wait(0.001)
print('end', count > 0)
