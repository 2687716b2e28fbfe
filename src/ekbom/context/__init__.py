"""What a scorer would have supplied when nobody did: heart beats, stages, arousals; each with its method named."""
