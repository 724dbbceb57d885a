import os, signal
print('before', flush=True)                                 # @stop
os.kill(os.getpid(), signal.SIGTERM)
