"""What is counted from scored movements, stages and events."""
