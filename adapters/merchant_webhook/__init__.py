"""Events to the shop's own backend, signed by Standard Webhooks."""
