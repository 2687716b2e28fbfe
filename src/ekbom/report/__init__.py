"""A result becomes HTML, PDF, JSON, CSV, FHIR and figures."""
