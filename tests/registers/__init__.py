"""Registers: the engine behind every list."""
