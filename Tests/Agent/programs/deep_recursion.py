import sys
ready = True                                                # @stop
def dive(depth):
    return dive(depth + 1)
for _ in range(3):
    try:
        dive(0)
    except RecursionError as error:
        print(type(error).__name__, sys.getrecursionlimit())
def count(depth):
    return 0 if depth == 900 else 1 + count(depth + 1)
print(count(0))
