"""A list shows its items, of which lists expand and empty ones do not."""

basket = ["fig", [1, [2]], [], None]
print(len(basket))  # @look

#> break @look
#> run -> breakpoint @look
#> children basket
#>     [0]: str = 'fig' (not expandable)
#>     [1]: list = [1, [2]] (expandable)
#>     [2]: list = [] (not expandable)
#>     [3]: NoneType = None (not expandable)
#> expand [1]
#>     [0]: int = 1 (not expandable)
#>     [1]: list = [2] (expandable)
#> expand [1]
#>     [0]: int = 2
#> evaluate len(basket) -> 4
#> continue -> exit 0
#> output "4\n"
