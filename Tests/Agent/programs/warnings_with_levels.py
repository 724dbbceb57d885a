import warnings
def old():
    warnings.warn('old', DeprecationWarning, stacklevel=2)
old()
warnings.warn('outside', stacklevel=2)                      # @stop
warnings.simplefilter('error')
old()
