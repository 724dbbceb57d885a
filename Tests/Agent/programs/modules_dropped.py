import os, sys
for name in ('os', 'posixpath', 'stat', 'genericpath', 'io', 'abc'):
    sys.modules.pop(name, None)
def work(value):
    return value + 1                                        # @stop
print(work(1))
