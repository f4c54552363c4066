"""What people fill in: one module for each audience, as the pages are."""
