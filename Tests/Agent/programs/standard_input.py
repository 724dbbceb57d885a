import sys
print(sys.stdin.read().upper(), sys.stdin.closed)           # @stop
