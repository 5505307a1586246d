"""Tests; folders mirror `src/guiju`."""
