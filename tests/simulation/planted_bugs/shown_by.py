"""A seed that shows each of the rarer mistakes: tried first, to spare CI a minute of searching."""

SHOWN_BY = {
    "each snapshot of an account is a message of its own": 4975,
    "money goes back unasked, though the gateway says by now that it is another order's": 12983,
    "whoever holds an old lease may end the task": 533,
    "a look asked for while one runs is lost": 533,
    "a question that was asked already is shared": 2286,
    "each refund has the whole day's allowance": 840,
    "nobody hears of a refund that was refused": 534,
    "two payments of one order are approved beside each other": 436,
}
