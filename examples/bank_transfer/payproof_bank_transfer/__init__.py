"""A bank that tells which transfers have come in: the example of `docs/add-a-gateway.md`."""
