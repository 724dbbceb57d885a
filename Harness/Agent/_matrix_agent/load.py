"""Brings the agent into a program that runs. This text needs no file: an injector executes it in
a dictionary of its own, followed by one call, such as

    load('/folder/with/_matrix_agent', 'attach', 'unix:/path', 'token', 'RedirectOutput')
    load('/folder/with/_matrix_agent', 'listen', '5678', 'secret', '')

In place of the package the folder may have one file, `bundle`: for each file of the package a line
with its path and its number of bytes, and then these. A thread that opens forty files waits for the
GIL after each, which takes half a second beside one that is busy.

`load` returns at once; the debugger hears from the agent. Where the agent cannot be imported, or
there can be no thread for it, a debugger that listens is told so by number (token, then 3,
LoadDebuggerFailed, or 9, CannotInjectThread). Whoever passes a function `reply` hears how it went:
`reply(endpoint)` when the agent is there and, with 'listen', can be connected to, or
`reply(traceback, 'raised')`. The folder is not needed any more then.
"""


def load(folder, entry, endpoint, token, options='', reply=None):
    """Loads the agent from `folder` on a thread of its own and calls `attach` or `listen`."""
    def start():
        try:
            agent = bring()
        except BaseException as error:
            report(error)
            if entry == 'attach':
                apologize(3)
            return
        try:
            agent.loaded(entry, endpoint, token, options, tell)
        except BaseException as error:
            report(error)

    def bring():
        """Loads all modules of the agent. No finder, no path, no `__import__` and no lock of the
        program's has a part in it: the import system would use all of these."""
        package = modules.get('_matrix_agent')
        if package is None:
            fresh = empty('_matrix_agent', '__init__.py')
            fresh.__path__ = [folder + '/_matrix_agent']
            fresh.loading = genuine()._thread.allocate_lock()
            fresh.loading.acquire()
            package = modules.setdefault('_matrix_agent', fresh)
            if package is fresh:
                try:
                    modules['_matrix_agent.genuine'] = fresh.genuine = genuine()
                    run(fresh, text_of('__init__.py'))
                    # The folder may be gone when a session asks for one of these.
                    for each in ('attach', 'control.hooked', 'control.monitoring'):
                        module('_matrix_agent.' + each)
                except BaseException:
                    for name in list(modules):
                        if name.partition('.')[0] == '_matrix_agent':
                            del modules[name]
                    raise
                finally:
                    fresh.loading.release()
        if hasattr(package, 'loading'):
            with package.loading:       # Another thread is about to.
                pass
        agent = module('_matrix_agent.attach')
        del texts[:]                    # Modules keep what they were loaded with.
        return agent

    def module(name):
        found = modules.get(name)
        if found is None:
            path = name.partition('.')[2].replace('.', '/')
            text = text_of(path + '.py')
            found = empty(name, path + ('.py' if text is not None else '/__init__.py'))
            if text is None:
                text = text_of(path + '/__init__.py')
                found.__path__ = [folder + '/_matrix_agent/' + path]
            if text is None:
                raise ImportError('there is no %s in %s' % (name, folder))
            modules[name] = found
            run(found, text)
            parent, _, last = name.rpartition('.')
            setattr(modules[parent], last, found)
        return found

    def empty(name, path):
        made = type(sys)(name)
        made.__file__ = folder + '/_matrix_agent/' + path
        made.__package__ = name if path.endswith('__init__.py') else name.rpartition('.')[0]
        made.__spec__ = modules['_frozen_importlib'].ModuleSpec(
            name, None, origin=made.__file__, is_package=path.endswith('__init__.py'))
        made.__builtins__ = own_builtins
        return made

    def run(made, text):
        exec(compile(text, made.__file__, 'exec', 0, True), made.__dict__)

    def own_import(name, names=None, local_names=None, wanted=(), level=0):
        """What stands for `__import__` in the agent's modules."""
        if not level:
            return modules[name] if name in SURE else genuine().stdlib(name)
        place = names['__package__']
        for _ in range(level - 1):
            place = place.rpartition('.')[0]
        found = module(place + '.' + name if name else place)
        for each in wanted:
            if hasattr(found, '__path__') and not hasattr(found, each):
                module(found.__name__ + '.' + each)
        return found

    def genuine():
        """The module by that name, which needs no other."""
        found = modules.get('_matrix_agent.genuine')
        if found is None and not first:
            text = text_of('genuine.py')
            if text is None:
                raise ImportError('there is no _matrix_agent in ' + folder)
            first.append(empty('_matrix_agent.genuine', 'genuine.py'))
            run(first[0], text)
        return found or first[0]

    def text_of(path):
        if not texts:
            texts.append(unpack(folder + '/bundle'))
        if texts[0] is not None:
            return texts[0].get('_matrix_agent/' + path)
        return read(folder + '/_matrix_agent/' + path)

    def unpack(path):
        data = read(path)
        if data is None:
            return None
        files, at = {}, 0
        while at < len(data):
            end = data.index(b'\n', at)
            name, size = data[at:end].decode('ascii').split()
            at = end + 1 + int(size)
            files[name] = data[end + 1:at]
        return files

    def read(path):
        import _io
        try:
            with _io.open(path, 'rb') as file:
                return file.read()
        except OSError:
            return None

    def report(error):
        import os
        log = os.environ.get('MATRIX_AGENT_LOG')
        if log or reply is not None:
            text, traceback = 'Traceback (most recent call last):\n', error.__traceback__
            while traceback is not None:
                text += '  File "%s", line %d, in %s\n' % (
                    traceback.tb_frame.f_code.co_filename, traceback.tb_lineno,
                    traceback.tb_frame.f_code.co_name)
                traceback = traceback.tb_next
            text += '%s: %s\n' % (type(error).__name__, error)
            tell(text, 'raised')
            if log:
                with open(log, 'ab') as file:
                    file.write(text.encode('utf-8', 'backslashreplace'))

    def tell(*answer):
        if reply is not None:
            try:
                reply(*answer)
            except OSError:
                pass                    # Nobody waits for it any more.

    def apologize(number):
        import _socket
        if endpoint.startswith('unix:'):
            family, target = _socket.AF_UNIX, endpoint[5:]
        else:
            family, target = _socket.AF_INET, ('127.0.0.1', int(endpoint))
        raw = _socket.socket(family, _socket.SOCK_STREAM)
        try:
            raw.connect(target)
            data = token.encode('utf-8')
            raw.sendall(b'U' + len(data).to_bytes(8, 'big') + data + number.to_bytes(8, 'big'))
        except OSError:
            pass
        finally:
            raw.close()

    import builtins
    import sys
    modules, texts, first = sys.modules, [], []
    own_builtins = dict(vars(builtins), __import__=own_import)
    SURE = ('builtins', 'os', 'posix', 'sys')
    try:
        import _thread
        begin = getattr(_thread.start_new_thread, 'original', _thread.start_new_thread)
        if type(begin) is not type(len):
            # The program has replaced it. What that starts may be no thread at all.
            begin = genuine()._thread.start_new_thread
        # The thread is to receive no signals: they are the program's, and thread_start says more.
        import _signal
        before = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
        try:
            _signal.pthread_sigmask(
                _signal.SIG_BLOCK, set(range(1, 65)) - {4, 5, 7, 8, 11, 31, 32, 33})
            begin(start, ())
        finally:
            _signal.pthread_sigmask(_signal.SIG_SETMASK, before)
    except (AttributeError, ImportError, OSError, RuntimeError) as error:
        # Since 3.12 there are no new threads once the main thread has ended. What a signal handler
        # raises here is the program's.
        report(error)
        if entry == 'attach':
            apologize(9)
