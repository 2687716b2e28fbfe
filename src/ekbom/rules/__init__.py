"""The tables of standards and guidelines, and their strict loaders; nobody else reads the tables."""
