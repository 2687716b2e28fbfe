"""The movement's own rms above the power of rest."""
