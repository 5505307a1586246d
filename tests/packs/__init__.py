"""Tests of reading, checking and loading packs."""
