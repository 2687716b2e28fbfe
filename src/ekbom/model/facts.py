"""Clinical facts: answers, laboratory values and medicines, each with where it came from."""
