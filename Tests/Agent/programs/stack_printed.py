import faulthandler, inspect, sys, traceback
def work():
    faulthandler.dump_traceback(sys.stdout, all_threads=False)
    print(len(inspect.stack()), [frame.name for frame in traceback.extract_stack()])
work()                                                      # @stop
