"""A child that outlives the program and writes without end fails the cell."""
import subprocess

subprocess.Popen(["yes"], start_new_session=True)

#> run -> exit 0
