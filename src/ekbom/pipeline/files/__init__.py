"""Files that a person gives or that lie beside them: found, read, explained."""
