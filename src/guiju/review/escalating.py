"""A reviewer reports a matter to the leading body without a veto (003 第6.6条c): the body decides on it at the end.

escalate(matter, reason, by) -> the round gets the leading body's step as its last one; whoever is asked now goes on
may_escalate(matter, run, by)
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault
from guiju.org.enums import Role
from guiju.review import keeping, states, telling
from guiju.review.models import Matter
from guiju.trail.events import Action
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.models import Run

CODE = "reported"
#: Working days for the body to meet.
_DAYS = 10


@transaction.atomic
def escalate(*, matter: Matter, reason: str, by: Actor, version: int | None = None) -> Matter:
    """The leading body decides in the end; until then the steps of the route go on."""
    fresh = keeping.locked(matter, version)
    states.after(fresh.state, states.SPEAK)
    run = keeping.last_run(fresh)
    assert run is not None, "a matter under review has a round"
    said = letters.clean(reason).replace("\n", " ")[:300]
    if not may_escalate(fresh, run, by):
        raise _refused(fresh, run, by)
    if not said:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("One sentence is enough."))])
    step = rules.Step(
        code=CODE, name=_("The leading body decides, as %(name)s reported") % {"name": by.name[:20]}, part=rules.BODY,
        role=Role.FIRST_RESPONSIBLE, days=_DAYS, note=f"{clock.today().isoformat()} {by.name[:40]}：{said}"[:300],
    )  # fmt: skip
    runs.append(run=run, step=step)
    keeping.save(fresh, Action.REVIEW_ESCALATED, by=by, reason=said, about={"reported": True})
    telling.ask(fresh, by=by)
    return fresh


def may_escalate(matter: Matter, run: Run, by: Actor) -> bool:
    """Whoever is asked now by the route, where the body does not decide on it anyway."""
    return _is_asked(matter, run, by) and not _comes_to_it(run)


def _is_asked(matter: Matter, run: Run, by: Actor) -> bool:
    seat = runs.seat_of(run, by)
    return seat is not None and runs.is_routed(seat) and by.user_id not in matter.authors


def _comes_to_it(run: Run) -> bool:
    return any(one.get("part") == rules.BODY for one in run.steps[run.position :])


def _refused(matter: Matter, run: Run, by: Actor) -> Conflict | Denied:
    if _is_asked(matter, run, by):
        return Conflict(
            _("The leading body decides on this matter already."),
            fix=_("Give your opinion; it goes there with it."),
            code="review.reported",
        )
    return Denied(
        _("Only whoever is asked now reports a matter to the leading body."), fix=_("Ask whoever is asked now.")
    )
