"""aiohttp's server; the handler is a coroutine that waits."""
# environment: aiohttp
import asyncio

from aiohttp import web

import channel


async def value_of(n):
    return n * n + 7                    # @inside


async def answer(request):
    n = int(request.match_info['n'])
    label = 'answer %d' % n             # @stop
    await asyncio.sleep(0.001)          # @wait
    value = await value_of(n)           # @call
    return web.json_response({label: value})


async def main():
    app = web.Application()
    app.router.add_get('/answer/{n}', answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', 0)
    await site.start()
    channel.serving(runner.addresses[0][1])
    await asyncio.Event().wait()


if __name__ == '__main__':
    asyncio.run(main())
