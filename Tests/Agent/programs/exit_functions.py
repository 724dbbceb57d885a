import atexit, sys
atexit.register(print, 'registered first')
def fails():
    raise ValueError('in an exit function')
atexit.register(fails)
atexit.register(print, 'registered last')
sys.exit('the end')                                         # @stop
