"""A version that cannot run the program makes the cell unsupported."""
# python: ==3.4

#> run -> exit 0
