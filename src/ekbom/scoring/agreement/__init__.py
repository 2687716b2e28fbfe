"""Two scorings of one night compared."""
