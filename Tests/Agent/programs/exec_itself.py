import os, sys
print('before', sys.argv[1:], flush=True)                   # @stop
if len(sys.argv) < 2:
    os.execv(sys.executable, [sys.executable, '-c', 'import sys; print("after"); sys.exit(5)'])
