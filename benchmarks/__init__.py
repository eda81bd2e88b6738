"""Benchmarks: real processes under load, each beside a peer in the same run, as ratios."""
