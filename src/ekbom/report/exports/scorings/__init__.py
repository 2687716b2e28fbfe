"""A scoring written in the formats of other programs."""
