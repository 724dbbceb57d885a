"""gevent's pywsgi with everything patched; the handler waits in its greenlet."""
# environment: gevent
# threads: vary, as those of its pool end when they are idle
from gevent import monkey
monkey.patch_all()

import time  # noqa: E402

from gevent import pywsgi  # noqa: E402

import channel  # noqa: E402


def value_of(n):
    return n * n + 7                    # @inside


def answer(environ, start_response):
    n = int(environ['PATH_INFO'].rpartition('/')[2])
    label = 'answer %d' % n             # @stop
    time.sleep(0.001)                   # @wait
    value = value_of(n)                 # @call
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [('%s = %d\n' % (label, value)).encode()]


if __name__ == '__main__':
    server = pywsgi.WSGIServer(('127.0.0.1', 0), answer, log=None)
    server.start()
    channel.serving(server.server_port)
    server.serve_forever()
