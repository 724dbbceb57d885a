import subprocess, sys
process = subprocess.Popen([sys.executable, '-c', 'print(input() * 2)'], stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE)
print(process.communicate(b'text')[0], process.returncode)  # @stop
