"""Test cases that write a program, label its lines by comments, and debug it."""

import os
import re
import shutil
import tempfile
import textwrap
import time
import unittest

import classic_client


class Program(object):
    """A source file. `# @name` in a line names the line."""

    def __init__(self, folder, name, source):
        self.path = os.path.join(folder, name)
        self.source = textwrap.dedent(source).lstrip('\n')
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            os.makedirs(directory)
        with open(self.path, 'w') as file:
            file.write(self.source)
        self.labels = {}
        for number, line in enumerate(self.source.splitlines(), 1):
            for label in re.findall(r'@(\w+)', line.partition('# ')[2]):
                self.labels[label] = number

    def __getitem__(self, label):
        return self.labels[label]


class DebugTestCase(unittest.TestCase):
    """Gives each test a folder, and ends every process that the test started."""

    maxDiff = None

    def setUp(self):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix='matrix-agent-'))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def write(self, source, name='program.py'):
        return Program(self.folder, name, source)

    def launch(self, program, *arguments, **options):
        """A debugger at the entry stop of the program."""
        target = [program.path] if isinstance(program, Program) else list(program)
        loads = options.pop('loads', True)
        options.setdefault('cwd', self.folder)
        debugger = classic_client.Debugger(target + list(arguments), **options)
        self.addCleanup(debugger.close)
        if loads:
            debugger.load()
        return debugger

    def least_seconds(self, work):
        """Of several times, since the machine may be busy with something else."""
        times = []
        for _ in range(5):
            began = time.time()
            work()
            times.append(time.time() - began)
        return min(times)

    def run_to(self, program, label, *arguments, **options):
        """A debugger at a breakpoint on a labelled line."""
        debugger = self.launch(program, *arguments, **options)
        self.assertEqual(debugger.break_at(1, program.path, program[label]), 'BRKS')
        self.assertEqual(debugger.go_on(), ('BRKH', program[label]))
        return debugger
