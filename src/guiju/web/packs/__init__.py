"""Pages of the documents that packs carry."""
