"""The leak finder: contracts, payments, rules and decisions beside the reviews that should have come before them.

`finding` is the finder (pure), `sources` reads registers and passes, `ledgers` and `merging` files of the firm's own.
`looking` looks, at once or as a job, and keeps runs; `actions` keeps what people make of the findings, `following` what
becomes of them from look to look; `queries` reads.

A further source, such as monitoring of other systems, gives `facts.Deed` and `facts.Review` in `sources`, and nothing
else changes.
"""

from __future__ import annotations

from collections.abc import Sequence


def set_up() -> None:
    """An item of an agenda that names its review carries its number; the trail knows what became of findings; at
    night all is looked through anew."""
    from guiju.jobs import schedule
    from guiju.registers import changes
    from guiju.review.leaks import actions, following, tasks, wording
    from guiju.trail.presenters import register_sentence
    from guiju.trail.reconcile import register_reconciler

    changes.fill("agenda_items", _numbers)
    register_reconciler(following.OBJECT, actions.live, ids=actions.settled_ids)
    register_sentence(following.OBJECT, wording.settled)
    schedule.every_day("review.leaks", 2, tasks.nightly, minute=10)


def _numbers(blanks: Sequence[tuple[object, object, dict[str, object]]]) -> None:
    from guiju.registers.models import Entry

    wanted = {str(data["review"]) for _unit, _before, data in blanks if data.get("review")}
    if not wanted:
        return
    rows = Entry.objects.filter(register="reviews", uid__in=wanted).values_list("uid", "number", "title")
    told = {str(uid): number or title for uid, number, title in rows}
    for _unit, _before, data in blanks:
        if found := told.get(str(data.get("review") or "")):
            data["review_number"] = found
