"""The sandbox, from outside."""
