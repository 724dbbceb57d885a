import multiprocessing
def double(number):
    return 2 * number
if __name__ == '__main__':
    context = multiprocessing.get_context('fork')
    with context.Pool(2) as pool:
        print(pool.map(double, range(5)))
    print(multiprocessing.current_process().name)           # @stop
