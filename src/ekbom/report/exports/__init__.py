"""Tables and messages for other programs."""
