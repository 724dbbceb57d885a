"""Twisted's web server; the handler answers later, by an inlineCallbacks generator."""
# environment: twisted
from twisted.internet import defer, reactor, task
from twisted.web import resource, server

import channel


def value_of(n):
    return n * n + 7                    # @inside


@defer.inlineCallbacks
def answer(request, n):
    yield task.deferLater(reactor, 0.001, lambda: None)
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    request.write(('%s = %d\n' % (label, value)).encode())
    request.finish()


class Answers(resource.Resource):
    isLeaf = True

    def render_GET(self, request):
        answer(request, int(request.postpath[-1]))
        return server.NOT_DONE_YET


if __name__ == '__main__':
    port = reactor.listenTCP(0, server.Site(Answers()), interface='127.0.0.1')
    reactor.callWhenRunning(lambda: channel.serving(port.getHost().port))
    reactor.run()
