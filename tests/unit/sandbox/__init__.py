"""The sandbox, part by part."""
