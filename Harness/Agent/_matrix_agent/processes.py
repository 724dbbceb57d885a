"""Following the program's processes: what a debugger asks for, what a child is given, and how it is
announced. How children come to be is in `starts`; their sessions begin in `followed`.
"""

import os

from . import code_filter, connection, genuine, starts, versions, wire
from .genuine import _thread, posix

VARIABLE = starts.VARIABLE
TIMEOUT = 5                     # seconds that a child waits for its debugger
_LONGEST = 4096
_MOST = 90000                   # bytes for a child by its environment; a variable has 128 KiB at most

# The commands that a child is given, which has no debugger yet; as `Commands` knows them.
_MODES, _RULES, _FEATURES, _FOLLOW = b'sexi', b'rule', b'mtrx', b'foll'


class Following(object):
    """From a debugger's wish until it is taken back or the session ends."""

    def __init__(self, session, endpoint, secret, folder):
        self._session = session
        self.endpoint = endpoint
        self.secret = secret
        self.folder = folder
        self._undo = starts.install(self._environment, self._startup())

    def _startup(self):
        """The folder that new Pythons are to look into; None where there is none to load from."""
        folder = os.path.join(self.folder or os.path.dirname(code_filter.PACKAGE), 'startup')
        is_there = os.path.exists(os.path.join(folder, 'sitecustomize.py'))
        return folder if is_there and os.pathsep not in folder else None

    @property
    def reaches_new_pythons(self):
        return self._startup() is not None

    def end(self):
        undo, self._undo = self._undo, None
        if undo is not None:
            undo()

    def _environment(self):
        """The value of the variable, for a Python that starts now."""
        if self._session.detached:
            return None
        head = [_string(self.endpoint), _string(self.secret), _string(self._options()),
                wire.integer(posix.getpid())]
        state = state_of(self._session, True)
        if len(state) > _MOST:
            state = state_of(self._session, False)
        return genuine.stdlib('binascii').b2a_base64(b''.join(head) + state).strip()

    def in_child(self):
        """What a forked child is to do when its parent's session is gone; None for a child that only
        begins another program, or was forked while the debugger looked."""
        session = self._session
        thread = session.threads.get(_thread.get_ident())
        if starts.is_starting() or (thread is not None and thread.blocked):
            return None
        offer = Offer(self.endpoint, self.secret, self._options(), session.pid,
                      state_of(session, True))
        offer.allowed = session.is_user_code.allowed()
        return lambda: successor(offer)

    def _options(self):
        """Whether a child stops when its session begins is for the debugger to say each time."""
        names = self._session.options.text.split(',')
        return ','.join([name for name in names if name.strip() != 'NoBreakOnAttach'])


# Begins the session of a forked child with an `Offer`; `followed` sets it, which is above all this.
successor = None


class Offer(object):
    """What a child is given to find its debugger, and what holds in it until that says otherwise."""

    def __init__(self, endpoint, secret, options, parent, state):
        self.endpoint = endpoint
        self.secret = secret
        self.options = options
        self.parent = parent
        self.state = state
        self.allowed = ()               # files that are the user's

    @classmethod
    def decoded(cls, text):
        data = genuine.stdlib('binascii').a2b_base64(text)
        reader = wire.Reader.over(data)
        fields = reader.string(), reader.string(), reader.string(), reader.integer()
        return cls(*(fields + (reader.rest(),)))

    def accepted(self, how):
        """Says to the debugger which process this is, and waits for its answer: a connection and the
        options of a session, or None."""
        try:
            raw = connection.connect_now(self.endpoint, _seconds())
        except (OSError, ValueError):
            return None                 # The debugger is gone.
        link = connection.Connection(raw)
        try:
            link.set_deadline(_seconds())
            link.send(wire.text(self.secret) + wire.integer(0) + self._announcement(how))
            if link.reader.bytes(4) == b'ATCH':
                options = link.reader.string(_LONGEST)
                link.set_deadline(None)
                return link, ','.join([self.options, options])
        except (wire.ProtocolError, OSError):
            pass                        # It does not want this one, or takes too long.
        link.close()
        link.release()
        return None

    def _announcement(self, how):
        arguments = command_line()
        return (wire.message(b'PROC', posix.getpid(), self.parent) + wire.text(how)
                + wire.text('%d.%d.%d' % versions.NUMBERS)
                + wire.integer(len(arguments)) + b''.join([wire.text(each) for each in arguments]))


def command_line():
    """As the kernel knows it; nothing where it does not say."""
    try:
        with open('/proc/self/cmdline', 'rb') as file:
            return [os.fsdecode(each) for each in file.read().split(b'\0')[:-1]]
    except OSError:
        return []


def _seconds():
    try:
        return float(os.environ['MATRIX_FOLLOW_TIMEOUT'])
    except (KeyError, ValueError):
        return TIMEOUT


# What a child inherits, as the commands that a debugger would send it

def state_of(session, with_breakpoints):
    following = session.following
    parts = [_command(_FEATURES, 1, ','.join(session.features))]
    rules = session.is_user_code.rules
    if rules:
        parts.append(_command(_RULES, len(rules)))
        parts += [wire.integer(users) + _string(path) for path, users in rules]
    if session.exceptions is not None:
        default, modes = session.exceptions.modes()
        parts.append(_command(_MODES, default, len(modes)))
        parts += [wire.integer(mode) + _string(name) for name, mode in modes]
    for each in session.breakpoints.all() if with_breakpoints else ():
        parts.append(_command(*each.asked()))
    parts.append(_command(_FOLLOW, 1, following.endpoint, following.secret, following.folder))
    return b''.join(parts)


def _command(name, *fields):
    return name + b''.join([_string(field) if isinstance(field, str) else wire.integer(field)
                            for field in fields])


def _string(text):
    data = text.encode('utf-8', 'replace')
    return wire.integer(len(data)) + data
