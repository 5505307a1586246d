"""Who may do what, where: one permission decision for pages, API, files, imports and jobs."""
