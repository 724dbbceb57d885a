import os, threading, time
def work():
    print('thread', flush=True)
    os._exit(4)
threading.Thread(target=work).start()
time.sleep(30)
