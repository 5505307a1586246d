"""Checks: due runs, items on a phone, zero-risk reports, what looks like routine."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to plans, reports and the clock."""
    from guiju.compliance.checks import following, keeping, tasks, telling
    from guiju.jobs import schedule
    from guiju.registers import changes

    changes.keep("checks", keeping.kept)
    changes.keep("zero_risk_reports", keeping.more_than_due)
    changes.listen(following.on_rows)
    # After the nightly work of posture, before anybody begins a day.
    schedule.every_day("compliance.checks", 0, tasks.nightly, minute=45)
    telling.set_up()
