"""What else a shop might run: the same flow as its users would write it in other stacks."""
