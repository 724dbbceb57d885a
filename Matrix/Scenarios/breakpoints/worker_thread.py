"""A breakpoint in a thread stops that thread, and later ones in the main thread still stop."""

import threading

counts = []


def count_words(text):
    words = text.split()
    counts.append(len(words))  # @count


worker = threading.Thread(target=count_words, args=("to be or not",), name="worker")
worker.start()
worker.join()
print(counts)  # @print

#> break @count
#> break @print
#> run -> breakpoint @count
#> stack -> count_words @count, ...
#> evaluate threading.current_thread().name -> 'worker'
#> evaluate words -> ['to', 'be', 'or', 'not']
#> continue -> breakpoint @print in <module>
#> stack -> <module> @print
#> evaluate threading.current_thread().name -> 'MainThread'
#> evaluate counts -> [4]
#> continue -> exit 0
