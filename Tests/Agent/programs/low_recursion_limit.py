import sys
def dive(depth):
    return dive(depth + 1)
sys.setrecursionlimit(200)
try:
    dive(0)
except RecursionError:
    print('caught')
print([n * n for n in range(3)])
