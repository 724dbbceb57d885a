import importlib, os, sys
sys.path.insert(0, os.getcwd())
sys.dont_write_bytecode = True
def write(text):
    with open('changing.py', 'w') as file:
        file.write(text)
write('value = 1\n')
import changing
print(changing.value)
write('value = 200\n')
importlib.invalidate_caches()
print(importlib.reload(changing).value)                     # @stop
