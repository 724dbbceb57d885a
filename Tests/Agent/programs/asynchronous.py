import asyncio
async def work(number):
    await asyncio.sleep(0)
    return 2 * number                                       # @stop
async def fails():
    raise ValueError('in a task')
async def main():
    print(await asyncio.gather(work(1), work(2)))
    print(await asyncio.gather(fails(), return_exceptions=True))
    task = asyncio.ensure_future(asyncio.sleep(100))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print('cancelled')
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
loop.close()
