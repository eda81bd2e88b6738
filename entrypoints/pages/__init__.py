"""Pages that buyers see: whole in themselves, without scripts or anything fetched."""
