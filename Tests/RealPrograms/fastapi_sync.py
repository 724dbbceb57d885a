"""FastAPI on uvicorn with asyncio's own loop; the handler is a function in a thread of a pool."""
# environment: fastapi
# threads: vary, with how many questions the pool has at a time
import socket

import fastapi
import uvicorn

import channel

app = fastapi.FastAPI()


def value_of(n):
    return n * n + 7                    # @inside


@app.get('/answer/{n}')
def answer(n: int):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return {label: value}


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        channel.serving(sockets[0].getsockname()[1])


if __name__ == '__main__':
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    config = uvicorn.Config(app, loop='asyncio', http='h11', log_level='warning')
    Server(config).run(sockets=[listening])
