"""The agent's modules import what is below them, as docs/architecture.md lists them."""

import ast
import os
import re
import unittest

import classic_client

PACKAGE = os.path.join(os.path.dirname(classic_client.LAUNCHER), '_matrix_agent')
ARCHITECTURE = os.path.join(classic_client.HERE, '..', '..', 'docs', 'architecture.md')


def modules():
    """Paths by name, without the package's own."""
    found = {}
    for folder, _, names in os.walk(PACKAGE):
        for name in names:
            if name.endswith('.py'):
                path = os.path.join(folder, name)
                dotted = os.path.relpath(path, PACKAGE)[:-3].replace(os.sep, '.')
                found[dotted.replace('.__init__', '')] = path
    return found


def imported(name, path, known):
    """Modules of the agent that a module imports, wherever in its text."""
    package = name.split('.') if path.endswith('__init__.py') else name.split('.')[:-1]
    with open(path) as file:
        tree = ast.parse(file.read())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = package[:len(package) - node.level + 1]
            base += node.module.split('.') if node.module else []
            for alias in node.names:
                full = '.'.join(base + [alias.name])
                found.add(full if full in known else '.'.join(base) or '__init__')
    found.discard(name)
    return found


def listed():
    with open(ARCHITECTURE) as file:
        text = file.read()
    floors = text.partition('Its floors, from below')[2].partition('\n\n* ')[2].partition('\n\n')[0]
    return [name for name in re.findall('`([a-z_0-9.]+)`', floors) if not name.startswith('sys.')]


class FloorsTest(unittest.TestCase):
    def test_every_module_is_listed_once(self):
        self.assertEqual(sorted(listed()), sorted(modules()))

    def test_modules_import_only_what_is_listed_before_them(self):
        order, known = listed(), modules()
        above = [(name, other) for name, path in known.items()
                 for other in imported(name, path, known)
                 if order.index(other) >= order.index(name)]
        self.assertEqual(above, [])

    def test_one_module_asks_for_versions(self):
        asking = []
        for name, path in modules().items():
            with open(path) as file:
                if re.search(r'version_info|hexversion|python_version', file.read()):
                    asking.append(name)
        self.assertEqual(sorted(asking), ['genuine', 'versions'])


if __name__ == '__main__':
    unittest.main()
