import threading
seen = []
def tracer(frame, event, argument):
    if frame.f_code.co_name == 'work':
        seen.append(event)
    return tracer
def work():
    return 1
threading.settrace(tracer)
thread = threading.Thread(target=work)
thread.start()
thread.join()
threading.settrace(None)
print(seen)
