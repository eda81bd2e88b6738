"""What the SQLite store promises beyond the contract."""
