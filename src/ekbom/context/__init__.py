"""What a scorer would supply beside the legs, each with its method named."""
