"""A debugger that follows the processes of its program: they connect to it, each for a session."""

import collections
import os
import socket

import classic_client
from attaching import AttachTestCase, Attached

Child = collections.namedtuple('Child', 'pid parent how version arguments')


class Followed(Attached):
    """The session of a child, from its announcement on."""

    def __init__(self, parent, connected, secret):
        Attached.__init__(self, parent, connected)
        assert self._string() == secret
        assert self._integer() == 0
        self.child = Child(*self.event().fields)

    def take(self, options='NoBreakOnAttach'):
        self.send_raw(b'ATCH', options)
        answer = self._bytes(4)
        assert answer == b'ACPT', answer
        return self

    def until_end(self):
        """The codes of all events up to the end of the stream."""
        begin = len(self.events)
        self.until_closed()
        return [event.code for event in self.events[begin:]]


class FollowTestCase(AttachTestCase):
    secret = 'open sesame'

    def follow(self, debugger, features='processes', folder='', tcp=False):
        """Asks for the children of a program; they come to `next_child`."""
        if tcp:
            self.listening = socket.socket()
            self.listening.bind(('127.0.0.1', 0))
            self.listening.listen(5)
            self.listening.settimeout(classic_client.DEADLINE)
            self.endpoint = str(self.listening.getsockname()[1])
        else:
            self.listening, self.endpoint = self.listener()
        self.addCleanup(self.listening.close)
        debugger.send('mtrx', 1, features)
        assert 'processes' in debugger.wait_for('MTRX').fields[3]
        debugger.send('foll', 1, self.endpoint, self.secret, folder)
        return debugger

    def launch_following(self, program, *arguments, **options):
        features = options.pop('features', 'processes')
        # Since 3.12 forks warn of other threads, and the agent's is one; documented.
        options.setdefault('interpreter_options', ['-W', 'ignore::DeprecationWarning'])
        return self.follow(self.launch(program, *arguments, **options), features)

    def next_child(self, debugger):
        try:
            connected, _ = self.listening.accept()
        except socket.timeout:
            raise classic_client.Timeout('no child has connected: ' + debugger.errors())
        connected.setblocking(True)
        child = Followed(debugger, connected, self.secret)
        self.addCleanup(child.close)
        return child

    def no_child(self):
        """True where none has connected so far."""
        self.listening.setblocking(False)
        try:
            self.listening.accept()[0].close()
            return False
        except BlockingIOError:
            return True
        finally:
            self.listening.settimeout(classic_client.DEADLINE)

    def hit(self, child, program, label):
        """The next stop of a child is a breakpoint at that line; the thread."""
        event = child.wait_for('BRKH')
        thread = event.fields[1]
        self.assertEqual(child.frames[thread][0].line, program[label])
        self.assertEqual(child.frames[thread][0].filename, program.path)
        return thread

    def assert_ended(self, pid):
        self.assertFalse(os.path.exists('/proc/%d' % pid))
