"""Launch: connects to the debugger, announces the process, and runs the program as Python would."""

import atexit
import builtins
import os
import sys

from . import attach, bell, code_filter, connection, debugger, options, thread_start, wire
from .control import base
from .genuine import _thread, posix

LAST_TIMEOUT = 5
USAGE = """usage: launcher.py CWD PORT GUID OPTIONS [-m|-c] SCRIPT [ARG...]
       launcher.py --listen ENDPOINT SECRET [--wait] OPTIONS [-m|-c] SCRIPT [ARG...]"""


def main(names, arguments):
    """Runs `CWD PORT GUID OPTIONS [-m|-c] SCRIPT [ARG...]` in a module `__main__` with `names`."""
    if arguments[:1] == ['--listen']:
        _main_listening(names, arguments)
        return
    if len(arguments) < 5:
        sys.exit(USAGE)
    directory, address, token, option_text = arguments[:4]
    program = arguments[4:]
    hide_launch(program, 5)
    os.chdir(directory)
    try:
        raw = connection.connect(address)
    except (OSError, ValueError) as error:
        sys.exit('matrix agent: no debugger at %s: %s' % (address, error))
    session = _open_session(connection.Connection(raw), token, option_text)
    ending = _LaunchEnding(session)
    thread_start.await_own_at_exit()
    atexit.register(ending.at_exit)
    session.threads.main = _thread.get_ident()
    run = prepare(names, program, session.is_user_code.allow)
    session.start(ending)
    run_program(run, ending)


def _main_listening(names, arguments):
    """Runs `--listen ENDPOINT SECRET [--wait] OPTIONS [-m|-c] SCRIPT [ARG...]`."""
    endpoint, secret, waits, option_text, program = _parse_listening(arguments)
    hide_launch(program, len(arguments) - len(program) + 1)
    attached = _thread.allocate_lock()
    attached.acquire()

    def release():
        if waits and attached.locked():
            attached.release()

    try:
        server = attach.listen(endpoint, secret, option_text, release)
    except (OSError, ValueError) as error:
        sys.exit('matrix agent: cannot listen at %s: %s' % (endpoint, error))
    # The first to be registered is the last to run: sessions end before it.
    atexit.register(server.close)
    ending = Ending()
    run = prepare(names, program, lambda filename: None)
    if waits:
        attached.acquire()
    run_program(run, ending)


def _parse_listening(arguments):
    if len(arguments) < 4:
        sys.exit(USAGE)
    endpoint, secret = arguments[1:3]
    rest = arguments[3:]
    waits = rest[0] == '--wait'
    if waits:
        del rest[0]
    if len(rest) < 2:
        sys.exit(USAGE)
    return endpoint, secret, waits, rest[0], rest[1:]


def _open_session(link, token, option_text):
    """The handshake. Where the program cannot be watched, the debugger is told by number."""
    try:
        session = debugger.Session(link, options.Options(option_text))
        session.control.prepare(False)
    except base.Refused as error:
        link.send(wire.text(token) + wire.integer(error.code))
        link.close()
        sys.exit('matrix agent: %s' % error)
    link.send(wire.text(token) + wire.integer(0))
    return session


def run_program(run, ending):
    try:
        run()
    except BaseException as error:
        ending.program_raised(error)
        raise


def hide_launch(program, count):
    """Takes the launcher and its arguments, `count` in all, out of what Python remembers."""
    original = getattr(sys, 'orig_argv', None)
    if original and original[-len(program):] == program:
        kept = len(original) - len(program) - count
        if kept > 0:
            del original[kept:kept + count]


def prepare(names, program, allow):
    """A fresh `__main__`, `sys.argv` and `sys.path`; the result runs the program."""
    module = type(sys)('__main__')
    module.__dict__.clear()
    module.__dict__.update(names)
    module.__doc__ = None
    sys.modules['__main__'] = module
    module.__builtins__ = builtins
    has_entry = not (sys.flags.isolated or getattr(sys.flags, 'safe_path', False))
    if program[0] in ('-m', '-c') and len(program) > 1:
        flag, target = program[0], program[1]
        sys.argv[:] = [flag] + program[2:]
        for name in ('__file__', '__cached__'):
            module.__dict__.pop(name, None)
        module.__loader__ = sys.modules['_frozen_importlib'].BuiltinImporter
        if flag == '-c':
            return _code_runner(module, target, has_entry, allow)
        return _module_runner(target, has_entry)
    sys.argv[:] = program
    return _script_runner(module, program[0], has_entry, allow)


def _code_runner(module, source, has_entry, allow):
    if has_entry:
        sys.path[0] = ''
    allow('<string>')

    def run():
        if sys.version_info >= (3, 13):
            # Tracebacks show lines of `-c` since then, so Python remembers them.
            import linecache
            lines = (source + '\n').splitlines(True)
            linecache.cache['<string>'] = (len(source), None, lines, '<string>')
        exec(compile(source + '\n', '<string>', 'exec', 0, True), module.__dict__)

    return run


def _module_runner(name, has_entry):
    if has_entry:
        # The current directory's full path, as `python -m` has it since 3.7 (bpo-33053).
        sys.path[0] = os.getcwd() if sys.version_info >= (3, 7) else ''

    def run():
        import runpy
        runpy._run_module_as_main(name)

    return run


def _script_runner(module, script, has_entry, allow):
    if os.path.isdir(script) or _is_archive(script):
        return _package_runner(script, has_entry)
    # Absolute since 3.9 (bpo-20443).
    filename = os.path.abspath(script) if sys.version_info >= (3, 9) else script
    if has_entry:
        sys.path[0] = os.path.dirname(os.path.realpath(script))
    module.__file__ = filename
    loader = sys.modules['_frozen_importlib_external'].SourceFileLoader
    module.__loader__ = loader('__main__', filename)
    allow(filename)

    def run():
        exec(_compile(script, filename), module.__dict__)

    return run


def _compile(script, filename):
    try:
        with open(script, 'rb') as file:
            source = file.read()
    except OSError as error:
        sys.stderr.write("%s: can't open file %r: [Errno %s] %s\n"
                         % (sys.executable, filename, error.errno, error.strerror))
        sys.exit(2)
    return compile(source, filename, 'exec', 0, True)


def _is_archive(script):
    try:
        with open(script, 'rb') as file:
            return file.read(4) == b'PK\x03\x04'
    except OSError:
        return False


def _package_runner(path, has_entry):
    """A directory or a zip file with a `__main__`: it is the first entry of `sys.path`."""
    if sys.version_info >= (3, 9):
        path = os.path.abspath(path)
    if has_entry:
        sys.path[0] = path
    else:
        sys.path.insert(0, path)

    def run():
        import runpy
        runpy._run_module_as_main('__main__', False)

    return run


class Ending(object):
    """How the program ends."""

    abnormal = False

    def program_raised(self, error):
        """Python prints the traceback when our frames have ended; they are not the user's."""
        if isinstance(error, SystemExit):
            self.abnormal = bool(error.code)
            return
        self.abnormal = True
        hook = sys.excepthook

        def without_agent(kind, value, traceback):
            sys.excepthook = hook
            traceback = _strip(traceback)
            value.__traceback__ = traceback
            sys.last_traceback = traceback
            hook(kind, value, traceback)

        sys.excepthook = without_agent


class _LaunchEnding(Ending):
    """The end of the program, told to the debugger after everything that the program does.

    Exit functions run last in, first out, and after the wait for other threads: this one, the first
    to be registered, is the last to run. Only the wait for our own threads follows.
    """

    def __init__(self, session):
        self._session = session
        self._acknowledged = bell.Bell()

    def acknowledge(self):
        self._acknowledged.ring()

    def at_exit(self):
        session = self._session
        if session.detached or posix.getpid() != session.pid:
            return
        wanted = session.options
        if wanted.wait_on_abnormal_exit if self.abnormal else wanted.wait_on_normal_exit:
            _wait_for_key()
        session.program_ended()
        session.send(wire.message(b'EXTT', session.threads.main) + b'LAST')
        if not session.detached:
            self._acknowledged.wait(LAST_TIMEOUT)
        session.let_go()


def _strip(traceback):
    """The traceback from the first frame on that is not the agent's."""
    while traceback is not None and code_filter.is_agent(traceback.tb_frame.f_code.co_filename):
        traceback = traceback.tb_next
    return traceback


def _wait_for_key():
    try:
        sys.stdout.write('Press any key to continue . . . ')
        sys.stdout.flush()
        sys.stdin.read(1)
    except BaseException:
        pass
