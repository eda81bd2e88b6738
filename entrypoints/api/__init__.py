"""The HTTP interface, by Litestar."""
