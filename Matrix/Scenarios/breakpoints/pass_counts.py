"""Pass counts stop at every second hit, at the third only, and from the fifth on."""

log = []
for attempt in range(1, 7):
    log.append("connect")  # @every-second
    log.append("send")  # @third-only
    log.append("close")  # @from-fifth
print(len(log))

#> break @every-second when attempt != 1 every 2
#> break @third-only on hit 3
#> break @from-fifth from hit 5
#> run -> breakpoint @every-second
#> evaluate attempt -> 3
#> continue -> breakpoint @third-only
#> evaluate attempt -> 3
#> continue -> breakpoint @every-second
#> evaluate attempt -> 5
#> continue -> breakpoint @from-fifth
#> evaluate attempt -> 5
#> continue -> breakpoint @from-fifth
#> evaluate attempt -> 6
#> hits @every-second -> 5
#> hits @third-only -> 6
#> hits @from-fifth -> 6
#> continue -> exit 0
