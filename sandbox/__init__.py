"""Stand-ins for the outside world; they import nothing of the service they stand opposite to."""
