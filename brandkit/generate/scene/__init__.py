"""Product scenes: from words to a description, and from a description to a picture."""
