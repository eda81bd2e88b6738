"""The embedded default store: orders and tasks in one SQLite file."""
