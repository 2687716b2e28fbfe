"""Movements, stages and events become candidates, series and indices; pure functions on arrays."""
