"""Minutes are opened or settled while others rely on them, on a database on disk; prints what came of each story."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from tests.plugins import apart
from tests.review import reviewraces

if TYPE_CHECKING:
    from guiju.review.models import Matter
    from tests.review.house import Reviewers

ROUNDS = 4


def main(home: str, database: str) -> None:
    apart.begin(home, database)
    them = reviewraces.furnished()
    found: dict[str, object] = {story.__name__: [story(them, n) for n in range(ROUNDS)] for story in STORIES}
    found["trail"] = reviewraces.findings()
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def lifted(them: Reviewers, ref: str, *, lift: bool = True) -> tuple[Matter, Any, Any]:
    """A contract whose veto the committee lifted; as (matter, meeting, item)."""
    from guiju.registers.models import Entry
    from guiju.review import actions
    from tests.review.house import agenda, settled

    row = reviewraces.vetoed(them, ref)
    body = Entry.objects.get(register="bodies", unit=them.unit)
    meeting, item = agenda(them, row, body)
    settled(them, meeting, item)
    if lift:
        row = actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head"))
    meeting.refresh_from_db()
    return row, meeting, item


def asked(them: Reviewers, row: Matter) -> str:
    """What the gate says once all is over."""
    from guiju.access.actor import system
    from guiju.review import gate

    return gate.ask(system="oa", ref=row.ref, digest=row.papers.get().digest, by=system("oa")).code


def seal_and_reopen(them: Reviewers, turn: int) -> list[Any]:
    """Sealed before, or not at all."""
    from guiju.governance.meetings import actions as meetings
    from guiju.review.models import Matter, PassUse
    from tests.governance.races import at_once

    row, meeting, _item = lifted(them, f"LA-{turn}")
    told = at_once(
        lambda: reviewraces.does(them, "seal", "head", row),
        lambda: meetings.reopen(meeting=meeting, reason="票数有误", by=them.house),
        lambda: asked(them, row),
    )
    uses = PassUse.objects.filter(issued__matter=row).count()
    return [told, uses, asked(them, row), Matter.objects.get(pk=row.pk).state]


def settle_and_seal(them: Reviewers, turn: int) -> list[Any]:
    """The minutes are settled again with a no while somebody seals."""
    from guiju.governance.meetings import actions as meetings
    from guiju.review.models import Matter, PassUse
    from tests.governance import meeters
    from tests.governance.races import at_once
    from tests.review.house import settled

    row, meeting, item = lifted(them, f"LB-{turn}")
    meetings.reopen(meeting=meeting, reason="票数有误", by=them.house)
    no = {"outcome": "rejected", "votes_for": "0", "votes_against": "3"}
    told = at_once(
        lambda: settled(them, meeting, meeters.fresh(item), **no), lambda: reviewraces.does(them, "seal", "head", row)
    )
    assert not PassUse.objects.filter(issued__matter=row).exists()
    return [told, Matter.objects.get(pk=row.pk).state, asked(them, row)]


def lift_and_reopen(them: Reviewers, turn: int) -> list[Any]:
    """The veto is lifted while its minutes are opened again: the pass never outlives that."""
    from guiju.governance.meetings import actions as meetings
    from guiju.review import actions

    row, meeting, item = lifted(them, f"LC-{turn}", lift=False)
    return reviewraces.outcome(
        row,
        lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head")),
        lambda: meetings.reopen(meeting=meeting, reason="票数有误", by=them.house),
    )


def reopen_and_void(them: Reviewers, turn: int) -> list[Any]:
    """The pass is withdrawn for good while the minutes are opened."""
    from guiju.governance.meetings import actions as meetings
    from guiju.review.models import Matter
    from tests.governance.races import at_once

    row, meeting, _item = lifted(them, f"LD-{turn}")
    told = at_once(
        lambda: meetings.reopen(meeting=meeting, reason="票数有误", by=them.house),
        lambda: reviewraces.does(them, "void", "head", row),
    )
    return [told, Matter.objects.get(pk=row.pk).state]


def sign_and_reopen(them: Reviewers, turn: int) -> list[Any]:
    """The leading body signs at its step while its minutes are opened again: the pass never outlives that either."""
    from guiju.governance.meetings import actions as meetings
    from guiju.registers.models import Entry
    from guiju.review import actions
    from guiju.review.models import Matter
    from tests.review.house import agenda, said, settled

    row = reviewraces.at_head(them, f"LE-{turn}")
    row = said(them, actions.escalate(matter=row, reason="风险重大", by=them.by("head")), "head")
    meeting, item = agenda(them, row, Entry.objects.get(register="bodies", unit=them.unit))
    settled(them, meeting, item)
    meeting.refresh_from_db()
    row = Matter.objects.get(pk=row.pk)
    return reviewraces.outcome(
        row,
        lambda: said(them, row, "chair", resolution=item.uid),
        lambda: meetings.reopen(meeting=meeting, reason="票数有误", by=them.house),
    )


STORIES = (seal_and_reopen, settle_and_seal, lift_and_reopen, reopen_and_void, sign_and_reopen)


if __name__ == "__main__":
    main(*sys.argv[1:])
