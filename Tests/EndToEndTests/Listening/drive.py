"""Attaches to an agent that listens, twice, and has it do what a session needs.

Usage: drive.py PORT SECRET PROGRAM

Everything that the agent may need later is used here, since its files are gone.
"""

import os
import socket
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(HERE)), 'Agent'))

from attaching import Attached  # noqa: E402


class Nobody(object):
    """Stands for the program, which somebody else has started."""

    process = None

    def errors(self):
        return ''


def connect(port):
    connected = socket.create_connection(('127.0.0.1', int(port)), 20)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Attached(Nobody(), connected)


def check(condition, *what):
    if not condition:
        raise AssertionError(what)


def refuse(port, secret):
    stranger = connect(port)
    check(stranger.greet(secret + 'x') == b'RJCT')
    stranger.close()


def session(port, secret, path, line, ends):
    debugger = connect(port)
    check(debugger.greet(secret) == b'ACPT')
    check(debugger.ask_to_attach() == b'ACPT')
    thread = debugger.wait_for('LOAD').fields[0]
    debugger.send('mtrx', 1, 'acknowledge,channels,pages')
    check(debugger.wait_for('MTRX').fields[3] == 'acknowledge,channels,pages')
    debugger.thread = thread
    check(debugger.break_at(1, path, line) == 'BRKS')
    check(debugger.go_on() == ('BRKH', line))
    check(len(debugger.children('stop.__class__(range(200))')) >= 200)
    check(debugger.evaluate('count + 1').type == 'int')
    debugger.send('bkgh', 5, 1)
    check(debugger.wait_for('BKHC').fields == (5, 1))
    check(debugger.step('out')[0] == 'STPD')
    if ends:
        debugger.evaluate('stop.append(1)')
    debugger.detach()


def main(port, secret, path):
    with open(path) as file:
        lines = file.read().splitlines()
    line = [number for number, text in enumerate(lines, 1) if text.endswith('# @work')][0]
    refuse(port, secret)
    for ends in (False, True):
        session(port, secret, path, line, ends)
    print('driven')


if __name__ == '__main__':
    main(*sys.argv[1:])
