"""A breakpoint inside a call that is stepped over stops, and stepping goes on from there."""


def clean(name):
    name = name.strip()  # @strip
    return name.title()  # @title


def register(names):
    first = clean(names[0])  # @first
    second = clean(names[1])  # @second
    return [first, second]  # @both


print(register([" ada ", " grace "]))

#> break @first
#> run -> breakpoint @first in register
#> break @strip
#> step over -> breakpoint @strip in clean
#> clear @strip
#> step over -> step @title in clean
#> step over -> step @first in register
#> step over -> step @second in register
#> step over -> step @both in register
#> evaluate (first, second) -> ('Ada', 'Grace')
#> continue -> exit 0
#> output "['Ada', 'Grace']\n"
