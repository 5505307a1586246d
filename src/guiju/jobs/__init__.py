"""Work that outlives a request: enqueued in the transaction, leased, run at least once."""
