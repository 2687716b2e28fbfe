"""Hand-checked cases run against the rules."""
