"""Two scorings of a night, or several nights of one person, held against each other."""
