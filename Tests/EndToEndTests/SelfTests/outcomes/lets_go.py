"""After a detach the program runs on by itself, without a trace of the debugger."""
import sys

name = input()  # @input
print("tracing", sys.gettrace() is not None)  # @report

#> break @report
#> run -> running
#> detach -> running
#> input "go"
#> wait -> exit 0
#> output "tracing False\n"
