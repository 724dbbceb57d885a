import contextlib, io, sys
caught = io.StringIO()
with contextlib.redirect_stdout(caught):
    print('inside')                                         # @stop
print(repr(caught.getvalue()), sys.stdout is sys.__stdout__)
sys.stderr = None
