"""What must never happen: one function a promise, named as docs/reliability.md names them."""
