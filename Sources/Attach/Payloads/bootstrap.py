def attach(folder, pid, name, mask):
    import posix
    import sys
    # A child that was forked meanwhile has the same call waiting.
    if posix.getpid() != pid:
        return

    def write(path, data):
        kind = posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL | posix.O_NOFOLLOW
        file = posix.open(path, kind, 0o600)
        try:
            while data:
                data = data[posix.write(file, data):]
        finally:
            posix.close(file)

    # Whoever makes this file may decide: run now, or the attacher, that it is too late.
    try:
        write(folder + b'/claim', b'')
    except OSError:
        return

    def reply(text, kind='text'):
        head = '%s %x\n' % (kind, sys.hexversion)
        answer = (head + (text or '')).encode('utf-8', 'backslashreplace')
        write(folder + b'/part', answer)
        posix.rename(folder + b'/part', folder + b'/answer')

    text = None
    try:
        file = posix.open(folder + b'/code', posix.O_RDONLY)
        try:
            source = b''
            while True:
                part = posix.read(file, 65536)
                if not part:
                    break
                source += part
        finally:
            posix.close(file)
        posix.unlink(folder + b'/code')
        names = {'__name__': '__matrix__', '__file__': name, 'result': None, 'reply': reply,
                 'folder': folder.decode('ascii')}
        code = compile(source, name, 'exec', 0, True)
        if mask is None:
            exec(code, names)
        else:
            import _signal
            mask = _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
            try:
                exec(code, names)
            finally:
                _signal.pthread_sigmask(_signal.SIG_SETMASK, mask)
        kind = 'none'
        text = names.get('result')
        if text is reply:
            return                              # The code answers by itself, later.
        if text is not None:
            kind = 'text'
            text = str(text)
    except BaseException as error:
        kind = 'raised'
        try:
            import traceback
            text = ''.join(traceback.format_exception(
                type(error), error, error.__traceback__.tb_next))
        except BaseException:
            text = type(error).__name__
        error = None
    reply(text, kind)
