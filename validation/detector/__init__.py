"""How well the detector finds the movements of nights whose truth is known, condition by condition."""
