"""Invented enterprises with invented records, made by the real actions under a simulated clock."""
