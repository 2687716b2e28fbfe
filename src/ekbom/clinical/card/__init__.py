"""The answer on one card: what causes it, does it matter, what helps, how sure."""
