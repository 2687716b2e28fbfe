"""Pages for people: HTML, PDF, the page for patients."""
