"""Tests over real sockets, files and processes."""
