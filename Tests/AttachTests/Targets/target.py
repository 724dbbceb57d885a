"""A program that watches itself while it is attached to: target.py KIND STATEFILE

It writes two numbers to STATEFILE: how much it has done, and 1 if anything ever was wrong. `ready` on
standard output says that it has begun. Runs on 3.5 and later.
"""
import functools
import itertools
import os
import struct
import sys
import signal as signals_of_this_process

kind, path = sys.argv[1:3]
# Whoever started it may have blocked some.
signals_of_this_process.pthread_sigmask(signals_of_this_process.SIG_SETMASK, [])
state = os.open(path, os.O_RDWR | os.O_CREAT)
done = 0


def step(good=True):
    global done
    done += 1
    if good:
        os.pwrite(state, struct.pack('<Q', done), 0)
    else:
        os.pwrite(state, struct.pack('<QQ', done, 1), 0)
        os._exit(3)


def ready():
    os.write(1, b'ready\n')


def work(n):
    """Much that an interruption at a wrong place would spoil: numbers, memory, floats, tables."""
    total, x = 0, 1.5
    for i in range(n):
        total = (total * 31 + i) & 0xffffffff
        x = x * 1.0000001 + i
        parts = [object() for _ in range(10)]
        table = {k: [k] for k in range(5)}
        if len(parts) + len(table) != 15:
            return -1
    return total, x


def in_thread(function, *arguments):
    import threading
    thread = threading.Thread(target=function, args=arguments)
    thread.daemon = True
    thread.start()
    return thread


def later(seconds, function):
    import time

    def loop():
        while True:
            time.sleep(seconds)
            function()
    return in_thread(loop)


def waits(wait, least, most=None):
    """A wait must be neither shorter than it should be, nor fail."""
    import time
    ready()
    while True:
        begin = time.monotonic()
        wait()
        took = time.monotonic() - begin
        step(took >= least and (most is None or took < most))


def bytecode():
    want = work(500)
    ready()
    while True:
        step(work(500) == want)


def sleep():
    import time
    waits(lambda: time.sleep(0.2), 0.1999)


def longsleep():
    import time
    ready()
    time.sleep(1000)


def read():
    r, w = os.pipe()
    later(0.05, lambda: os.write(w, b'x'))
    ready()
    while True:
        step(os.read(r, 1) == b'x')


def select():
    import select as module
    waits(lambda: module.select([], [], [], 0.2), 0.199)


def poll():
    import select as module
    poller = module.poll()
    waits(lambda: poller.poll(200), 0.199)


def lock():
    import threading
    gate = threading.Lock()
    gate.acquire()
    later(0.05, lambda: gate.locked() and gate.release())
    ready()
    while True:
        step(gate.acquire())


def join():
    import time
    ready()
    while True:
        thread = in_thread(time.sleep, 0.1)
        thread.join()
        step(not thread.is_alive())


def queue():
    import queue as module
    box = module.Queue()
    later(0.02, lambda: box.put(work(20)))
    want = work(20)
    ready()
    while True:
        step(box.get() == want)


def asyncio():
    import asyncio as module
    import time
    want = work(50)

    async def tick():
        while True:
            begin = time.monotonic()
            await module.sleep(0.1)
            step(time.monotonic() - begin >= 0.098 and work(50) == want)

    async def main():
        tasks = [module.ensure_future(tick()) for _ in range(3)]
        ready()
        await tasks[0]
    module.get_event_loop_policy().new_event_loop().run_until_complete(main())


def collect():
    import gc
    want = work(100)
    bad = []

    def loop():
        while True:
            if work(100) != want:
                bad.append(1)
            ring = [[]]
            ring[0].append(ring)
            gc.collect(0)
    for _ in range(9):
        in_thread(loop)
    ready()
    while True:
        step(work(100) == want and not bad)


def crowd():
    import time
    for _ in range(199):
        in_thread(time.sleep, 10000)
    ready()
    want = work(100)
    while True:
        step(work(100) == want)
        time.sleep(0.001)


def signals():
    import signal
    want = work(100)
    seen = [0]

    def handler(number, frame):
        seen[0] += 1
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    ready()
    last = 0
    while True:
        good = work(100) == want
        if done % 100 == 99:
            good = good and seen[0] > last
            last = seen[0]
        step(good)


def sleepsignals():
    import signal
    import time
    seen = [0]

    def handler(number, frame):
        seen[0] += 1
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    ready()
    while True:
        begin, before = time.monotonic(), seen[0]
        time.sleep(0.1)
        step(time.monotonic() - begin >= 0.0999 and seen[0] > before)


def fork():
    want = work(20)
    ready()
    while True:
        child = os.fork()
        if child == 0:
            os._exit(7 if work(20) == want else 8)
        step(os.waitpid(child, 0)[1] == 7 << 8)


def child():
    import subprocess
    ready()
    while True:
        step(subprocess.call(['/bin/sleep', '0.05']) == 0)


def recursion():
    want = work(5)

    def down(n):
        return down(n - 1) + 1 if n else (1 if work(5) == want else -100000)
    ready()
    while True:
        step(down(400) == 401)


def stack():
    """An alternate signal stack, which must be there afterwards."""
    import ctypes
    import time

    class Stack(ctypes.Structure):
        _fields_ = [('sp', ctypes.c_void_p), ('flags', ctypes.c_int), ('size', ctypes.c_size_t)]
    libc = ctypes.CDLL(None)
    memory = ctypes.create_string_buffer(65536)
    mine = Stack(ctypes.addressof(memory), 0, 65536)
    assert libc.sigaltstack(ctypes.byref(mine), None) == 0
    ready()
    while True:
        now = Stack()
        libc.sigaltstack(None, ctypes.byref(now))
        step(now.sp == mine.sp and now.flags == 0 and now.size == 65536)
        time.sleep(0.01)


def masked():
    """A signal mask of its own."""
    import signal
    import time
    mask = {signal.SIGUSR1, signal.SIGTERM, signal.SIGWINCH}
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    ready()
    while True:
        step(signal.pthread_sigmask(signal.SIG_BLOCK, []) == mask and work(20) is not None)
        if done % 100 == 0:
            time.sleep(0.01)


def wait_as_vfork_does():
    """Waits uninterruptibly for a child that sleeps, until that is killed."""
    import ctypes
    libc = ctypes.CDLL(None)
    stack = ctypes.create_string_buffer(65536)
    top = ctypes.addressof(stack) + 65536 & ~15
    clone_vfork = 0x4000
    child = libc.clone(libc.sleep, ctypes.c_void_p(top), clone_vfork | signals_of_this_process.SIGCHLD,
                       ctypes.c_void_p(60))
    os.waitpid(child, 0)


def vforks():
    want = work(20)
    ready()
    wait_as_vfork_does()
    while True:
        step(work(20) == want)


def vforksinthread():
    """The main thread waits for a lock, one thread as in vfork(2), and one computes."""
    import threading
    import time
    want = work(100)
    gate = threading.Lock()
    gate.acquire()
    at_lock = []

    def loop():
        while not at_lock:
            time.sleep(0.001)
        ready()
        while True:
            step(work(100) == want)
    in_thread(wait_as_vfork_does)
    in_thread(loop)
    # The GIL changes hands only where the lock is waited for.
    sys.setswitchinterval(1000)
    at_lock.append(True)
    gate.acquire()


def interpreters():
    """Ten busy threads and another interpreter, the newest."""
    import concurrent.interpreters
    other = concurrent.interpreters.create()
    want = work(100)
    bad = []

    def loop():
        while True:
            if work(100) != want:
                bad.append(1)
    for _ in range(10):
        in_thread(loop)
    ready()
    while True:
        step(work(100) == want and not bad and other.id != 0)


def accept():
    import socket
    listener = socket.socket()
    listener.bind(('127.0.0.1', 0))
    listener.listen()
    later(0.05, lambda: socket.create_connection(listener.getsockname()).close())
    ready()
    while True:
        step(listener.accept()[0].recv(1) == b'')


def wait():
    ready()
    while True:
        child = os.posix_spawn('/bin/sleep', ['sleep', '0.1'], {})
        step(os.waitpid(child, 0) == (child, 0))


def alonelock():
    """Waits for a lock that nobody else can release."""
    import threading
    gate = threading.Lock()
    gate.acquire()
    ready()
    gate.acquire()


def foreignpoll():
    """Idle in a call that foreign code makes, which begins again at any EINTR it would see."""
    import ctypes
    poll = ctypes.CDLL(None).poll
    ready()
    while True:
        poll(None, 0, -1)


def foreignwait():
    """Idle in C code that begins its call again itself (`waitpid`, in `system`). The child ends with
    the target, whose end of the pipe it reads, and holds nothing else of it."""
    import ctypes
    system = ctypes.CDLL(None).system
    ours, _ = os.pipe()
    os.set_inheritable(ours, True)
    ready()
    system(b'exec >/dev/null 2>&1; read line <&%d' % ours)


def veto():
    def hook(event, arguments):
        if event == 'cpython.remote_debugger_script':
            raise RuntimeError('not here')
    sys.addaudithook(hook)
    bytecode()


def signalledstart():
    """A signal arrives when CPython has taken a request and does not yet run its script."""
    def hook(event, arguments):
        if event == 'cpython.remote_debugger_script':
            os.kill(os.getpid(), signals_of_this_process.SIGTERM)
    sys.addaudithook(hook)
    idleselect()


def over():
    """The main script has ended, another thread goes on."""
    import threading
    want = work(100)

    def loop():
        ready()
        while True:
            step(work(100) == want)
    threading.Thread(target=loop).start()


def keepsgil():
    """C code that keeps the GIL, from before it says that it is ready (`os.write` would give it
    away): no bytecode follows, in which Python would look for calls."""
    import ctypes
    said = map(functools.partial(ctypes.PyDLL(None).write, 1, b'ready\n'), [6])
    sum(itertools.chain(said, range(10 ** 12)))


def idleselect():
    import select as module
    ready()
    module.select([], [], [])


def idlesleep():
    import time
    ready()
    time.sleep(1000)


def idleread():
    r, w = os.pipe()
    ready()
    os.read(r, 1)


def idlepause():
    ready()
    signals_of_this_process.pause()
    time_is_up()


def time_is_up():
    os._exit(4)


if os.environ.get('TARGET_THREADS') == '2':
    in_thread(__import__('time').sleep, 1000)
if os.environ.get('TARGET_ENDS_WITH'):
    def end(number, frame):
        raise SystemExit(int(os.environ['TARGET_ENDS_WITH']))
    signals_of_this_process.signal(signals_of_this_process.SIGTERM, end)
globals()[kind]()
