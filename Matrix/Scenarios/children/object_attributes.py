"""An object shows data, properties and slots that can be read, and neither methods nor dunders."""


class Point:
    __slots__ = ("x", "y", "never_set")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Account:
    currency = "EUR"

    def __init__(self, owner):
        self.owner = owner
        self.place = Point(3, 4)
        self._balance = 10

    @property
    def balance(self):
        return self._balance

    @property
    def interest(self):
        raise ValueError("no rate yet")

    def deposit(self, amount):
        self._balance += amount


account = Account("Ada")
account.deposit(5)
print(account.balance)  # @look

#> break @look
#> run -> breakpoint @look
#> children account
#>     _balance: int = 15
#>     balance: int = 15
#>     currency: str = 'EUR'
#>     owner: str = 'Ada'
#>     place: Point (expandable)
#> expand place
#>     x: int = 3
#>     y: int = 4
#> continue -> exit 0
#> output "15\n"
