"""A breakpoint in a module that is not loaded yet waits for its import."""


def price(kind, amount):
    from taxes import rate  # @import

    return amount + amount * rate(kind) // 100  # @price


print(price("book", 200))  # @call

#> break @rates -> pending
#> break @rate -> pending
#> break @import -> bound
#> run -> breakpoint @import in price
#> continue -> breakpoint @rates in <module>
#> continue -> breakpoint @rate in rate
#> stack -> rate @rate, price @price, <module> @call
#> evaluate kind -> 'book'
#> continue -> exit 0
#> output "214\n"
