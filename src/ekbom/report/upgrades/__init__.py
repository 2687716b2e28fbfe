"""Files of earlier schema versions in the records of today, one module for each version."""
