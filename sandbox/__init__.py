"""Stand-ins for the outside world, which import nothing of ours."""
