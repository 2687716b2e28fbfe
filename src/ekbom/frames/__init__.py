"""How records are compared, shown and turned into data frames; it knows none of them by name."""
