"""Additions of ours to the classic protocol. A debugger asks for them by `mtrx`, a command that no
classic one has; before that, none of them is on the wire.
"""

from . import __version__, children, lazy, more_breakpoints, processes, queries, wire

VERSION = 1
_FORKS_ONLY = 'there is no agent in that folder: only children by fork are followed'
FEATURES = (
    'acknowledge',
    'channels',
    'completions',
    'errors',
    'functions',
    'handlers',
    'hits',
    'lazy',
    'logs',
    'notes',
    'pages',
    'processes',
    'rules',
    'sliding',
    'sources',
    'suspended',
    'targets',
)


def negotiate(commands, version, wanted):
    """Answers what is granted: of what is asked for, that which there is."""
    asked = [name.strip() for name in wanted.split(',')]
    granted = [name for name in FEATURES if name in asked] if version >= 1 else []
    session = commands.session
    session.send(b'MTRX' + wire.integer(min(version, VERSION)) + wire.text(__version__)
                 + wire.text(session.control.name) + wire.text(','.join(granted)))
    session.features = granted
    session.tells_channels = 'channels' in granted
    session.tells_all_hits = 'hits' in granted
    session.tell_of_breakpoints('sliding' in granted, 'errors' in granted, 'logs' in granted)
    session.watch_exceptions().asks = 'handlers' not in granted
    commands.acknowledges = 'acknowledge' in granted
    session.lazy = 'lazy' in granted
    commands.table = dict(commands.table)
    for feature, added in _COMMANDS.items():
        for code, command in added.items():
            commands.table.pop(code, None)
            if feature in granted:
                commands.table[code] = command
    if 'processes' not in granted:
        session.follow(None)
    session.look_for_interpreters()


def acknowledgement(number, note):
    """A command has been read and acted upon; `note` says why it had no effect."""
    return b'ACKN' + wire.integer(number) + wire.text(note)


def _page(commands, text, identifier, frame_index, request, frame_kind, start, count):
    def refuse(reason):
        commands.session.send(_page_event(request, start, False, []))

    thread = commands.usable(identifier, frame_index, refuse)
    if thread is not None:
        def make_event(late):
            found, more = children.page(thread.frames[frame_index], text, start, count, late)
            return _page_event(request, start, more, found)

        commands.occupy(thread, make_event, lambda: _page_event(request, start, 0, []))


def _page_event(request, start, more, found):
    return wire.message(b'CHLP', request, start, more, len(found)) + b''.join(found)


def _read_rules(reader):
    rules = []
    for _ in range(reader.count()):
        users = reader.integer()
        rules.append((reader.string(), bool(users)))
    return (rules,)


def _set_rules(commands, rules):
    """The client's rules for the user's files, beside what the agent finds by itself."""
    commands.session.is_user_code.set_rules(rules)
    commands.session.control.user_code_changed()


def _follow(commands, follows, endpoint, secret, folder):
    """Which debugger the program's children are to connect to, or none."""
    session = commands.session
    session.follow(None)
    if not follows:
        return None
    following = processes.Following(session, endpoint, secret, folder)
    session.follow(following)
    return None if following.reaches_new_pythons else _FORKS_ONLY


# What a feature adds to the commands.
_COMMANDS = {
    'completions': queries.COMPLETIONS,
    'functions': more_breakpoints.FUNCTIONS,
    'lazy': lazy.COMMANDS,
    'logs': more_breakpoints.LOGS,
    'pages': {b'chlp': ('Siiiiii', _page)},
    'processes': {b'foll': ('iSSS', _follow)},
    'rules': {b'rule': (_read_rules, _set_rules)},
    'sources': queries.SOURCES,
    'suspended': queries.SUSPENDED,
    'targets': queries.TARGETS,
}
