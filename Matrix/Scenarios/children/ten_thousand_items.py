"""Looking ends after ten thousand items with a mark, even if the items have no end."""


class Naturals:
    def __iter__(self):
        number = 0
        while True:
            yield number
            number += 1


readings = list(range(10005))
exact = list(range(10000))
naturals = Naturals()
print(len(readings))  # @look

#> break @look
#> run -> breakpoint @look
#> children exact -> 10000 children
#> children readings -> 10001 children
#>     [0]: int = 0
#>     [1]: int = 1
#>     ...
#>     [9999]: int = 9999
#>     [...]: str ~ .*too many items.*
#>     ![10000]
#> children naturals -> 10001 children
#>     [0]: int = 0
#>     ...
#>     [9999]: int = 9999
#>     [...]: str
#> evaluate readings[10004] -> 10004
#> continue -> exit 0
