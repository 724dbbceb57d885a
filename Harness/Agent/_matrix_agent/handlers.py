"""Finds `try` statements in a source file, for debuggers that do not answer who handles what."""


def find(filename):
    """Triples of first line, line behind the body, and the names that are caught ('*' for all). A
    name behind a '*' is caught inside groups, too (`except*`, 3.11)."""
    import ast
    try:
        with open(filename, 'rb') as file:
            tree = ast.parse(file.read(), filename)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []
    kinds = tuple(getattr(ast, name) for name in ('Try', 'TryStar') if hasattr(ast, name))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, kinds) and node.handlers:
            end = max([getattr(inner, 'lineno', 0) for statement in node.body
                       for inner in ast.walk(statement)])
            names = _names(node, ast)
            if type(node).__name__ == 'TryStar':
                names = ['*' + name for name in names]
            if names:
                found.append((node.lineno, end + 1, names))
    return found


def _names(node, ast):
    names = []
    for handler in node.handlers:
        if handler.type is None:
            names.append('*')
        elif isinstance(handler.type, ast.Tuple):
            names += [_dotted(item, ast) for item in handler.type.elts]
        else:
            names.append(_dotted(handler.type, ast))
    return [name for name in names if name]


def _dotted(node, ast):
    """The dotted name that an expression is, or None."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, ast)
        return before and before + '.' + node.attr
    return None
