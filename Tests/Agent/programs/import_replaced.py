import builtins
original, asked = builtins.__import__, []
def replaced(name, *arguments, **options):
    asked.append(name)
    return original(name, *arguments, **options)
builtins.__import__ = replaced
def work(value):
    return value + 1                                        # @stop
print(work(1))
import string
builtins.__import__ = original
print(asked[0], 'ctypes' in asked, 'opcode' in asked)
