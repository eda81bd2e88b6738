"""What browsers meet of the vendor: its script, its payment window, and how each may end."""
