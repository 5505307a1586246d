"""Several systems at the gate at once, on a database on disk; prints what came of each story."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.plugins import apart

if TYPE_CHECKING:
    from guiju.review.models import Matter
    from tests.review.house import Reviewers

ROUNDS = 3


def main(home: str, database: str) -> None:
    apart.begin(home, database)
    from guiju.trail import log, verify
    from tests.governance.races import people
    from tests.review.house import reviewers

    them = reviewers(people())
    found: dict[str, object] = {name: [story(them, n) for n in range(ROUNDS)] for name, story in STORIES.items()}
    while log.sequence():
        pass
    found["trail"] = [str(one) for one in verify.run().findings]
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def _passed(them: Reviewers, ref: str) -> Matter:
    from tests.review.house import passed

    return passed(them, ref=ref, values={"title": f"合同{ref}", "amount": 100_000, "form": {"party": "某某公司"}})


def _sealing(row: Matter, doing: str) -> Callable[[], None]:
    """Another system seals; what is not cleared counts as a refusal by its code."""
    from guiju.access.actor import system
    from guiju.lib.errors import Problem
    from guiju.review import gate

    digest = row.papers.get().digest

    def act() -> None:
        answer, use = gate.use(
            system="oa", ref=row.ref, digest=digest, kind="seal", doing=doing, by=system(f"oa {doing}")
        )
        if use is None:
            raise Problem(answer.code, answer.why)

    return act


def two_seals(them: Reviewers, turn: int) -> list[Any]:
    """Three seals on one pass."""
    from guiju.review.models import PassUse
    from tests.governance.races import at_once

    row = _passed(them, f"A-{turn}")
    told = at_once(*(_sealing(row, f"YY-{n}") for n in range(3)))
    return [told, PassUse.objects.filter(issued__matter=row).count()]


def one_seal_told_twice(them: Reviewers, turn: int) -> list[Any]:
    """The same doing told three times."""
    from guiju.review.models import PassUse
    from tests.governance.races import at_once

    row = _passed(them, f"B-{turn}")
    told = at_once(*(_sealing(row, "YY-1") for _n in range(3)))
    return [told, PassUse.objects.filter(issued__matter=row).count()]


def seal_and_void(them: Reviewers, turn: int) -> list[Any]:
    """The head withdraws the pass while it is used: either it was used before, or not at all."""
    from guiju.review import actions
    from guiju.review.models import Matter, PassUse
    from tests.governance.races import at_once

    row = _passed(them, f"C-{turn}")
    head = them.by("head")
    told = at_once(_sealing(row, "YY-1"), lambda: actions.void(matter=row, reason="资质系伪造", by=head) and None)
    used = PassUse.objects.filter(issued__matter=row).first()
    ended = row.passes.get().revoked_at
    assert Matter.objects.get(pk=row.pk).state == "void"
    return [told, used is None or (ended is not None and used.used_at <= ended)]


STORIES: dict[str, Callable[[Reviewers, int], list[Any]]] = {
    story.__name__: story for story in (two_seals, one_seal_told_twice, seal_and_void)
}

if __name__ == "__main__":
    main(*sys.argv[1:])
