"""Items that no index or key text can reach are shown in order and still expand."""


class Key:
    def __repr__(self):
        return "<key>"


pairs = {(1, 2)}
drawer = {Key(): ["letter", "stamp"]}
print(len(pairs))  # @look

#> break @look
#> run -> breakpoint @look
#> children pairs
#>     [0]: tuple = (1, 2) (expandable)
#> expand [0]
#>     [0]: int = 1
#>     [1]: int = 2
#> children drawer
#>     items()
#>     [<key>]: list = ['letter', 'stamp'] (expandable)
#> expand [<key>]
#>     [0]: str = 'letter'
#>     [1]: str = 'stamp'
#> continue -> exit 0
