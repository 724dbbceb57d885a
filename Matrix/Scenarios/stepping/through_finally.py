"""Stepping over a raise goes through finally to the handler in the caller."""

history = []


def withdraw(balance, amount):
    try:
        if amount > balance:
            raise ValueError("not enough")  # @raise
        return balance - amount
    finally:
        history.append(amount)  # @finally


try:
    withdraw(10, 50)  # @call
except ValueError as error:  # @except
    print(error)  # @handle
print(history)  # @after

#> break @raise
#> run -> breakpoint @raise in withdraw
#> step over -> step @finally in withdraw
#> step over -> step @call in <module>
#> step over -> step @except
#> step over -> step @handle
#> evaluate str(error) -> 'not enough'
#> step over -> step @after
#> evaluate history -> [50]
#> continue -> exit 0
