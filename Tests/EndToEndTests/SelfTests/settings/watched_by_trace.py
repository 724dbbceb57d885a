"""A program can tell by which execution control it is watched."""
# python: >=3.12
import sys

tools = [sys.monitoring.get_tool(number) for number in range(6)]
watched = "monitoring" if any(tools) else "trace"
print(watched)  # @print

#> break @print
#> run -> breakpoint @print
#> evaluate watched -> 'trace'
#> continue -> exit 0
#> output "trace\n"
