"""Both ways of watching execution give the same stops in the same order."""

import os
import sys
import unittest

import catalogue
from debuggee import DebugTestCase

KINDS = {
    'into': ['into'],
    'over': ['over'],
    'into and over': ['into', 'over'],
    'into and out': ['into', 'into', 'out'],
}
MOST = 400


@unittest.skipUnless(hasattr(sys, 'monitoring'), 'there is one way only before 3.12')
class ControlTest(DebugTestCase):
    def all_programs(self, control):
        """A debugger at the start of a program that imports the whole catalogue."""
        programs = [self.write(source, 'part_%s.py' % name)
                    for name, source in catalogue.PROGRAMS]
        main = self.write(''.join('import part_%s\n' % name for name, _ in catalogue.PROGRAMS))
        environment = dict(os.environ, MATRIX_EXECUTION_CONTROL=control)
        return self.launch(main, environment=environment), programs

    def steps(self, control, kinds):
        """For each program the stacks of all stops, stepping from its first line to its end."""
        debugger, programs = self.all_programs(control)
        found = {}
        for program in programs:
            debugger.break_at(1, program.path, 1)
            self.assertEqual(debugger.go_on(), ('BRKH', 1))
            debugger.send('brkr', 1, 1)
            stops = found[os.path.basename(program.path)] = []
            for number in range(MOST):
                self.assertEqual(debugger.step(kinds[number % len(kinds)])[0], 'STPD')
                frames = [(frame.name, frame.line) for frame in debugger.frames[debugger.thread]
                          if frame.filename == program.path]
                if not frames:
                    break
                stops.append(frames)
            debugger.send('clst', debugger.thread)
        debugger.close()
        return found

    def hits(self, control):
        """The places of all hits, with a breakpoint on every line of every program."""
        debugger, programs = self.all_programs(control)
        identifier = 0
        for program in programs:
            for line in range(1, len(program.source.splitlines()) + 1):
                identifier += 1
                debugger.break_at(identifier, program.path, line)
        found = {}
        while debugger.go_on()[0] == 'BRKH':
            frame = debugger.frames[debugger.thread][0]
            found.setdefault(os.path.basename(frame.filename), []).append(
                (frame.name, frame.line))
        debugger.close()
        return found

    def compare(self, first, second):
        self.assertEqual(sorted(first), sorted(second))
        for name in sorted(first):
            with self.subTest(program=name):
                self.assertEqual(first[name], second[name])

    def test_steps_of_all_kinds_stop_at_the_same_places(self):
        for name in sorted(KINDS):
            with self.subTest(kinds=name):
                self.compare(self.steps('monitoring', KINDS[name]),
                             self.steps('trace', KINDS[name]))

    def test_breakpoints_on_every_line_are_hit_in_the_same_order(self):
        self.compare(self.hits('monitoring'), self.hits('trace'))


if __name__ == '__main__':
    unittest.main()
