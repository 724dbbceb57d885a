import os, sys
print('parent', flush=True)
child = os.fork()
if not child:
    print('child', flush=True)                              # @stop_in_child
    os._exit(7)
print(os.waitpid(child, 0)[1] >> 8)                         # @stop
