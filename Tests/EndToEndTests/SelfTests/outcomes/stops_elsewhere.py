"""A stop at another line than the one that is named fails."""

first = 1  # @first
second = 2  # @second
third = 3  # @third

#> break @second
#> run -> breakpoint @third
#> continue -> exit 0
