"""Programs that check themselves (signals, forks, hooks, tracers, hostile names and objects) have the
same output, errors and exit status under the agent as without it, with a breakpoint on the way."""

import os
import re
import subprocess
import sys
import unittest

import classic_client
from debuggee import DebugTestCase

FOLDER = os.path.join(classic_client.HERE, 'programs')
INPUT = b'some input\n'


def programs():
    return sorted([name[:-3] for name in os.listdir(FOLDER) if name.endswith('.py')])


class ProgramsTest(DebugTestCase):
    def read(self, name):
        with open(os.path.join(FOLDER, name + '.py')) as file:
            return file.read()

    def environment(self):
        # Since 3.12 forks warn of other threads, and the agent's is one; documented.
        return dict(os.environ, PYTHONHASHSEED='0', PYTHONDONTWRITEBYTECODE='1',
                    PYTHONWARNINGS='ignore:This process:DeprecationWarning')

    def bare(self, folder, path):
        process = subprocess.Popen([classic_client.PYTHON, path], cwd=folder,
                                   env=self.environment(), stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        output, errors = process.communicate(INPUT)
        return process.returncode, output.decode(), errors.decode()

    def under_agent(self, folder, path, line):
        debugger = classic_client.Debugger([path], cwd=folder, environment=self.environment())
        try:
            debugger.load()
            debugger.process.stdin.write(INPUT)
            debugger.process.stdin.flush()
            debugger.process.stdin.close()
            hits = 0
            if line is not None:
                debugger.break_at(1, path, line)
            debugger.send('resa')
            try:
                while True:
                    event = debugger.wait_for('BRKH', 'LAST')
                    if event.code == 'LAST':
                        debugger.send('lack')
                        break
                    hits += 1
                    debugger.send('resa')
            except (classic_client.Closed, OSError):
                pass                    # It was killed, or is another program now.
            status = debugger.exit_status()
            return (status, debugger.output(), debugger.errors()), hits
        finally:
            debugger.close()

    def check(self, name):
        source = self.read(name)
        wanted = re.match(r'# python: (\d+)\.(\d+)', source)
        if wanted and sys.version_info < tuple(map(int, wanted.groups())):
            return
        lines = [number for number, line in enumerate(source.splitlines(), 1)
                 if re.search(r'# @stop\b', line)]
        folders = []
        for kind in ('bare', 'agent'):
            # The names have the same length, since paths are shown.
            folder = os.path.join(self.folder, kind[0], name)
            os.makedirs(folder)
            folders.append(folder)
            with open(os.path.join(folder, 'program.py'), 'w') as file:
                file.write(source)
        paths = [os.path.join(folder, 'program.py') for folder in folders]
        expected = self.bare(folders[0], paths[0])
        found, hits = self.under_agent(folders[1], paths[1], lines[0] if lines else None)
        status, output, errors = expected
        self.assertEqual(self.neutral(found, folders[1]), self.neutral(expected, folders[0]))
        if lines:
            self.assertGreater(hits, 0, 'the breakpoint was not hit')

    def neutral(self, result, folder):
        status, output, errors = result
        texts = [re.sub(r'0x[0-9a-f]+|Thread-\d+|pid=\d+', '#', text.replace(folder, ''))
                 for text in (output, errors)]
        return status, texts[0], texts[1]


def _add(name):
    def test(self):
        self.check(name)

    setattr(ProgramsTest, 'test_' + name, test)


for _name in programs():
    _add(_name)


if __name__ == '__main__':
    unittest.main()
