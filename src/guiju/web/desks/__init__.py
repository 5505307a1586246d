"""What somebody meets first, by role."""
