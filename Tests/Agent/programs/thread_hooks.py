# python: 3.8
import sys, threading
threading.excepthook = lambda about: print('hook', about.exc_type.__name__, about.thread.name)
def work():
    raise ValueError('in a thread')
thread = threading.Thread(target=work, name='worker')
thread.start()
thread.join()
sys.unraisablehook = lambda about: print('unraisable', about.exc_value)
class Thing:
    def __del__(self):
        raise ValueError('in a finalizer')
Thing()
print('main goes on')                                       # @stop
