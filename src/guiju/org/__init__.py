"""Units, people, dated attributes and the size class with its reason."""
