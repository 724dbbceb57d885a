import os, runpy
with open('other.py', 'w') as file:
    file.write('import sys\nprint(__name__, sys.argv[0] == __file__)\nvalue = 3\n')
print(runpy.run_path('other.py', run_name='named')['value'])            # @stop
print(runpy.run_path('other.py', run_name='__main__')['__name__'])
