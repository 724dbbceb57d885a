import signal, time
ticks = []
signal.signal(signal.SIGALRM, lambda number, frame: ticks.append(frame.f_code.co_name))
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
def wait():
    while len(ticks) < 5:
        time.sleep(0.001)
wait()
signal.setitimer(signal.ITIMER_REAL, 0)
print(set(ticks) <= set(['wait', '<module>']))              # @stop
