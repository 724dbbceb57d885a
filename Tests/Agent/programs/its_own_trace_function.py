import sys
seen = []
def tracer(frame, event, argument):
    if frame.f_code.co_name == 'work':
        seen.append((event, frame.f_lineno))
    return tracer
def work(number):
    number += 1
    return number
sys.settrace(tracer)
work(1)
sys.settrace(None)
print(seen)
