import threading
total = []
def work(number):
    total.append(sum(range(number)))                        # @stop
threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sorted(total), threading.active_count(), threading.current_thread().name)
