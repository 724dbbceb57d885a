"""A program that is killed as its scenario says passes."""
import os
import signal

os.kill(os.getpid(), signal.SIGKILL)

#> run -> killed SIGKILL
