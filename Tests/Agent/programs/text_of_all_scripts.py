import sys
print(ascii('\xe9\u20ac\U0001f600'), sys.getdefaultencoding())
sys.stdout.buffer.write('\xe9\u20ac\n'.encode('utf-8'))     # @stop
sys.stdout.flush()
