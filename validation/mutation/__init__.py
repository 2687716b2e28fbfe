"""Single changes to code and tables, and whether the tests notice."""
