"""A breakpoint in a loop stops at each pass, counts its hits, and is gone once cleared."""

total = 0
for price in (3, 4, 5, 6):
    total += price  # @add
print("total", total)  # @print

#> break @add -> bound
#> run -> breakpoint @add in <module>
#> evaluate (price, total) -> (3, 0)
#> continue -> breakpoint @add
#> evaluate (price, total) -> (4, 3)
#> hits @add -> 2
#> clear @add
#> break @print -> bound
#> continue -> breakpoint @print
#> evaluate total -> 18
#> continue -> exit 0
#> output "total 18\n"
