"""Pages that say how units stand against documents."""
