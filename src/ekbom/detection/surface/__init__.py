"""Whether a channel can be the surface EMG of a leg at all."""
