class Meta(type):
    def __eq__(cls, other): raise TypeError('not to be compared')
    def __hash__(cls): raise TypeError('not to be hashed')
    def __instancecheck__(cls, other): raise TypeError('not to be asked')
    def __subclasscheck__(cls, other): raise TypeError('not to be asked')
class Hostile(metaclass=Meta):
    def __getattribute__(self, name): raise RuntimeError('nothing to see')
    def __repr__(self): raise RuntimeError('no')
    def __bool__(self): raise RuntimeError('no')
def work(hostile):
    return 1                                                # @stop
print(work(Hostile()))
