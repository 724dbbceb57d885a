"""A condition stops where it is true and where it cannot be evaluated, and only that counts."""

readings = [4, 12, "broken", 7, 15]
kept = []
for reading in readings:
    kept.append(reading)  # @keep
print(len(kept))

#> break @keep when reading > 10
#> run -> breakpoint @keep
#> evaluate reading -> 12
#> continue -> breakpoint @keep
#> evaluate reading -> 'broken'
#> continue -> breakpoint @keep
#> evaluate reading -> 15
#> hits @keep -> 3
#> continue -> exit 0
