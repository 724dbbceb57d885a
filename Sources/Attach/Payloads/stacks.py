def stacks(depth=2, items=8, width=120, most_frames=200, most_locals=50):
    """Every thread's stack, innermost frame first, one line for each thread, frame and local.

    Calls nothing of the program's own: what is not a builtin type is shown by the name of its type.
    """
    import sys
    plain = (type(None), bool, int, float, complex, str, bytes, type(Ellipsis))

    def one_line(text):
        return text.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t')

    def name_of(kind):
        module = kind.__module__
        if type(module) is not str or module == 'builtins':
            return type.__getattribute__(kind, '__qualname__')
        return module + '.' + type.__getattribute__(kind, '__qualname__')

    def show(value, level):
        kind = type(value)
        if kind is str or kind is bytes:
            text = repr(value[:width])
            return text if len(value) <= width else text + '...'
        if kind is int and not -10 ** 40 < value < 10 ** 40:
            return '<int of %d bits>' % value.bit_length()
        if kind in plain:
            return repr(value)
        if kind in (list, tuple, set, frozenset, dict):
            if not value:
                return repr(value)
            if level == 0:
                return '<%s of %d>' % (kind.__name__, len(value))
            shown = []
            for item in value:
                if len(shown) == items:
                    shown.append('...')
                    break
                text = show(item, level - 1)
                if kind is dict:
                    text += ': ' + show(value[item], level - 1)
                shown.append(text)
            ends = {list: '[]', tuple: '()'}.get(kind, '{}')
            return ends[0] + ', '.join(shown) + ends[1]
        return '<%s>' % name_of(kind)

    def show_safely(value):
        try:
            return show(value, depth)
        except Exception:
            return '<changed meanwhile>'

    threads = sys.modules.get('threading')
    names = {}
    if threads is not None:
        for ident, thread in list(getattr(threads, '_active', {}).items()):
            name = getattr(thread, '_name', None)
            names[ident] = name if type(name) is str else '?'
    # The agent, where it was loaded, is no part of the program.
    threads = sys.modules.get('_matrix_agent.threads')
    agents = getattr(threads, 'AGENTS', ())
    is_agents = getattr(
        sys.modules.get('_matrix_agent.control.base'), 'is_agent_frame', lambda frame: False)
    lines = []
    own = sys._getframe()
    for ident, frame in sorted(sys._current_frames().items()):
        if ident in agents:
            continue
        lines.append('T\t%d\t%s' % (ident, one_line(names.get(ident, ''))))
        # The frames of this code lie on the stack of the thread that runs it.
        seen = own
        while frame is not None and frame is seen:
            frame = seen = frame.f_back
            if frame is not None and frame.f_globals.get('__name__') not in ('__matrix__',):
                if frame.f_code.co_filename == '<string>' and \
                        frame.f_back is not None and frame.f_code.co_name == '<module>' and \
                        frame.f_code.co_names[:2] == ('__import__', 'exec'):
                    frame = seen = frame.f_back
                seen = None
        count = 0
        while frame is not None and count < most_frames:
            if is_agents(frame):
                frame = frame.f_back
                continue
            code = frame.f_code
            lines.append('F\t%s\t%d\t%s' % (
                one_line(code.co_filename), frame.f_lineno or 0, one_line(code.co_name)))
            if frame.f_locals is not frame.f_globals:
                for number, (name, value) in enumerate(list(frame.f_locals.items())):
                    if number == most_locals:
                        break
                    lines.append('L\t%s\t%s' % (one_line(str(name)), one_line(show_safely(value))))
            frame = frame.f_back
            count += 1
    return '\n'.join(lines)


result = stacks()
