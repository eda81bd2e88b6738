"""Toss's stand-in, asked as anybody would ask the vendor."""
