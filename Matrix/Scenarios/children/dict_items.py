"""A dict shows a view of its items and then each value under its key."""
# differs: >=3.10 views of a dict have the attribute mapping, https://bugs.python.org/issue40890

# CPython 3.5 orders a dict by its hashes, modulo 8 here, later versions by insertion: both are
# the order below.
ports = {80: ["http", "alt"], 443: "https"}
services = {"web": ports}
print(len(services))  # @look

#> break @look
#> run -> breakpoint @look
#> children services
#>     items() (expandable)
#>     ['web']: dict = {80: ['http', 'alt'], 443: 'https'} (expandable)
#> expand ['web']
#>     items() (expandable)
#>     [80]: list = ['http', 'alt'] (expandable)
#>     [443]: str = 'https' (not expandable)
#> expand [80]
#>     [0]: str = 'http'
#>     [1]: str = 'alt'
#> children ports
#>     items()
#>     ...
#> expand items()
#>     {>=3.10} mapping: mappingproxy (expandable)
#>     [0]: tuple = (80, ['http', 'alt']) (expandable)
#>     [1]: tuple = (443, 'https') (expandable)
#> expand [0]
#>     [0]: int = 80
#>     [1]: list = ['http', 'alt']
#> continue -> exit 0
