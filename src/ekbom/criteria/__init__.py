"""Records of the tables: bounds, conditions, rule sets, guideline rules, settings."""
