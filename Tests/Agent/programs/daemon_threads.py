import threading, time
started = threading.Event()
def work():
    started.set()
    while True:
        time.sleep(0.001)
threading.Thread(target=work, daemon=True).start()
started.wait()
print(threading.active_count())                             # @stop
