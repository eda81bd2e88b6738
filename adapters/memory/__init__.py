"""Adapters that keep everything in the process, and fail on demand: for tests and simulations."""
