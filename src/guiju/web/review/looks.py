"""Looking at a review again (后评估): what was found so far, and where the next look begins."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from guiju.access.permissions import Permission as P
from guiju.registers import queries as registers
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.review.queries import One
from guiju.web import links, place

REGISTER = "review_checks"
_MOST = 20


def context(request: HttpRequest, one: One) -> dict[str, Any]:
    """Second looks at a matter that stands in the ledger, and the form of a new one with what is known of it."""
    matter = one.matter
    if matter.entry is None or matter.decided_at is None:
        return {"looks": [], "look_url": ""}
    rows = registers.visible(place.by(request), REGISTER, sparse=True).filter(ref_1=matter.entry).order_by("-pk")
    may = place.may(request, P.REGISTER_ENTRY_CREATE, matter.unit, matter.department)
    return {"looks": [_look(row) for row in rows[:_MOST]], "look_url": _new(one) if may else ""}


def _look(row: Entry) -> dict[str, Any]:
    spec = specs.get(REGISTER)
    state = spec.state(row.status or spec.initial)
    return {
        "url": links.record(REGISTER, row.uid),
        "on": row.on or row.due_on,
        "label": state.label() if state is not None else "",
        "tone": state.tone if state is not None else "na",
    }


def _new(one: One) -> str:
    """Whoever decided is who is looked at; the one who looks is another."""
    matter = one.matter
    assert matter.entry is not None
    row = Entry.objects.select_related("person").filter(uid=matter.entry).first()
    return links.new_record(
        REGISTER, unit=matter.unit, values={
            "review": str(matter.entry), "matter": row.title if row is not None else matter.title,
            "department": str(matter.department.uid) if matter.department else "",
            "reviewer": str(row.person.uid) if row is not None and row.person is not None else "",
        },
    )  # fmt: skip
