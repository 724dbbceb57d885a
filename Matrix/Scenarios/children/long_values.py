"""Long values are shortened where they are shown and stay whole in the program."""

page = "start " + "x" * 70000 + " end"
names = ["a" * 40, "short"]
numbers = list(range(20))
deep = [[[[1]]]]
print(len(page))  # @look

#> break @look
#> run -> breakpoint @look
#> children (page, names)
#>     [0]: str ~ 'start x+\.\.\.x+ end'
#>     [1]: list = ['aaaaaaaaaaaaaaaaaaa...aaaaaaaaa', 'short']
#> expand [1]
#>     [0]: str = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
#>     [1]: str = 'short'
#> evaluate numbers -> [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ...]
#> children numbers -> 20 children
#> evaluate deep -> [[[...]]]
#> evaluate (len(page), len(numbers), deep[0][0][0]) -> (70010, 20, [1])
#> continue -> exit 0
#> output "70010\n"
