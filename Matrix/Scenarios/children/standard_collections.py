"""Collections of the standard library show their fields and then their items."""

from collections import OrderedDict, defaultdict, deque, namedtuple

Point = namedtuple("Point", "x y")
corner = Point(3, 4)
recent = deque(["new", "old"], maxlen=5)
menu = OrderedDict([("tea", 2), ("cake", 4)])
groups = defaultdict(list, {"even": [2, 4]})
print(corner, len(groups))  # @look

#> break @look
#> run -> breakpoint @look
#> children corner
#>     ...
#>     x: int = 3
#>     y: int = 4
#>     [0]: int = 3
#>     [1]: int = 4
#>     !_asdict
#>     !count
#> children recent
#>     maxlen: int = 5
#>     [0]: str = 'new'
#>     [1]: str = 'old'
#> children menu
#>     items() (expandable)
#>     ['tea']: int = 2
#>     ['cake']: int = 4
#> children groups
#>     default_factory: type
#>     items() (expandable)
#>     ['even']: list = [2, 4] (expandable)
#> children b"ab"
#>     [0]: int = 97
#>     [1]: int = 98
#> evaluate len(groups) -> 1
#> continue -> exit 0
