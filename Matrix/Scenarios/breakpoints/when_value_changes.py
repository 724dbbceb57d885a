"""A breakpoint on a changing value stops at its first value and at each new one."""


def show(states):
    shown = []
    for state in states:
        shown.append(state)  # @show
    return shown


print(show(["idle", "idle", "busy", "busy", "idle"]))

#> break @show when state changes
#> run -> breakpoint @show in show
#> evaluate (state, shown) -> ('idle', [])
#> continue -> breakpoint @show
#> evaluate (state, len(shown)) -> ('busy', 2)
#> continue -> breakpoint @show
#> evaluate (state, len(shown)) -> ('idle', 4)
#> hits @show -> 3
#> continue -> exit 0
