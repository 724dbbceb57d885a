"""Flask behind werkzeug's threaded server."""
# environment: flask
import logging

import flask
from werkzeug.serving import make_server

import channel

app = flask.Flask(__name__)


def value_of(n):
    return n * n + 7                    # @inside


@app.route('/answer/<int:n>')
def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return flask.jsonify({label: value})


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    server = make_server('127.0.0.1', 0, app, threaded=True)
    channel.serving(server.server_port)
    server.serve_forever()
