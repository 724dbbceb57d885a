import sys
asked = []
class Finder:
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        asked.append(name)
sys.meta_path.insert(0, Finder)
def work(value):
    return value + 1                                        # @stop
print(work(1))
try:
    import there_is_no_such_module
except ImportError:
    pass
print(asked)
