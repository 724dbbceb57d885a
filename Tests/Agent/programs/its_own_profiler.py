import cProfile, io, pstats
def work():
    return sum(range(10))
profile = cProfile.Profile()
profile.enable()
for _ in range(10): work()
profile.disable()
stats = pstats.Stats(profile, stream=io.StringIO()).stats
print([value[:2] for key, value in stats.items() if key[2] == 'work'])
