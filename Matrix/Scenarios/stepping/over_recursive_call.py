"""Step over does not stop inside a recursive call."""


def factorial(number):
    if number == 0:  # @test
        return 1
    return number * factorial(number - 1)  # @recurse


result = factorial(3)  # @call
print(result)  # @print

#> break @recurse
#> run -> breakpoint @recurse
#> clear @recurse
#> evaluate number -> 3
#> step over -> step @call in <module>
#> step over -> step @print in <module>
#> evaluate result -> 6
#> continue -> exit 0
