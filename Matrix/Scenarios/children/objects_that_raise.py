"""Objects that raise when they are looked at are listed all the same, and the program goes on."""


class NoRepr:
    def __repr__(self):
        raise RuntimeError("no repr")


class NoLength:
    def __len__(self):
        raise RuntimeError("no length")

    def __repr__(self):
        return "NoLength()"


class NoAttributes:
    def __getattr__(self, name):
        raise RuntimeError("no attribute " + name)


class NoItems:
    known = 1

    def __iter__(self):
        raise RuntimeError("no items")


suspects = [NoRepr(), NoLength(), NoAttributes(), NoItems()]
print(len(suspects))  # @look

#> break @look
#> run -> breakpoint @look
#> children suspects
#>     [0]: NoRepr ~ <.*NoRepr object at 0x[0-9a-f]+> (expandable)
#>     [1]: NoLength = NoLength() (expandable)
#>     [2]: NoAttributes (expandable)
#>     [3]: NoItems (expandable)
#> expand [3]
#>     known: int = 1
#> children suspects[1] -> 0 children
#> children missing -> 0 children
#> evaluate repr(suspects[0]) -> raises no repr
#> evaluate len(suspects) -> 4
#> continue -> exit 0
#> output "4\n"
