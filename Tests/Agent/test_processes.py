"""Processes of the program are followed where the debugger asks for it, and let go where not."""

import os
import signal
import subprocess
import sys
import unittest

import classic_client
from attaching import INJECTED, wait_until
from following import FollowTestCase

FORK = '''
    import os
    def work():
        number = 1                      # @work
        return number + 40              # @next
    child = os.fork()
    if child == 0:
        os._exit(work())                # @child
    print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))      # @parent
    '''


class ForkTest(FollowTestCase):
    def test_a_forked_child_has_the_breakpoints_of_its_parent(self):
        program = self.write(FORK)
        debugger = self.launch_following(program)
        debugger.break_at(7, program.path, program['work'])
        debugger.send('resa')
        child = self.next_child(debugger)
        self.assertEqual((child.child.how, child.child.parent), ('fork', debugger.process.pid))
        self.assertEqual(child.child.version, '%d.%d.%d' % sys.version_info[:3])
        self.assertIn(program.path, child.child.arguments)
        child.take()
        thread = self.hit(child, program, 'work')
        self.assertEqual(child.step('over', thread), ('STPD', program['next']))
        self.assertEqual(child.evaluate('number', thread=thread).repr, '1')
        child.send('resa')
        self.assertEqual(child.until_end(), [])
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0)
        self.assertEqual((debugger.output(), debugger.errors()), ('41\n', ''))


WORKER = """
    import sys
    first = 1                           # @first
    value = len(sys.argv) + first       # @value
    sys.exit(value)
    """


class StartTest(FollowTestCase):
    """Pythons that the program starts in other ways."""

    def start(self, source, *arguments):
        """A debugger of a program that starts another, which has a breakpoint; and a child's."""
        self.worker = self.write(WORKER, 'worker.py')
        program = self.write(source)
        debugger = self.launch_following(program, self.worker.path, *arguments)
        debugger.break_at(3, self.worker.path, self.worker['first'])
        debugger.send('resa')
        return debugger

    def finish(self, debugger, output=''):
        debugger.wait_for('LAST')
        debugger.send('lack')
        status = debugger.exit_status()
        self.assertEqual((debugger.output(), debugger.errors()), (output, ''))
        return status

    def take_worker(self, debugger, how, *expected):
        """Takes a child, follows it through its breakpoint and lets it end."""
        child = self.next_child(debugger)
        self.assertEqual(child.child.how, how)
        if how != 'exec':
            self.assertNotEqual(child.child.pid, debugger.process.pid)
        child.take()
        thread = self.hit(child, self.worker, 'first')
        self.assertEqual(child.step('over', thread), ('STPD', self.worker['value']))
        for text, value in expected:
            self.assertEqual(child.evaluate('str(%s)' % text, thread=thread, kind=1).repr, value)
        child.send('resa')
        self.assertEqual(child.until_end()[-1], 'DETC')
        return child

    def test_a_subprocess_knows_nothing_of_it(self):
        debugger = self.start("""
            import os, subprocess, sys
            os.environ.pop('PYTHONPATH', None)
            print(subprocess.call([sys.executable, sys.argv[1], 'argument']))
            """)
        self.take_worker(
            debugger, 'spawn', ("sys.argv", repr([self.worker.path, 'argument'])),
            ("[each for each in __import__('os').environ if each in ('PYTHONPATH', 'MATRIX_FOLLOW')]",
             '[]'),
            ("[each for each in sys.path if 'startup' in each or 'Harness' in each]", '[]'),
            ("'sitecustomize' in sys.modules and sys.modules['sitecustomize'].__file__.endswith("
             "'startup/sitecustomize.py')", 'False'),
            ("getattr(sys, 'orig_argv', sys.argv)[-2:]", repr([self.worker.path, 'argument'])))
        self.assertEqual(self.finish(debugger, '3\n'), 0)

    def test_an_environment_of_its_own_has_what_it_had(self):
        debugger = self.start("""
            import subprocess, sys
            for env in ({}, {'PYTHONPATH': '/somewhere', 'A': 'b'}, {b'A': b'c'}):
                print(subprocess.call([sys.executable, sys.argv[1]], env=env))
            """)
        own = "sorted(each for each in __import__('os').environ.items() if each[0] != 'LC_CTYPE')"
        self.take_worker(debugger, 'spawn', (own, '[]'))
        self.take_worker(debugger, 'spawn', (own, "[('A', 'b'), ('PYTHONPATH', '/somewhere')]"),
                         ("'/somewhere' in sys.path", 'True'))
        self.take_worker(debugger, 'spawn', (own, "[('A', 'c')]"))
        self.assertEqual(self.finish(debugger, '2\n2\n2\n'), 0)

    def test_exec_and_posix_spawn_and_shells_are_followed(self):
        debugger = self.start("""
            import os, subprocess, sys
            program = [sys.executable, sys.argv[1]]
            print(os.spawnv(os.P_WAIT, sys.executable, program))
            if hasattr(os, 'posix_spawn'):
                child = os.posix_spawn(sys.executable, program, os.environ)
                print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
            print(subprocess.call(' '.join(program) + '; exit $?', shell=True))
            sys.stdout.flush()
            os.execl(sys.executable, *program + ['one', 'more'])
            """)
        forked = self.next_child(debugger).take()
        child = self.take_worker(debugger, 'exec')
        self.assertEqual(child.child.pid, forked.child.pid)
        self.assertNotIn('DETC', forked.until_end())
        if hasattr(os, 'posix_spawn'):
            self.take_worker(debugger, 'spawn')
        self.take_worker(debugger, 'spawn')
        child = self.take_worker(debugger, 'exec', ('sys.argv[1:]', "['one', 'more']"))
        self.assertEqual(child.child.pid, debugger.process.pid)
        self.assertEqual(debugger.exit_status(), 4)
        self.assertEqual(debugger.output(), '2\n' * (2 + hasattr(os, 'posix_spawn')))
        self.assertEqual(debugger.errors(), '')

    def test_modules_commands_and_scripts_with_their_own_interpreter_are_followed(self):
        script = os.path.join(self.folder, 'script')
        debugger = self.start("""
            import os, subprocess, sys
            os.chdir(os.path.dirname(sys.argv[1]))
            print(subprocess.call([sys.executable, '-m', 'worker', '-x']))
            print(subprocess.call([sys.executable, '-c', 'import worker', '-x']))
            with open('script', 'w') as file:
                file.write('#!' + sys.executable + '\\nimport worker\\n')
            os.chmod('script', 0o755)
            print(subprocess.call(['./script', '1', '2']))
            """)
        self.take_worker(debugger, 'spawn', ('sys.argv', repr([self.worker.path, '-x'])))
        self.take_worker(debugger, 'spawn', ('sys.argv', "['-c', '-x']"))
        self.take_worker(debugger, 'spawn', ('sys.argv', "['./script', '1', '2']"))
        self.assertEqual(self.finish(debugger, '3\n3\n4\n'), 0)


if __name__ == '__main__':
    unittest.main()
