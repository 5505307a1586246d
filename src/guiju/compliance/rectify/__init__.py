"""Rectification: one ledger, recurrence, overdue, what a problem came from."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.compliance.rectify import following, keeping
    from guiju.compliance.rectify.terms import REGISTER
    from guiju.registers import changes

    changes.prepare(REGISTER, keeping.prepared)
    changes.keep(REGISTER, keeping.kept)
    changes.guard(REGISTER, keeping.guard, notice=keeping.notice)
    changes.listen(following.on_rows)
    changes.listen(following.on_accountabilities)
