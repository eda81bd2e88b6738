"""Benchmarks, side by side with their peers; run by `make bench`."""
