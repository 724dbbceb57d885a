"""gunicorn with two workers; each of them is debugged."""
# environment: gunicorn
# workers: 2
from gunicorn.app.base import BaseApplication

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(environ, start_response):
    n = int(environ['PATH_INFO'].rpartition('/')[2])
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    body = ('%s = %d\n' % (label, value)).encode()
    start_response('200 OK', [('Content-Type', 'text/plain'), ('Content-Length', str(len(body)))])
    return [body]


class Application(BaseApplication):
    def load_config(self):
        self.cfg.set('bind', '127.0.0.1:0')
        self.cfg.set('workers', 2)
        self.cfg.set('timeout', 300)
        self.cfg.set('loglevel', 'error')
        self.cfg.set('post_worker_init', lambda worker: channel.serving(
            worker.sockets[0].getsockname()[1]))

    def load(self):
        return answer


if __name__ == '__main__':
    Application().run()
