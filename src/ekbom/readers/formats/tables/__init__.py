"""Tables with a header that says what every column is."""
