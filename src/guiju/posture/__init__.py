"""Where a unit stands: adoption, facts, evidence tests, findings and roll-up."""
