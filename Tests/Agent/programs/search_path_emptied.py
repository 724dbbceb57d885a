import sys
del sys.path[:]
sys.path_importer_cache.clear()
def work(value):
    return value + 1                                        # @stop
print(work(1))
