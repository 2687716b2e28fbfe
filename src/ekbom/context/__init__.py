"""What a scorer would supply beside the legs, found in other signals, each with its method named."""
