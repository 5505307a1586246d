"""Law as data: schema, loader and validators of the folders under `packs/`."""
