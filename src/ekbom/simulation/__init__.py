"""Synthetic nights with known truth."""
