"""Step out runs the rest of a function and stops where it was called, level by level."""

steps = []


def bake():
    steps.append("heat")  # @bake
    steps.append("wait")


def serve():
    bake()  # @call-bake
    steps.append("cut")  # @cut


serve()  # @call-serve
print(steps)  # @print
print("enjoy")  # @last

#> break @bake
#> run -> breakpoint @bake in bake
#> step out -> step @call-bake in serve
#> evaluate steps -> ['heat', 'wait']
#> step out -> step @call-serve in <module>
#> evaluate steps[-1] -> 'cut'
#> step over -> step @print
#> step out -> step after @last
#> output "enjoy\n"
#> continue -> exit 0
