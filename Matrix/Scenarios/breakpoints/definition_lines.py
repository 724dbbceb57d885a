"""A breakpoint on the line of a definition stops when it is made, not when it is called."""
# differs: >=3.11 calling a decorator visits its line again, https://github.com/python/cpython/issues/90392


def unchanged(function):
    return function


@unchanged  # @decorator
def area(width, height):
    return width * height


class Box:
    sides = 6  # @class-body

    def volume(self):  # @method
        return 8


def label(box):  # @function
    return "box of {}".format(box.volume())  # @body


print(area(2, 3), label(Box()))  # @use

#> break @decorator
#> break @class-body
#> break @method
#> break @function
#> break @body
#> run -> breakpoint @decorator in <module>
#> {>=3.11} continue -> breakpoint @decorator in <module>
#> continue -> breakpoint @class-body in Box
#> continue -> breakpoint @method in Box
#> continue -> breakpoint @function in <module>
#> continue -> breakpoint @body in label
#> stack -> label @body, <module> @use
#> continue -> exit 0
