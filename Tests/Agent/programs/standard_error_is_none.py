import sys
sys.stderr = None
print('still here')                                         # @stop
raise ValueError('told to nobody')
