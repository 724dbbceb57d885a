import gc, weakref
class Node: pass
def make():
    node = Node()
    node.itself = node
    return weakref.ref(node, lambda reference: print('gone'))
gc.disable()
reference = make()
print(reference() is not None)
gc.collect()
print(reference(), sum(type(each) is Node for each in gc.get_objects()))   # @stop
