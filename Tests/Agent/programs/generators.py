def numbers():
    try:
        received = yield 1
        print('received', received)                         # @stop
        yield 2
    except ValueError as error:
        print('thrown', error)
        yield 3
    finally:
        print('finally')
generator = numbers()
print(next(generator), generator.send('x'), generator.throw(ValueError('y')))
generator.close()
def outer():
    return (yield from iter([1, 2]))
print(list(outer()), [n for n in (m * m for m in range(4))])
