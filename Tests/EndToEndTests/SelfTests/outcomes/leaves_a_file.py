"""A file that is left in the temporary folder fails the cell."""
import tempfile

tempfile.NamedTemporaryFile(prefix="left-", delete=False).close()

#> run -> exit 0
