import sys
print('before', flush=True)
sys.stdout.close()
sys.stderr.write('to the other\n')                          # @stop
