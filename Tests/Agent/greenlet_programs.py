"""Programs of greenlets under the debugger. The libraries are not the standard library's: they are
taken from the folder in MATRIX_TEST_SITE, or from where this Python has them."""

import importlib.util
import os

from attaching import AttachTestCase


def _site():
    folder = os.environ.get('MATRIX_TEST_SITE')
    if folder:
        return folder
    found = importlib.util.find_spec('greenlet')
    return os.path.dirname(os.path.dirname(found.origin)) if found is not None else None


SITE = _site()


def is_there(library):
    return SITE is not None and os.path.isdir(os.path.join(SITE, library))


class GreenletTestCase(AttachTestCase):
    """Programs find the libraries, which are nobody's own code."""

    def setUp(self):
        super().setUp()
        if SITE is None:
            self.skipTest('there is no greenlet, and no MATRIX_TEST_SITE')
        self.environment = dict(
            os.environ, PYTHONPATH=SITE, PYTHONDONTWRITEBYTECODE='1', PYTHONWARNINGS='ignore')

    def launch(self, program, *arguments, **options):
        options.setdefault('environment', self.environment)
        debugger = super().launch(program, *arguments, **options)
        self.tell_rules(debugger)
        return debugger

    def run_program(self, program, *arguments, **options):
        options.setdefault('environment', self.environment)
        return super().run_program(program, *arguments, **options)

    def attach(self, running, options='None', exceptions=False):
        debugger = super().attach(running, options, exceptions)
        self.tell_rules(debugger)
        return debugger

    def tell_rules(self, debugger, wanted='rules'):
        debugger.send('mtrx', 1, wanted)
        debugger.wait_for('MTRX')
        libraries = [SITE, os.path.join(self.folder, 'library.py')]
        debugger.send('rule', len(libraries), *[field for path in libraries for field in (0, path)])

    def steps(self, debugger, kind, count):
        """Where steps lead: lines, and the `n` of the function that is on show."""
        found = []
        for _ in range(count):
            code, line = debugger.step(kind)
            shown = debugger.variables().get('n') if line is not None else None
            found.append((line, shown.repr if shown is not None else None))
            if code == 'LAST':
                break
        return found


def named(program, pairs):
    """Lines by their labels."""
    names = dict((line, label) for label, line in program.labels.items())
    return [(names.get(line, line), value) for line, value in pairs]
