"""Accounts, roles, tokens, the trail, jobs and the own account."""
