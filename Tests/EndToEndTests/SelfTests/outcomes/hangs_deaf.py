"""A program that ignores the polite request to end is ended all the same."""
# timeout: 2
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    pass

#> run -> exit 0
