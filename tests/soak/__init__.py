"""A shop's whole traffic before real processes that are killed, and a checker of all they did."""
