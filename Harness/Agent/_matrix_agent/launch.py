"""Launch: connects to the debugger, announces the process, and runs the program as Python would."""

import atexit
import builtins
import os
import sys

from . import attach, code_filter, connection, debugger, genuine, native, options, wakeup
from . import thread_start, versions, wire
from .control import base
from .genuine import _thread, posix

partial = genuine.unseen('_functools').partial
methodcaller = genuine.unseen('_operator').methodcaller

LAST_TIMEOUT = 5
_LONGEST_SECRET = 4096
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
    prepared = prepare(names, program, session.is_user_code.allow)
    session.start(ending)
    # The status of SystemExit is known to the interpreter alone where that runs the program.
    run_program(prepared, ending, session.options.wait_on_abnormal_exit)


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
    prepared = prepare(names, program, lambda filename: None)
    if waits:
        attached.acquire()
    run_program(prepared, ending)


def _parse_listening(arguments):
    if len(arguments) < 4:
        sys.exit(USAGE)
    endpoint, secret = arguments[1], _secret(arguments[2])
    rest = arguments[3:]
    waits = rest[0] == '--wait'
    if waits:
        del rest[0]
    if len(rest) < 2:
        sys.exit(USAGE)
    return endpoint, secret, waits, rest[0], rest[1:]


def _secret(text):
    """The secret, which `ps` shows to all users where it is an argument: `fd:N` is a descriptor to
    read it from, `file:PATH` a file that only the user may read, `env:NAME` a variable, which is
    removed."""
    kind, _, name = text.partition(':')
    try:
        if kind == 'env':
            return os.environ.pop(name)
        if kind in ('fd', 'file'):
            with open(int(name) if kind == 'fd' else name, 'rb') as file:
                if kind == 'file' and os.fstat(file.fileno()).st_mode & 0o077:
                    sys.exit('matrix agent: others may read the secret in ' + name)
                return file.read(_LONGEST_SECRET).decode().rstrip('\n')
    except (OSError, ValueError, KeyError) as error:
        sys.exit('matrix agent: there is no secret at %s: %r' % (text, error))
    sys.exit('matrix agent: SECRET is not the secret itself, which all users of the machine would see '
             'in the list of processes. Write it into a file that only you may read and say file:PATH, '
             'or say fd:N for a descriptor to read it from, or env:NAME for a variable.')


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


def run_program(program, ending, framed=False):
    """Runs the program when the launcher's code has ended, with no frame of ours below its own.
    `framed`, and where that cannot be: now, and its frames have ours below them."""
    in_c = None if framed else program.in_c()
    if in_c is not None:
        sys.stderr = _Flushed(in_c, ending)
        return
    try:
        program.run()
    except BaseException as error:
        ending.program_raised(error)
        raise


class _Flushed(object):
    """What the interpreter flushes, as `sys.stderr`, after the last line of the launcher: the one
    moment before its end at which it calls something and no Python code is running.

    So whatever is called there has no frame below its own, as long as what leads to it is in C. The
    interpreter's own function for scripts runs the program, prints its exception, and exits where
    that is SystemExit; else the status is left to do.
    """

    def __init__(self, in_c, ending):
        def status(failed):
            """Runs after the program's main code."""
            ending.abnormal = bool(failed)
            # The interpreter ends itself by the signal then.
            interrupted = (versions.SIGNAL_ENDS_PROCESS
                           and getattr(sys, 'last_type', None) is KeyboardInterrupt)
            return 1 if failed and not interrupted else 0

        steps = (partial(setattr, sys, 'stderr', sys.stderr), in_c)
        ends = native.get().function('Py_Exit', None, native.get().int)
        self.flush = partial(any, map(ends, filter(None, map(
            status, map(methodcaller('__call__'), steps)))))


def hide_launch(program, count):
    """Takes the launcher and its arguments, `count` in all, out of what Python remembers."""
    original = getattr(sys, 'orig_argv', None)
    if original and original[-len(program):] == program:
        kept = len(original) - len(program) - count
        if kept > 0:
            del original[kept:kept + count]


def prepare(names, program, allow):
    """A fresh `__main__`, `sys.argv` and `sys.path`; the result is the program."""
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
            return _Code(module, target, has_entry, allow)
        return _module_runner(target, has_entry)
    sys.argv[:] = program
    return _script_runner(module, program[0], has_entry, allow)


class _Program(object):
    """How a program is run. `in_c` gives a function in C that does, and says whether it failed;
    None where there is none."""

    def in_c(self):
        return None


class _Code(_Program):
    def __init__(self, module, source, has_entry, allow):
        if has_entry:
            sys.path[0] = ''
        allow('<string>')
        self._names = module.__dict__
        if versions.COMMAND_IS_DEDENTED:
            source = _dedent(source)
        self._source = source + '\n'
        if versions.COMMAND_IS_REMEMBERED:
            self._remember()

    def _remember(self):
        """Tracebacks show lines of `-c` since 3.13, so Python remembers them."""
        import linecache
        lines = self._source.splitlines(True)
        linecache.cache['<string>'] = (len(self._source) - 1, None, lines, '<string>')

    def in_c(self):
        try:
            calls = native.get()
            run = calls.function('PyRun_SimpleStringFlags', calls.int, calls.pointer, calls.pointer)
        except ImportError:
            return None
        text = self._source.encode('utf-8', 'surrogateescape') + b'\0'
        flags = calls.word(_COMMAND_FLAGS | versions.FEATURE_VERSION << 32)
        return partial(run, _kept(calls, text), _kept_value(calls, flags))

    def run(self):
        exec(compile(self._source, '<string>', 'exec', 0, True), self._names)


# PyCF_IGNORE_COOKIE, as the interpreter passes it for `-c` since 3.10. Up to 3.9 a coding cookie in
# the text counts. The minor version is the second field of PyCompilerFlags.
_COMMAND_FLAGS = 0x800 if versions.COMMAND_IGNORES_COOKIE else 0
_alive = []


def _kept(calls, data):
    """The address of bytes that stay."""
    return _kept_value(calls, (calls.byte * len(data))(*data))


def _kept_value(calls, value):
    _alive.append(value)
    return calls.address_of(value)


def _dedent(source):
    """As `-c` does it since 3.14: white space that all lines with something else have."""
    lines = source.splitlines(True)
    starts = [line[:len(line) - len(line.lstrip(' \t'))] for line in lines if line.strip()]
    common = min(starts) if starts else ''
    while not all([start.startswith(common) for start in starts]):
        common = common[:-1]
    return ''.join([line[len(common):] if line.strip() else line.lstrip(' \t') for line in lines])


class _Module(_Program):
    """`-m`, a directory, or a zip file."""

    def __init__(self, name, is_main=False):
        self._name = name
        self._is_main = is_main

    def run(self):
        import runpy
        if self._is_main:
            runpy._run_module_as_main('__main__', False)
        else:
            runpy._run_module_as_main(self._name)


def _module_runner(name, has_entry):
    if has_entry:
        # The current directory's full path, as `python -m` has it since 3.7 (bpo-33053).
        sys.path[0] = os.getcwd() if versions.CWD_IS_WHOLE_PATH else ''
    return _Module(name)


def _script_runner(module, script, has_entry, allow):
    if os.path.isdir(script) or _is_archive(script):
        return _package_runner(script, has_entry)
    return _Script(module, script, has_entry, allow)


class _Script(_Program):
    def __init__(self, module, script, has_entry, allow):
        # Absolute since 3.9 (bpo-20443), and not made simpler.
        self._filename = script
        if versions.SCRIPT_IS_ABSOLUTE:
            self._filename = os.path.join(os.getcwd(), script)
        self._script = script
        self._names = module.__dict__
        if has_entry:
            sys.path[0] = os.path.dirname(os.path.realpath(script))
        allow(self._filename)

    def in_c(self):
        try:
            calls = native.get()
            opened = calls.function('fdopen', calls.pointer, calls.int, calls.pointer)
            run = calls.function('PyRun_AnyFileExFlags', calls.int, calls.pointer, calls.pointer,
                                 calls.int, calls.pointer)
        except ImportError:
            return None
        try:
            descriptor = os.open(self._script, os.O_RDONLY)
        except OSError:
            return None
        # The interpreter sets these, and takes them away after the main code.
        for name in ('__file__', '__cached__'):
            self._names.pop(name, None)
        name = _kept(calls, os.fsencode(self._filename) + b'\0')
        return partial(run, opened(descriptor, _kept(calls, b'rb\0')), name, 1, None)

    def run(self):
        is_compiled = self._filename.endswith('.pyc')
        loader = getattr(sys.modules['_frozen_importlib_external'],
                         'SourcelessFileLoader' if is_compiled else 'SourceFileLoader')
        self._names['__file__'] = self._filename
        self._names['__loader__'] = loader('__main__', self._filename)
        exec(self._compile(is_compiled), self._names)

    def _compile(self, is_compiled):
        try:
            with open(self._script, 'rb') as file:
                data = file.read()
        except OSError as error:
            sys.stderr.write("%s: can't open file %r: [Errno %s] %s\n"
                             % (sys.executable, self._filename, error.errno, error.strerror))
            sys.exit(2)
        if is_compiled:
            # The header has four more bytes since 3.7 (PEP 552).
            return genuine.stdlib('marshal').loads(data[versions.PYC_HEADER:])
        return compile(data, self._filename, 'exec', 0, True)


def _is_archive(script):
    try:
        with open(script, 'rb') as file:
            return file.read(4) == b'PK\x03\x04'
    except OSError:
        return False


def _package_runner(path, has_entry):
    """A directory or a zip file with a `__main__`: it is the first entry of `sys.path`."""
    if versions.SCRIPT_IS_ABSOLUTE:
        path = os.path.abspath(path)
    if has_entry:
        sys.path[0] = path
    else:
        sys.path.insert(0, path)

    return _Module('__main__', True)


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
        self._acknowledged = wakeup.Wakeup()

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
