"""How files come to their place: whole, for their owner, and over nothing that is not Ekbom's."""
