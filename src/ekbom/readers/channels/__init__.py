"""Which channel is which, in which unit, and whether it can be a leg."""
