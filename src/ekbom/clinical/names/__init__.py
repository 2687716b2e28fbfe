"""Which medicine a name means: exact names alone, the words around them left out."""
