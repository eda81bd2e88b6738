"""A seed that shows each of the rarer mistakes: tried first, to spare CI a minute of searching."""

SHOWN_BY = {
    "each snapshot of an account is a message of its own": 5843,
    "money goes back unasked, though the gateway says by now that it is another order's": 3513,
    "whoever holds an old lease may end the task": 533,
    "a look asked for while one runs is lost": 533,
    "a word that is not known counts as a note": 634,
}
