__name__ = '__matrix__'


def attach(folder, pid, name, size, mask, late, kept, held_from=None):
    """Claims the code in the folder, runs it, and leaves its answer.

    What a signal handler of the program raises meanwhile is the program's: it is not the code's error,
    and it is returned, to be raised in the program. With `late` that is not possible: then the
    handler's signal is raised again, to a handler that raises it, and the result is None; or, with
    `late` being 'trip', the number of a signal that is still to be raised.

    The attacher blocks signals in the main thread until the code is claimed. `held_from` has those that
    the program itself blocks: bit n - 1 is signal n.
    """
    import posix, sys, _signal
    # A child that was forked meanwhile has the same call waiting.
    if posix.getpid() != pid:
        return kept

    def find_handler(error):
        """The signal whose handler raised this, and the traceback from the handler on; or nothing.

        No other function is called with a number and with the frame that called it."""
        before, trace = None, error.__traceback__
        while trace is not None:
            frame = trace.tb_frame
            code = frame.f_code
            count = code.co_argcount + code.co_kwonlyargcount
            count += bool(code.co_flags & 4) + bool(code.co_flags & 8)
            values = []
            if count:
                variables = frame.f_locals
                for variable in code.co_varnames[:count]:
                    value = variables.get(variable)
                    values += value if type(value) is tuple else [value]
            for number, value in zip(values, values[1:]):
                if type(number) is int and 0 < number < _signal.NSIG and value is not None and \
                        (value is before or value is frame.f_back):
                    return number, trace
            before, trace = frame, trace.tb_next
        if type(error) is KeyboardInterrupt and \
                _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
            return int(_signal.SIGINT), None

    def keep(error):
        """Whether it is a handler's, which is kept then."""
        found = find_handler(error)
        if not found:
            return False
        error.__traceback__ = found[1]
        state['number'], state['kept'] = found[0], error
        return True

    def undisturbed(work, *arguments):
        """Begins again where a handler has raised."""
        while True:
            try:
                return work(*arguments)
            except BaseException as error:
                if not keep(error):
                    raise

    def claim():
        # Renaming decides: the target, which runs the code, or the attacher, which withdraws it.
        try:
            posix.rename(folder + b'/code', folder + b'/claim')
        except OSError as error:
            if error.errno != 2:                # ENOENT: another call has taken it.
                failed(b'claim', error)
                return False
            # A handler may have raised behind the call that succeeded.
            if state['kept'] is None:
                return False
            try:
                posix.stat(folder + b'/claim')
            except OSError:
                return False
        return True

    def failed(step, error):
        # A symbolic link, because opening or renaming a file may be what failed.
        try:
            posix.symlink(b'%s %d' % (step, error.errno or 0), folder + b'/failed')
        except OSError:
            pass

    def release():
        # The attacher does it, too, unless it was killed.
        import _thread
        if _thread.get_native_id() != pid:
            return
        for number in _signal.sigpending():
            if not held_from >> number - 1 & 1:
                _signal.pthread_sigmask(1, [number])

    def read():
        # Each step that reaches a file gives the GIL away, and threads that compute do not hurry to
        # give it back: there are no more steps than needed.
        file = posix.open(folder + b'/claim', posix.O_RDONLY)
        try:
            source = part = posix.read(file, size)
            while part and len(source) < size:
                part = posix.read(file, size - len(source))
                source += part
        finally:
            posix.close(file)
        return source

    def answer_with(answer):
        try:
            reply(*answer)
        except OSError:
            pass                                # The attacher has its answer, or is gone.

    def reply(text, kind='text'):
        signal = ' signal' if state['kept'] is not None else ''
        head = '%s %x%s\n' % (kind, sys.hexversion, signal)
        data = (head + text).encode('utf-8', 'backslashreplace')
        try:
            file = posix.open(
                folder + b'/part', posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o600)
            try:
                while data:
                    data = data[posix.write(file, data):]
                posix.rename(folder + b'/part', folder + b'/answer')
            finally:
                posix.close(file)
        except OSError as error:
            failed(b'answer', error)
            raise

    def describe(error):
        try:
            import traceback
            trace = error.__traceback__
            while trace is not None and trace.tb_frame.f_globals is globals():
                trace = trace.tb_next
            return ''.join(traceback.format_exception(type(error), error, trace))
        except Exception:
            return type(error).__name__

    def run():
        try:
            source = undisturbed(read)
        except OSError as error:
            failed(b'read', error)
            return ()
        code = undisturbed(compile, source, name, 'exec', 0, True)
        if mask is not None:
            # What the code starts inherits it. It is set back behind this call.
            # The C library keeps 32 and 33 for itself.
            blocked = [n for n in range(1, 65) if mask >> n - 1 & 1 and n not in (32, 33)]
            undisturbed(_signal.pthread_sigmask, 2, blocked)
        names = {'__name__': '__matrix__', '__file__': name, 'result': None, 'reply': reply,
                 'folder': folder.decode('ascii')}
        exec(code, names)
        text = names.get('result')
        if text is reply:
            return ()                           # The code answers by itself, later.
        return ('', 'none') if text is None else (str(text),)

    def leave(number, error):
        before = _signal.getsignal(number)
        if type(before) is type(leave) and before.__globals__ is globals():
            before = before.__defaults__[0]

        def raise_there(number, frame, before=before, error=error):
            _signal.signal(number, before)
            raise error
        _signal.signal(number, raise_there)

    def signal_thread(number):
        _signal.pthread_sigmask(0, [number])
        frame = sys._getframe()
        for thread, top in sys._current_frames().items():
            if top is frame:
                _signal.pthread_kill(thread, number)

    def claim_and_run():
        if state['answer'] is None:
            if not claim():
                return
            if held_from is not None:
                release()
            try:
                state['answer'] = ('', 'interrupted')
                state['answer'] = run()
            except BaseException as error:
                if not keep(error):
                    state['answer'] = (undisturbed(describe, error), 'raised')
        if state['answer']:
            undisturbed(answer_with, state['answer'])

    state = {'kept': None, 'number': None, 'answer': None}
    if kept is not None:
        undisturbed(keep, kept)
    try:
        undisturbed(claim_and_run)
    except BaseException:
        pass                                    # Not a handler's, and not the program's to see.
    if late is None or state['kept'] is None:
        return state['kept']
    undisturbed(leave, state['number'], state['kept'])
    if late == 'trip':
        return state['number']
    # It is blocked here, and comes when the thread is back in its program.
    undisturbed(signal_thread, state['number'])
    return None
