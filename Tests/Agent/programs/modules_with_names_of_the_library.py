import os, sys
folder = os.path.join(os.getcwd(), 'names')
os.mkdir(folder)
for name in ('opcode', 'linecache', 'traceback', 'ctypes', 'ast', 'struct', 'socket', 'dis',
             'inspect', 'token', 'tokenize', 'threading', 'queue', 'select', 'resource', 'runpy'):
    with open(os.path.join(folder, name + '.py'), 'w') as file:
        file.write('import os\nprint("imported %s", flush=True)\nos._exit(9)\n' % name)
sys.path.insert(0, folder)
def work(values):
    return [value for value in values if value]             # @stop
print(work([0, 1, 2]))
def numbers():
    yield from work([3, 4])
print(list(numbers()))
try:
    {}['key']
except KeyError:
    print('caught')
