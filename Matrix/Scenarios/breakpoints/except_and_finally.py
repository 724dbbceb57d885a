"""Breakpoints in except and finally blocks stop once on each way through."""

parsed = []


def parse(text):
    try:
        number = int(text)
    except ValueError:
        number = None  # @except
    finally:
        parsed.append(text)  # @finally
    return number


for word in ("seven", "7"):
    print(parse(word))  # @call

#> break @except
#> break @finally
#> run -> breakpoint @except in parse
#> evaluate text -> 'seven'
#> continue -> breakpoint @finally
#> evaluate (text, number) -> ('seven', None)
#> continue -> breakpoint @finally
#> evaluate (text, number) -> ('7', 7)
#> stack -> parse @finally, <module> @call
#> hits @except -> 1
#> hits @finally -> 2
#> continue -> exit 0
