"""Facts that follow from others, one subject a file."""
