import copyreg, pickle
class Thing:
    def __init__(self, value): self.value = value
data = pickle.dumps(Thing(5))
print(b'__main__' in data, pickle.loads(data).value)        # @stop
