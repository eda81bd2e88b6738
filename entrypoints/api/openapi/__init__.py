"""The description of the HTTP interface, for people and for tools."""
