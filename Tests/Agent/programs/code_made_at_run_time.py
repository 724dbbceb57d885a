names = {}
exec(compile('def made(x):\n    return x * 2\n', 'made.py', 'exec'), names)
print(names['made'](4), eval('[n for n in range(3)]'))      # @stop
print(hash(names['made'].__code__) == hash(names['made'].__code__))
big = compile('x = 0\n' + 'x += 1\n' * 5000, '<big>', 'exec')
exec(big, names)
print(names['x'])
