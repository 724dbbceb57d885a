rates = {"book": 7}  # @rates


def rate(kind):
    return rates[kind]  # @rate
