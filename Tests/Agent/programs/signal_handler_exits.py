import os, signal, sys
def handle(number, frame):
    sys.exit(42)
signal.signal(signal.SIGTERM, handle)
ready = True                                                # @stop
os.kill(os.getpid(), signal.SIGTERM)
for _ in range(10 ** 7): pass
print('not reached')
