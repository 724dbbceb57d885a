import os, signal, socket
left, right = socket.socketpair()
left.setblocking(False)
signal.set_wakeup_fd(left.fileno())
signal.signal(signal.SIGUSR2, lambda *ignored: None)
os.kill(os.getpid(), signal.SIGUSR2)
print(right.recv(1)[0] == signal.SIGUSR2)                   # @stop
signal.set_wakeup_fd(-1)
