"""A program that never ends is ended at its deadline."""
# timeout: 2

while True:
    pass

#> run -> exit 0
