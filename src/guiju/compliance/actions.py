"""What other packages may do here; each part adds its public writes."""
