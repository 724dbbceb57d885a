"""What a program says to the cell that tries it, over one Unix stream socket.

A program that serves HTTP says `serving PORT PID`, and then closes the channel. Any other says
`answering PID`, and answers each line with a number by one line, until the line `end` or the end of
the channel. PID is that of the process in which the handler runs.
"""

import os
import socket

PATH = os.environ.get('REAL_PROGRAM_CHANNEL')


def serving(port, pid=None):
    connected = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connected.connect(PATH)
    connected.sendall(('serving %d %d\n' % (port, pid or os.getpid())).encode())
    connected.close()


class Channel(object):
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(PATH)
        self.reader = self.socket.makefile('rb')
        self.write('answering %d' % os.getpid())

    def write(self, text):
        self.socket.sendall(text.encode() + b'\n')

    def number(self):
        """The next one that is asked for, or None at the end."""
        line = self.reader.readline().strip()
        return None if line in (b'', b'end') else int(line)

    def close(self):
        self.reader.close()
        self.socket.close()


def answer_all(handler):
    """Answers until the end, on the calling thread."""
    channel = Channel()
    while True:
        number = channel.number()
        if number is None:
            break
        channel.write(handler(number))
    channel.close()
