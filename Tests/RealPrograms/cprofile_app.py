"""A program that profiles itself by cProfile, and says at its end what was called how often."""
import cProfile
import os
import pstats

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, sum([value]))


if __name__ == '__main__':
    profile = cProfile.Profile()
    profile.enable()
    channel.answer_all(answer)
    profile.disable()
    for (filename, _, name), counts in sorted(pstats.Stats(profile).stats.items()):
        if os.path.basename(filename) == 'cprofile_app.py' or name == '<built-in method builtins.sum>':
            print(name, counts[0], counts[1])
