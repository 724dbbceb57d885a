"""A program that is shown as it is passes."""

answer = 42  # @answer
print(answer)  # @print

#> break @print -> bound
#> run -> breakpoint @print in <module>
#> evaluate answer -> 42
#> continue -> exit 0
#> output "42\n"
