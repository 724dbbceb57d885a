"""FastAPI on uvicorn, with uvloop and httptools; the handler is a coroutine that waits."""
# environment: fastapi
import asyncio
import socket

import fastapi
import uvicorn

import channel

app = fastapi.FastAPI()


async def value_of(n):
    return n * n + 7                    # @inside


@app.get('/answer/{n}')
async def answer(n: int):
    label = 'answer %d' % n             # @stop
    await asyncio.sleep(0.001)          # @wait
    value = await value_of(n)           # @call
    return {label: value}


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        channel.serving(sockets[0].getsockname()[1])


if __name__ == '__main__':
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    config = uvicorn.Config(app, loop='uvloop', http='httptools', log_level='warning')
    Server(config).run(sockets=[listening])
