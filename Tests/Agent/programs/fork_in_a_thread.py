import os, threading
statuses = []
def work():
    child = os.fork()
    if not child:
        os._exit(len(threading.enumerate()))
    statuses.append(os.waitpid(child, 0)[1] >> 8)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(statuses)                                             # @stop
