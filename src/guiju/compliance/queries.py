"""What other packages may ask here; each part adds its public reads."""
