import multiprocessing, sys
def work(queue):
    queue.put((__name__, sys.argv[1:], double(4)))
def double(number):
    return 2 * number
if __name__ == '__main__':
    context = multiprocessing.get_context('spawn')
    queue = context.Queue()
    process = context.Process(target=work, args=(queue,))
    process.start()
    print(queue.get())                                      # @stop
    process.join()
    print(process.exitcode)
