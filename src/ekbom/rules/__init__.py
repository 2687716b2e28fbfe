"""The tables of standards and guidelines, and their strict loaders.

Nobody else reads the tables.
"""
