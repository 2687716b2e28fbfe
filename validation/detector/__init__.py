"""How well the detector finds movements where the truth is known, condition by condition."""
