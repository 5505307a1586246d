"""Forms and ledgers declared as data: one engine for list, record, form, import and export."""
