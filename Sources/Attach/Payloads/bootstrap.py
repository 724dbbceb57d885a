def attach(folder, pid, name, size, mask):
    import posix, sys
    # A child that was forked meanwhile has the same call waiting.
    if posix.getpid() != pid:
        return
    # Each step that reaches a file gives the GIL away, and threads that compute do not hurry to give
    # it back: there are no more steps than needed.

    def failed(step, error):
        # A symbolic link, because opening or renaming a file may be what failed.
        try:
            posix.symlink(b'%s %d' % (step, error.errno or 0), folder + b'/failed')
        except OSError:
            pass

    def reply(text, kind='text'):
        head = '%s %x\n' % (kind, sys.hexversion)
        data = (head + text).encode('utf-8', 'backslashreplace')
        try:
            file = posix.open(
                folder + b'/part', posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o600)
            try:
                while data:
                    data = data[posix.write(file, data):]
                posix.rename(folder + b'/part', folder + b'/answer')
            finally:
                posix.close(file)
        except OSError as error:
            failed(b'answer', error)
            raise

    # Renaming the code decides that it runs; the attacher unlinks it when it is too late.
    try:
        posix.rename(folder + b'/code', folder + b'/claim')
    except OSError as error:
        if error.errno != 2:                    # ENOENT: it was taken or withdrawn.
            failed(b'claim', error)
        return
    try:
        file = posix.open(folder + b'/claim', posix.O_RDONLY)
        try:
            source = part = posix.read(file, size)
            while part and len(source) < size:
                part = posix.read(file, size - len(source))
                source += part
        finally:
            posix.close(file)
    except OSError as error:
        failed(b'read', error)
        return
    try:
        names = {'__name__': '__matrix__', '__file__': name, 'result': None, 'reply': reply,
                 'folder': folder.decode('ascii')}
        code = compile(source, name, 'exec', 0, True)
        if mask is None:
            exec(code, names)
        else:
            import _signal
            mask = _signal.pthread_sigmask(2, mask)
            try:
                exec(code, names)
            finally:
                _signal.pthread_sigmask(2, mask)
        text = names.get('result')
        if text is reply:
            return                              # The code answers by itself, later.
        answer = ('', 'none') if text is None else (str(text),)
    except BaseException as error:
        text = type(error).__name__
        try:
            import traceback
            text = ''.join(traceback.format_exception(
                type(error), error, error.__traceback__.tb_next))
        except BaseException:
            pass
        answer = (text, 'raised')
    reply(*answer)
