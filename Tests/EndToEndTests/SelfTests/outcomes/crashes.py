"""A program that is killed in the middle has crashed."""
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
unreached = True  # @unreached

#> break @unreached
#> run -> breakpoint @unreached
#> continue -> exit 0
