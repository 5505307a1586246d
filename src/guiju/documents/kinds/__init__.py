"""The kinds of report, one module each: every module here is imported and registers its own (docs/guide/documents.md)."""
