"""Step into stops in the function, and stepping over its last line shows the call again."""


def double(number):
    result = number * 2  # @body
    return result  # @return


answer = double(21)  # @call
print(answer)  # @print

#> break @call
#> run -> breakpoint @call
#> step into -> step @body in double
#> stack -> double @body, <module> @call
#> variables
#>     number: int = 21 (not expandable)
#>     result = <undefined>
#> step over -> step @return in double
#> variables
#>     number: int = 21
#>     result: int = 42
#> step over -> step @call in <module>
#> step over -> step @print
#> evaluate answer -> 42
#> step over -> step after @print in <module>
#> continue -> exit 0
#> output "42\n"
