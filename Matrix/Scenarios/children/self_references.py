"""Containers that hold themselves are cut short as text and expand level by level."""

ring = ["start"]
ring.append(ring)
family = {}
family["parent"] = family
print(len(ring), len(family))  # @look

#> break @look
#> run -> breakpoint @look
#> evaluate ring -> ['start', [...]]
#> children ring
#>     [0]: str = 'start'
#>     [1]: list = ['start', [...]] (expandable)
#> expand [1]
#>     [0]: str = 'start'
#>     [1]: list = ['start', [...]] (expandable)
#> evaluate family -> {'parent': {...}}
#> children family
#>     items()
#>     ['parent']: dict = {'parent': {...}} (expandable)
#> expand ['parent']
#>     items()
#>     ['parent']: dict
#> continue -> exit 0
