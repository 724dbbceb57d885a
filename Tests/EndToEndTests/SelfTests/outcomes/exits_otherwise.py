"""An exit code that is not the expected one fails."""
import sys

sys.exit(3)

#> run -> exit 0
