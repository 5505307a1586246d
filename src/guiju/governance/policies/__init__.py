"""The library of rules: versions from draft to repeal, categories and levels, plans and their progress."""

from __future__ import annotations


def set_up() -> None:
    """Join this part to what it follows."""
    from guiju.governance.policies import enforcing, following, inplace, reviewing, tasks, telling
    from guiju.governance.policies.terms import REGISTER
    from guiju.jobs import schedule
    from guiju.registers import changes

    changes.prepare(REGISTER, enforcing.on_move)
    changes.guard(REGISTER, inplace.guard, notice=inplace.notice)
    changes.listen(following.on_rows)
    schedule.every_day("governance.policies", 0, tasks.nightly, minute=5)
    telling.set_up()
    reviewing.set_up()
