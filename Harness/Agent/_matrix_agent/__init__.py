"""The matrix debug agent: a Python debugger that runs inside the program, on CPython 3.5 to 3.15.

It uses the standard library only and imports as little of it as it can: the program's own imports,
`sys.path` and `sys.modules` stay what they would be without a debugger.
"""

__version__ = '0.1'
