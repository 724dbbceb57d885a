"""The other handshake: the agent listens, and only who knows the secret gets in."""

import os
import signal
import socket
import subprocess
import sys
import time
import unittest

import classic_client
from attaching import AttachTestCase, Attached, INJECTED, Running, wait_until

LOOP = '''
import sys, threading, time
stop = []
def work():
    while not stop:
        number = 1                  # @work
        time.sleep(0.001)
print('ready', flush=True)
work()                              # @call
print('end')
'''


class ListenTest(AttachTestCase):
    def setUp(self):
        AttachTestCase.setUp(self)
        self.path = os.path.join(self.folder, 'agent')

    def run_listening(self, program, *options):
        running = Running([classic_client.LAUNCHER, '--listen', 'unix:' + self.path, 'env:MATRIX_TEST_SECRET']
                          + list(options or ['None']) + [program.path])
        self.addCleanup(running.close)
        return running

    def finish(self, debugger, running):
        """Ends the loop from inside, whatever it does at the moment."""
        debugger.break_at(9, debugger.program.path, debugger.program['work'])
        thread = debugger.wait_for('BRKH').fields[1]
        debugger.evaluate('stop.append(1)', thread=thread)
        debugger.detach()
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'ready\nend\n')
        self.assertEqual(running.errors(), '')
        self.assertFalse(os.path.exists(self.path))

    def test_a_debugger_attaches_detaches_and_attaches_again(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        running.wait_for_output('ready')
        for _ in range(3):
            debugger = self.attach_to(running, self.path)
            self.assertEqual(debugger.process_facts, tuple(
                [running.process.pid] + list(sys.version_info[:3])))
            load = debugger.wait_for('LOAD').fields[0]
            self.assertIn(program['call'], debugger.lines(load))
            self.assertIn(program.path, debugger.modules)
            debugger.detach()
        debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
        debugger.program = program
        self.finish(debugger, running)

    def test_the_program_waits_for_the_first_debugger_and_stops_at_its_first_line(self):
        program = self.write('first = 1\nprint("ran")\n')
        running = self.run_listening(program, '--wait', 'None')
        debugger = self.attach_to(running, self.path)
        load = debugger.wait_for('LOAD').fields[0]
        self.assertEqual(debugger.lines(load), [1])
        self.assertEqual(running.output(), '')
        debugger.thread = load
        self.assertEqual(debugger.step('over'), ('STPD', 2))
        debugger.send('resa')
        debugger.until_closed()
        self.assertEqual(debugger.events[-1].code, 'DETC')
        self.assertEqual(running.exit_status(), 0)
        self.assertEqual(running.output(), 'ran\n')

    def threads_that_receive_signals(self, running):
        found = []
        tasks = '/proc/%d/task' % running.process.pid
        for task in os.listdir(tasks):
            with open('%s/%s/status' % (tasks, task)) as status:
                masks = [line.split()[1] for line in status if line.startswith('SigBlk')]
            if not int(masks[0], 16) >> signal.SIGTERM - 1 & 1:
                found.append(int(task))
        return sorted(found), len(os.listdir(tasks))

    def test_the_agents_threads_receive_no_signals(self):
        running = self.run_listening(self.write(LOOP))
        running.wait_for_output('ready')
        debugger = self.attach_to(running, self.path)
        receiving, count = self.threads_that_receive_signals(running)
        self.assertEqual(receiving, [running.process.pid])
        self.assertGreater(count, 1)
        debugger.detach()

    def test_the_threads_of_an_injected_agent_receive_no_signals(self):
        running = self.run_program(self.write(INJECTED + LOOP))
        running.wait_for_output('ready')
        before, count = self.threads_that_receive_signals(running)
        running.load('listen', 'unix:' + self.path, 'secret', 'NoBreakOnAttach')
        debugger = self.attach_to(running, self.path)
        receiving, now = self.threads_that_receive_signals(running)
        self.assertEqual(receiving, before)
        self.assertGreater(now, count)
        debugger.detach()

    def test_a_program_without_a_debugger_runs_and_ends_as_ever(self):
        program = self.write('import sys\nprint(sys.argv)\nraise ValueError("no")\n')
        running = Running([classic_client.LAUNCHER, '--listen', 'unix:' + self.path,
                           'env:MATRIX_TEST_SECRET', 'None', program.path, '--wait', 'x'])
        self.addCleanup(running.close)
        self.assertEqual(running.exit_status(), 1)
        self.assertEqual(running.output(), repr([program.path, '--wait', 'x']) + '\n')
        self.assertIn('ValueError: no', running.errors())
        self.assertNotIn('_matrix_agent', running.errors())
        self.assertFalse(os.path.exists(self.path))

    def test_a_wrong_secret_a_wrong_version_and_noise_are_turned_away(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        debugger = self.connect(running, self.path)
        self.assertEqual(debugger.greet('sesame'), b'RJCT')
        self.assertRaises(classic_client.Closed, debugger.event)
        debugger = self.connect(running, self.path)
        self.assertRaises(classic_client.Closed, debugger.greet, 'secret', 7)
        for noise in (b'GET / HTTP/1.1\r\n\r\n', b'PTVSDBG\0\0\0\0\0\0\0\6' + b'\x7f' * 8,
                      b'PTVSDBG\0\0\0\0\0\0\0\6\0\0\0\0\0\0\0\6secretexec'):
            debugger = self.connect(running, self.path)
            debugger.socket.sendall(noise)
            debugger._bytes(15)
            self.assert_closed(debugger)
        debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
        debugger.program = program
        self.finish(debugger, running)

    def assert_closed(self, debugger):
        """After `ACPT` or `RJCT`, if any, nothing more is said."""
        rest = b''
        try:
            while True:
                rest += debugger._bytes(1)
        except classic_client.Closed:
            pass
        self.assertIn(rest, (b'', b'ACPTRJCT'))

    def test_the_secret_is_read_where_other_users_do_not_see_it(self):
        program = self.write(LOOP)
        secret = os.path.join(self.folder, 'secret')
        with open(secret, 'w') as file:
            file.write('secret\n')
        os.chmod(secret, 0o600)
        for place in ('file:' + secret, 'env:THE_SECRET'):
            running = Running(
                [classic_client.LAUNCHER, '--listen', 'unix:' + self.path, place, 'None', program.path],
                environment=dict(os.environ, THE_SECRET='secret'))
            self.addCleanup(running.close)
            debugger = self.connect(running, self.path)
            self.assertEqual(debugger.greet('sesame'), b'RJCT')
            debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
            debugger.program = program
            self.finish(debugger, running)

    def test_there_is_no_listening_with_an_empty_secret_or_one_that_others_may_read(self):
        program = self.write(LOOP)
        secret = os.path.join(self.folder, 'secret')
        with open(secret, 'w') as file:
            file.write('secret\n')
        os.chmod(secret, 0o644)
        for place in ('', 'file:' + secret, 'env:NO_SUCH', 'fd:999', 'sesame'):
            running = Running(
                [classic_client.LAUNCHER, '--listen', '0', place, 'None', program.path])
            self.addCleanup(running.close)
            self.assertEqual(running.exit_status(), 1)
            self.assertIn('secret', running.errors())
            self.assertEqual(running.output(), '')
        self.assertIn('say file:PATH', running.errors())

    def test_silent_connections_keep_no_debugger_out(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        silent = [self.connect(running, self.path) for _ in range(20)]
        debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
        for each in silent:
            self.assert_closed_soon(each)
        debugger.program = program
        self.finish(debugger, running)

    def assert_closed_soon(self, debugger):
        try:
            while True:
                debugger._bytes(1)
        except classic_client.Closed:
            pass

    def test_information_is_given_to_those_who_know_the_secret(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        debugger = self.connect(running, self.path)
        self.assertEqual(debugger.greet('secret'), b'ACPT')
        pid, executable, user, version = debugger.information()
        self.assertEqual(pid, running.process.pid)
        self.assertEqual(os.path.realpath(executable), os.path.realpath(classic_client.PYTHON))
        self.assertTrue(user)
        self.assertEqual(version, 'CPython %d.%d.%d (Linux 64-bit)' % sys.version_info[:3])
        debugger.socket.sendall(b'x')
        self.assertRaises(classic_client.Closed, debugger.event)

    def test_the_debug_console_and_a_second_debugger_are_refused(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        debugger = self.attach_to(running, self.path)
        debugger.wait_for('LOAD')
        other = self.connect(running, self.path)
        self.assertEqual(other.greet('secret'), b'ACPT')
        self.assertEqual(other.ask_to_attach(), b'RJCT')
        self.assertRaises(classic_client.Closed, other.event)
        other = self.connect(running, self.path)
        self.assertEqual(other.greet('secret'), b'ACPT')
        other.send_raw(b'REPL')
        self.assertEqual(other._bytes(4), b'RJCT')
        debugger.send('resa')
        debugger.program = program
        self.finish(debugger, running)

    def test_a_silent_client_is_not_waited_for_for_long(self):
        program = self.write(LOOP)
        running = self.run_listening(program)
        silent = self.connect(running, self.path)
        begin = time.time()
        debugger = self.attach_to(running, self.path, 'NoBreakOnAttach')
        self.assertLess(time.time() - begin, 10)
        debugger.program = program
        self.finish(debugger, running)
        silent.close()

    def test_a_listening_agent_is_found_over_tcp(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        program = self.write('print(1)\n')
        running = Running([classic_client.LAUNCHER, '--listen', str(port), 'env:MATRIX_TEST_SECRET',
                           '--wait', 'None', program.path])
        self.addCleanup(running.close)
        connected = []

        def try_to():
            try:
                connected.append(socket.create_connection(('127.0.0.1', port)))
                return True
            except OSError:
                return False

        wait_until(try_to, running.errors)
        debugger = Attached(running, connected[0])
        self.addCleanup(debugger.close)
        self.assertEqual(debugger.greet('secret'), b'ACPT')
        self.assertEqual(debugger.ask_to_attach(), b'ACPT')
        debugger.wait_for('LOAD')
        debugger.detach()
        self.assertEqual(running.exit_status(), 0)

    def test_an_injected_agent_listens_and_its_socket_is_for_its_user_only(self):
        program = self.write(INJECTED + LOOP)
        running = self.run_program(program)
        running.wait_for_output('ready')
        running.load('listen', 'unix:' + self.path, 'secret', 'NoBreakOnAttach')
        debugger = self.attach_to(running, self.path)
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)
        debugger.break_at(1, program.path, program['work'])
        debugger.wait_for('BRKH')
        debugger.detach()
        debugger = self.attach_to(running, self.path)
        debugger.detach()

    def test_a_forked_child_does_not_listen(self):
        program = self.write('''
            import os, sys
            if hasattr(os, 'register_at_fork'):
                before = os.listdir('/proc/self/fd')
                child = os.fork()
                if child == 0:
                    os._exit(len(os.listdir('/proc/self/fd')) - len(before) + 1)
                print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))
            else:
                print(0)
            ''')
        running = self.run_listening(program)
        self.assertEqual(running.exit_status(), 0)
        self.assertEqual(running.output(), '0\n')

    def test_wrong_usage_is_said(self):
        for arguments in (['--listen'], ['--listen', '0', 'env:HOME', '--wait', 'None'], ['x']):
            process = subprocess.Popen([classic_client.PYTHON, classic_client.LAUNCHER] + arguments,
                                       stderr=subprocess.PIPE)
            self.assertIn(b'usage: launcher.py', process.communicate()[1])
            self.assertEqual(process.returncode, 1)


if __name__ == '__main__':
    unittest.main()
