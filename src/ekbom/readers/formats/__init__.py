"""One file per format of annotations, and their registry."""
