"""A generator shows a view of its results, and only expanding that view runs it."""
# differs: >=3.11 generators have gi_suspended, https://docs.python.org/3/library/inspect.html#types-and-members
# differs: >=3.15 generators have gi_state, https://github.com/python/cpython/pull/144409


def squares():
    for number in (1, 2, 3):
        yield number * number


numbers = squares()
print(list(numbers))  # @look

#> break @look
#> run -> breakpoint @look
#> children numbers
#>     gi_code: code
#>     gi_frame: frame
#>     gi_running: bool = False
#>     {>=3.15} gi_state
#>     {>=3.11} gi_suspended: bool = False
#>     gi_yieldfrom: NoneType = None
#>     Results View = Expanding the Results View will run the iterator (expandable)
#> evaluate next(numbers) -> 1
#> expand Results View
#>     [0]: int = 4
#>     [1]: int = 9
#> continue -> exit 0
#> output "[]\n"
