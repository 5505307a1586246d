"""Tests of the repository itself: its layers, its locks, its documents."""
