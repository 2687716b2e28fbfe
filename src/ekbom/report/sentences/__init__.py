"""What a report says of a night and of an assessment, sentence by sentence."""
