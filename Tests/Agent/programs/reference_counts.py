import sys
class Thing: pass
def work(thing):
    return sys.getrefcount(thing)
thing = Thing()
before = sys.getrefcount(thing)
work(thing)                                                 # @stop
print(sys.getrefcount(thing) - before)
def drop():
    class Told:
        def __del__(self): print('gone')
    told = Told()
    told = None
    print('after')
drop()
