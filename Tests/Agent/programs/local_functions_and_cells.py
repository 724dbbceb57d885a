def outer():
    cell = [0]
    total = 0
    def inner(step):
        nonlocal total
        total += step                                       # @stop
        cell.append(total)
        return locals()
    return [sorted(inner(step)) for step in (1, 2)], cell, total
print(outer())
class Body:
    values = [n for n in range(3)]
    doubled = dict((n, n * 2) for n in values)
print(Body.doubled, sorted(k for k in vars(Body) if not k.startswith('__')))
