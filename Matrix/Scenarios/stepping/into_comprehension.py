"""Step over takes a comprehension as one line, and step into reaches what it calls."""
# differs: <3.12 a comprehension is a function of its own, https://peps.python.org/pep-0709/
# differs: >=3.12 comprehensions are inlined, https://peps.python.org/pep-0709/


def half(number):
    return number // 2  # @half


evens = [half(number) for number in (2, 4)]  # @over
halves = [half(number) for number in (6, 8)]  # @into
print(evens, halves)  # @print

#> break @over
#> run -> breakpoint @over in <module>
#> clear @over
#> step over -> step @into in <module>
#> evaluate evens -> [1, 2]
#> {<3.12} step into -> step @into in <listcomp>
#> step into -> step @half in half
#> evaluate number -> 6
#> {<3.12} stack -> half @half, <listcomp> @into, <module> @into
#> {>=3.12} stack -> half @half, <module> @into
#> {<3.12} step out -> step @into in <listcomp>
#> {>=3.12} step out -> step @into in <module>
#> {<3.12} step out -> step @into in <module>
#> step over -> step @print in <module>
#> evaluate halves -> [3, 4]
#> continue -> exit 0
