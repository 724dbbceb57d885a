"""Step over an await runs the awaited coroutine and stops on the next line."""

import asyncio


async def weigh(fruit):
    return len(fruit)  # @weigh


async def main():
    await asyncio.sleep(0)
    fig = await weigh("fig")  # @fig
    plum = await weigh("plum")  # @plum
    return fig + plum  # @sum


loop = asyncio.new_event_loop()
print(loop.run_until_complete(main()))
loop.close()

#> break @fig
#> run -> breakpoint @fig in main
#> step over -> step @plum in main
#> evaluate fig -> 3
#> step into -> step @weigh in weigh
#> stack -> weigh @weigh, main @plum, ...
#> step over -> step @plum in main
#> step over -> step @sum in main
#> evaluate plum -> 4
#> continue -> exit 0
