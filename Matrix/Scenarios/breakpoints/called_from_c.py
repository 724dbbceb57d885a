"""A breakpoint in a function that C code calls stops there, below the line that led to it."""


def by_length(word):
    return len(word)  # @key


words = sorted(["banana", "fig"], key=by_length)  # @sort
loud = list(map(lambda word: word.upper(), words))  # @map
print(loud)

#> break @key
#> break @map
#> run -> breakpoint @key
#> stack -> by_length @key, <module> @sort
#> evaluate word -> 'banana'
#> continue -> breakpoint @key
#> evaluate word -> 'fig'
#> continue -> breakpoint @map in <module>
#> continue -> breakpoint @map in <lambda>
#> stack -> <lambda> @map, <module> @map
#> evaluate word -> 'fig'
#> continue -> breakpoint @map in <lambda>
#> evaluate word -> 'banana'
#> continue -> exit 0
