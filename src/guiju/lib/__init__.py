"""Pure helpers: no Django models, no settings, importable anywhere."""
