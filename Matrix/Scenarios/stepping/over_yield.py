"""Step over a yield stops in the loop that asked for the value."""


def traffic_light():
    colour = "red"  # @red
    yield colour  # @yield-red
    colour = "green"  # @green
    yield colour  # @yield-green


for light in traffic_light():  # @for
    print(light)  # @print
print("end")  # @end

#> break @red
#> run -> breakpoint @red in traffic_light
#> stack -> traffic_light @red, <module> @for
#> step over -> step @yield-red
#> step over -> step @for in <module>
#> step over -> step @print
#> evaluate light -> 'red'
#> step over -> step @for
#> step into -> step @green in traffic_light
#> step over -> step @yield-green
#> step out -> step @for in <module>
#> step over -> step @print
#> evaluate light -> 'green'
#> step over -> step @for
#> step over -> step @end
#> continue -> exit 0
