"""An expectation that is not true fails."""

answer = 42
print(answer)  # @print

#> break @print
#> run -> breakpoint @print
#> evaluate answer -> 43
#> continue -> exit 0
