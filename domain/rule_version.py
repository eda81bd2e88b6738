"""Which rules a verdict was made by, so that an old one is never read by newer rules."""

# Raise it with any change of what `verify` or `settle` decides for the same order, payment,
# policy and trigger. Every history entry keeps the one that it was written under.
RULE_VERSION = 1
