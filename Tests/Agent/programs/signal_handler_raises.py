import os, signal
class Alarm(Exception): pass
def handle(number, frame):
    raise Alarm(number)
signal.signal(signal.SIGUSR1, handle)
try:
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(10 ** 7): pass
except Alarm as error:
    print('caught', error.args[0] == signal.SIGUSR1)        # @stop
