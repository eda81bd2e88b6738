"""Where people and programs come in: commands, HTTP, pages."""
