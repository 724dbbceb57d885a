import sys
class Thing:
    def __init__(self, name):
        self.name = name
    def __del__(self, write=sys.stdout.write):
        write('end of %s\n' % self.name)
kept = Thing('kept')
Thing('dropped')
cycle = Thing('cycle')
cycle.itself = cycle
