"""Hostile input: whatever is damaged, Ekbom answers or refuses with one sentence."""
