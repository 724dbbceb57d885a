"""Servers of gevent and eventlet that answer requests while they are debugged."""

import http.client
import re
import threading
import unittest

import classic_client
from attaching import INJECTED, wait_until
from greenlet_programs import GreenletTestCase, is_there

APPLICATION = '''
stop = []
def application(environ, start_response):
    n = int(environ['QUERY_STRING'] or 0)
    total = n                               # @total
    time.sleep(0.005)                       # @sleep
    found = [total, total + 1]              # @found
    answer = str(sum(found)).encode()       # @answer
    start_response('200 OK', [('Content-Length', str(len(answer)))])
    return [answer]                         # @return
'''

GEVENT = INJECTED + '''
from gevent import monkey
monkey.patch_all()
import gevent, gevent.pywsgi, time
''' + APPLICATION + '''
server = gevent.pywsgi.WSGIServer(('127.0.0.1', 0), application, log=None)
server.start()
print('port %d' % server.server_port, flush=True)
while not stop:
    gevent.sleep(0.01)
server.stop()
print('end')
'''

EVENTLET = INJECTED + '''
import eventlet
eventlet.monkey_patch()
import eventlet.wsgi, time
''' + APPLICATION + '''
listening = eventlet.listen(('127.0.0.1', 0))
server = eventlet.spawn(eventlet.wsgi.server, listening, application, log_output=False)
print('port %d' % listening.getsockname()[1], flush=True)
while not stop:
    eventlet.sleep(0.01)
server.kill()
print('end')
'''

CLIENTS, MORE = 5, 10


class Clients(object):
    """They ask until they are to end, each request on a connection of its own."""

    def __init__(self, port):
        self._port = port
        self._ending = False
        self.wrong = []
        self._threads = [threading.Thread(target=self._ask, args=(first,))
                         for first in range(1, CLIENTS + 1)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number):
        left = MORE
        try:
            while left:
                left -= self._ending
                answer = ask(self._port, number)
                if answer != 2 * number + 1:
                    self.wrong.append((number, answer))
                number += CLIENTS
        except Exception as error:
            self.wrong.append(repr(error))

    def end(self):
        """After some requests more."""
        self._ending = True
        for thread in self._threads:
            thread.join(classic_client.DEADLINE)
        return self.wrong


def ask(port, number):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=classic_client.DEADLINE)
    connection.request('GET', '/?%d' % number)
    answer = connection.getresponse().read().decode()
    connection.close()
    return int(answer)


class ServerTest(GreenletTestCase):
    def test_an_attached_server_of_gevent(self):
        self.attached('gevent', GEVENT)

    def test_an_attached_server_of_eventlet(self):
        self.attached('eventlet', EVENTLET)

    def test_a_launched_server_of_gevent(self):
        self.launched('gevent', GEVENT)

    def test_a_launched_server_of_eventlet(self):
        self.launched('eventlet', EVENTLET)

    def attached(self, library, source):
        self.need(library)
        program = self.write(source)
        running = self.run_program(program)
        wait_until(lambda: 'port' in running.output(), running.errors)
        before = running.threads(), running.descriptors()
        clients = self.clients(running)
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.break_at(1, program.path, program['total'])
        debugger.wait_for_stop()
        self.handle(program, debugger)
        debugger.detach()
        self.assertEqual(clients.end(), [])
        self.assertEqual(ask(self.port, 1000), 2001)
        # A thread of gevent's own may have ended meanwhile.
        wait_until(lambda: running.threads() <= before[0] and running.descriptors() <= before[1],
                   lambda: repr((running.threads(), running.descriptors(), before)))
        self.end(running)
        self.assertEqual(running.exit_status(), 0, running.errors())
        self.assertEqual(running.output(), 'port %d\nend\n' % self.port)
        self.assertNotIn('Traceback', running.errors())

    def launched(self, library, source):
        self.need(library)
        program = self.write(source)
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['total'])
        debugger.send('resa')
        clients = self.clients(debugger)
        debugger.wait_for_stop()
        self.handle(program, debugger)
        debugger.send('resa')
        self.assertEqual(clients.end(), [])
        self.end(debugger)
        debugger.wait_for('LAST')
        debugger.send('lack')
        self.assertEqual(debugger.exit_status(), 0, debugger.errors())
        self.assertEqual(debugger.output(), 'port %d\nend\n' % self.port)
        self.assertNotIn('Traceback', debugger.errors())

    def end(self, running):
        running.process.stdin.write(b'import __main__; __main__.stop.append(1)\n')
        running.process.stdin.flush()

    def need(self, library):
        if not is_there(library):
            self.skipTest('there is no ' + library)

    def clients(self, running):
        wait_until(lambda: 'port' in running.output(), running.errors)
        self.port = int(re.search('port ([0-9]+)\n', running.output()).group(1))
        clients = Clients(self.port)
        self.addCleanup(clients.end)
        return clients

    def handle(self, program, debugger):
        """At the breakpoint in one of several handlers that run."""
        thread = self.stopped_thread(debugger)
        for round in range(5):
            number = debugger.variables(0, thread)['n'].repr
            self.assertEqual(debugger.step('over', thread), ('STPD', program['sleep']))
            debugger.send('brkr', program['total'], 1)
            self.assertEqual(debugger.step('over', thread), ('STPD', program['found']))
            self.assertEqual(debugger.variables(0, thread)['n'].repr, number)
            self.assertEqual(debugger.step('into', thread), ('STPD', program['answer']))
            self.assertEqual(debugger.evaluate('total * 2', 0, thread).repr,
                             str(2 * int(number)))
            self.assertEqual(debugger.evaluate('time.sleep(0.001)', 0, thread).repr, 'None')
            debugger.send('chld', 'found', thread, 0, 92, 1)
            items = [child.value.repr for child in debugger.wait_for('CHLD').fields[1]]
            self.assertIn(number, items)
            if round < 4:
                debugger.break_at(1, program.path, program['total'])
                self.assertEqual(debugger.go_on(), ('BRKH', program['total']))

    def stopped_thread(self, debugger):
        return debugger.events[-1].fields[1]


if __name__ == '__main__':
    unittest.main()
