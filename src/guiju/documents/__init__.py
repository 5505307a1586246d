"""Official papers: one typed model, printed as GB/T 9704 asks, shown on the screen, and asked for by name."""
