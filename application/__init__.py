"""The use cases: one a file, each joining the pure domain to the ports."""
