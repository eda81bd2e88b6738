"""Doubles, factories and servers that tests share."""
