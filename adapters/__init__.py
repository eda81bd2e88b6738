"""The outside world, one folder a technology or vendor."""
