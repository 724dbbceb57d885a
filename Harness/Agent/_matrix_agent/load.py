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
        """`sys.path` stays what it is; so does what Python remembers of it."""
        import sys
        finders = sys.path_importer_cache
        bundle = None if '_matrix_agent' in sys.modules else unpack(folder + '/bundle')
        places = [folder]
        if bundle is not None:
            places += sorted(set([folder + '/' + path.rpartition('/')[0] for path in bundle]))
            finders.update(dict.fromkeys(places, Bundle(bundle)))
        try:
            if '_matrix_agent' not in sys.modules:
                finder = sys.modules['_frozen_importlib_external'].PathFinder
                spec = finder.find_spec('_matrix_agent', [folder])
                if spec is None:
                    raise ImportError('there is no _matrix_agent in ' + folder)
                sys.modules['_frozen_importlib']._load(spec)
            from _matrix_agent import attach
            if entry == 'listen':
                import _matrix_agent.server     # noqa: F401
        finally:
            for place in places:
                finders.pop(place, None)
        return attach

    def unpack(path):
        import _io
        try:
            with _io.open(path, 'rb') as file:
                data = file.read()
        except OSError:
            return None
        files, at = {}, 0
        while at < len(data):
            end = data.index(b'\n', at)
            name, size = data[at:end].decode('ascii').split()
            at = end + 1 + int(size)
            files[name] = data[end + 1:at]
        return files

    class Bundle(object):
        """Finds and loads modules whose texts are here already."""

        def __init__(self, files):
            self.files = files

        def find_spec(self, name, target=None):
            import sys
            path = name.replace('.', '/')
            for file, is_package in ((path + '/__init__.py', True), (path + '.py', False)):
                if file in self.files:
                    spec = sys.modules['_frozen_importlib'].ModuleSpec(
                        name, self, origin=folder + '/' + file, is_package=is_package)
                    spec.has_location = True
                    if is_package:
                        spec.submodule_search_locations.append(folder + '/' + path)
                    return spec

        def create_module(self, spec):
            """The usual kind of module."""

        def exec_module(self, module):
            path = module.__spec__.origin
            text = self.files[path[len(folder) + 1:]]
            exec(compile(text, path, 'exec', 0, True), module.__dict__)

    def report(error):
        import os
        log = os.environ.get('MATRIX_AGENT_LOG')
        if log or reply is not None:
            import traceback
            text = ''.join(traceback.format_exception(type(error), error, error.__traceback__))
            tell(text, 'raised')
            if log:
                with open(log, 'a') as file:
                    file.write(text)

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

    try:
        import _thread
        _thread.start_new_thread(start, ())
    except BaseException as error:
        # Since 3.12 there are no new threads once the main thread has ended.
        report(error)
        if entry == 'attach':
            apologize(9)
