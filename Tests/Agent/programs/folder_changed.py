import os, sys
os.mkdir('inside')
os.chdir('inside')
with open('nearby.py', 'w') as file:
    file.write('value = 5\n')
sys.path.insert(0, os.getcwd())
import nearby
print(nearby.value, os.path.basename(nearby.__file__))      # @stop
