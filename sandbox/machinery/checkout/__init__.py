"""The payment window that buyers see, as no vendor's in particular: its pages and their words."""
