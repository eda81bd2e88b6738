"""A whole shop in one thread: the real core, every failure of the contract, replayed by a seed."""
