from concurrent.futures import ThreadPoolExecutor, as_completed
def work(number):
    if number == 3:
        raise ValueError(number)
    return number * number                                  # @stop
with ThreadPoolExecutor(4) as pool:
    jobs = [pool.submit(work, number) for number in range(6)]
    print(sorted(str(job.exception() or job.result()) for job in as_completed(jobs)))
