"""The session of this process, or None: a process has one debugger at a time."""

session = None
