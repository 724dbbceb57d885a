"""A breakpoint on a continuation line stops when that part of the statement runs."""
# see: https://github.com/microsoft/debugpy/issues/255

spoken = []


def greet(name):
    spoken.append(name)
    return "hello " + name  # @greet


greetings = [
    greet("sun"),
    greet("moon"),  # @moon
    greet("stars"),  # @stars
]
print(len(greetings))

#> break @moon
#> break @stars
#> run -> breakpoint @moon in <module>
#> evaluate spoken -> ['sun']
#> break @greet
#> continue -> breakpoint @greet
#> stack -> greet @greet, <module> @moon
#> clear @greet
#> continue -> breakpoint @stars in <module>
#> evaluate spoken -> ['sun', 'moon']
#> hits @moon -> 1
#> continue -> exit 0
