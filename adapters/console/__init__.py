"""Notices on the terminal, for development."""
