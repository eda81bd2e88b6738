"""The operator's console: pages that show whether money is right, and buttons that mend it."""
