"""A program that cannot be compiled ends with exit code 1, as without a debugger."""
this is not Python

#> run -> exit 1
