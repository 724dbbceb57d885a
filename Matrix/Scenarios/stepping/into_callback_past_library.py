"""Step into passes the standard library and stops in the callback that it calls."""

import json


def names_only(pairs):
    names = sorted(pairs)  # @hook
    return names  # @return


loaded = json.loads('{"plum": 4, "fig": 3}', object_hook=names_only)  # @load
print(loaded)  # @print

#> break @load
#> run -> breakpoint @load
#> step into -> step @hook in names_only
#> evaluate pairs['plum'] -> 4
#> step over -> step @return
#> step over -> step @print in <module>
#> evaluate loaded -> ['fig', 'plum']
#> continue -> exit 0
