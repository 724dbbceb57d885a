"""Stepping through a with statement visits its enter and exit methods when asked to."""
# differs: >=3.10 the exit belongs to the line of the with, https://github.com/python/cpython/issues/88464
# differs: <3.10 the exit belongs to the last line of the block, https://github.com/python/cpython/issues/88464


class Door:
    def __enter__(self):
        self.state = "open"  # @enter
        return self

    def __exit__(self, *details):
        self.state = "closed"  # @exit


door = Door()
with door:  # @with
    print(door.state)  # @inside
print(door.state)  # @outside

#> break @with
#> run -> breakpoint @with
#> clear @with
#> step into -> step @enter in __enter__
#> step out -> step @with in <module>
#> step over -> step @inside
#> {>=3.10} step into -> step @with in <module>
#> step into -> step @exit in __exit__
#> {<3.10} step out -> step @inside in <module>
#> {>=3.10} step out -> step @with in <module>
#> step over -> step @outside
#> evaluate door.state -> 'closed'
#> continue -> exit 0
