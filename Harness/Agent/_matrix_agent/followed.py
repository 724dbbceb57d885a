"""The session of a child that is followed: one that was forked, or a Python that was started."""

from . import debugger, interrupts, log, options, processes
from .control import base
from .genuine import _thread, posix


def _forked(offer):
    """In a forked child, before the function that forked returns there."""
    try:
        _begin(offer, 'fork')
    except BaseException:
        log.error()


processes.successor = _forked


def started(text):
    """In a Python that has just started, before the program."""
    offer = processes.Offer.decoded(text)
    offer.allowed = _program_files(processes.command_line()[1:])
    _begin(offer, 'exec' if offer.parent == posix.getpid() else 'spawn')


def _begin(offer, how):
    """Signals are held meanwhile: an exception of a handler's would not get into the program."""
    held = interrupts.Held()
    try:
        accepted = offer.accepted(how)
        if accepted is not None:
            _open(offer, how == 'fork', *accepted)
    finally:
        held.release(_thread.get_ident())


def _open(offer, forked, link, option_text):
    session = None
    try:
        session = debugger.Session(link, options.Options(option_text))
        session.control.prepare(False)
    except (base.Refused, ImportError):
        log.error()
        if session is not None:
            session.forget_forks()
        link.send(b'RJCT')
        link.close()
        link.release()
        return
    link.send(b'ACPT')
    try:
        for filename in offer.allowed:
            session.is_user_code.allow(filename)
        session.start_followed(offer.state, forked)
    except BaseException:
        session.failed()


def _program_files(arguments):
    """The program itself is the user's, wherever it lies."""
    kind, name = _program(arguments)
    if kind == '-c' and not name.startswith('from multiprocessing.'):
        return ['<string>']
    if kind == 'script':
        return [name, posix.getcwd() + '/' + name]      # as it is compiled up to 3.8, and since
    return []


def _program(arguments):
    """What a command line runs: '-c' and the code, '-m' and the module, or 'script' and its path."""
    arguments = list(arguments)
    while arguments:
        argument = arguments.pop(0)
        if argument == '--check-hash-based-pycs':
            del arguments[:1]
        elif argument[:1] != '-' or argument == '-':
            return 'script', argument
        elif argument[1] != '-':
            for at, letter in enumerate(argument[1:], 2):
                if letter in 'cm':
                    return '-' + letter, argument[at:] or ''.join(arguments[:1])
                if letter in 'WX':
                    if not argument[at:]:
                        del arguments[:1]
                    break
    return None, ''
