"""What follows at later visits."""
