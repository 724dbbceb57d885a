"""A server of Trio's: a nursery with a task for each connection, and HTTP as far as it is needed."""
# environment: trio
import trio

import channel


async def value_of(n):
    return n * n + 7                    # @inside


async def answer(n):
    label = 'answer %d' % n             # @stop
    await trio.sleep(0.001)             # @wait
    value = await value_of(n)           # @call
    return '%s = %d\n' % (label, value)


async def connection(stream):
    head = b''
    while b'\r\n\r\n' not in head:
        received = await stream.receive_some()
        if not received:
            return
        head += received
    body = await answer(int(head.split()[1].rpartition(b'/')[2]))
    await stream.send_all(('HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s' % (
        len(body), body)).encode())


async def main():
    async with trio.open_nursery() as nursery:
        listeners = await nursery.start(trio.serve_tcp, connection, 0)
        channel.serving(listeners[0].socket.getsockname()[1])


if __name__ == '__main__':
    trio.run(main)
