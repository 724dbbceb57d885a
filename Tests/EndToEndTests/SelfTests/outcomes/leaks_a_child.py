"""A child that outlives the program fails the cell."""
import subprocess

subprocess.Popen(["sleep", "60"], start_new_session=True)

#> run -> exit 0
