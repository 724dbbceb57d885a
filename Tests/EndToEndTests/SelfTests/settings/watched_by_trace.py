"""A program can tell by which execution control it is watched."""
# python: >=3.12
import sys

watched = "trace" if sys.monitoring.get_tool(0) is None else "monitoring"
print(watched)  # @print

#> break @print
#> run -> breakpoint @print
#> evaluate watched -> 'trace'
#> continue -> exit 0
#> output "trace\n"
