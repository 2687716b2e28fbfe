"""Agreement with truth, with people and with other programs; never part of the unit suite."""
