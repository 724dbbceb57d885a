import tracemalloc
tracemalloc.start(3)
kept = [bytes(1000) for _ in range(100)]
where = tracemalloc.get_object_traceback(kept[0])
print(where[len(where) - 1].filename == __file__, where[len(where) - 1].lineno, len(where) <= 2)
print(tracemalloc.get_traced_memory()[0] > 100000)          # @stop
tracemalloc.stop()
