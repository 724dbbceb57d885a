"""A dict shows a view of its items and then each value under its key."""
# differs: >=3.10 views of a dict have the attribute mapping, https://bugs.python.org/issue40890

ports = {22: "ssh", 80: ["http", "alt"]}
services = {"web": ports}
print(len(services))  # @look

#> break @look
#> run -> breakpoint @look
#> children services
#>     items() (expandable)
#>     ['web']: dict = {22: 'ssh', 80: ['http', 'alt']} (expandable)
#> expand ['web']
#>     items() (expandable)
#>     [22]: str = 'ssh' (not expandable)
#>     [80]: list = ['http', 'alt'] (expandable)
#> expand [80]
#>     [0]: str = 'http'
#>     [1]: str = 'alt'
#> children ports
#>     items()
#>     ...
#> expand items()
#>     {>=3.10} mapping: mappingproxy (expandable)
#>     [0]: tuple = (22, 'ssh') (expandable)
#>     [1]: tuple = (80, ['http', 'alt']) (expandable)
#> expand [1]
#>     [0]: int = 80
#>     [1]: list = ['http', 'alt']
#> continue -> exit 0
