"""Tornado's server; the handler is a coroutine that waits."""
# environment: tornado
import asyncio

import tornado.httpserver
import tornado.netutil
import tornado.web

import channel


async def value_of(n):
    return n * n + 7                    # @inside


class Answer(tornado.web.RequestHandler):
    async def get(self, text):
        n = int(text)
        label = 'answer %d' % n         # @stop
        await asyncio.sleep(0.001)      # @wait
        value = await value_of(n)       # @call
        self.write({label: value})


async def main():
    app = tornado.web.Application([('/answer/([0-9]+)', Answer)], log_function=lambda handler: None)
    sockets = tornado.netutil.bind_sockets(0, '127.0.0.1')
    server = tornado.httpserver.HTTPServer(app)
    server.add_sockets(sockets)
    channel.serving(sockets[0].getsockname()[1])
    await asyncio.Event().wait()


if __name__ == '__main__':
    asyncio.run(main())
