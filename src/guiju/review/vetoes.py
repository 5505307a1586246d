"""The veto in two steps (003 表A.1): the matter is suspended and reported; the veto holds once the report is on record.

suspend            -> by an opinion at a step that may veto
report_veto        -> the report to the leading body: which, to whom, when, its file; a row of `report_deliveries`; by whoever
                      vetoed, the compliance head, or the secretary of the body that answers
take_back_veto     -> before the report, by the very account that vetoed; what was taken back stays on record at its place
lift_veto          -> by a settled resolution of that very body on this very matter, with its text and votes; nothing else
(what follows when the minutes of that resolution are opened again: `staying`)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Denied, Fault
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.review import hands, keeping, ledger, passes, resolutions, states, telling
from guiju.review.enums import Stand
from guiju.review.models import Matter
from guiju.trail.events import Action
from guiju.workflow.routes import runs
from guiju.workflow.routes.models import Run

REPORTS = "report_deliveries"
#: Rows that follow from a step are written by the installation: the step itself names who took it.
HOUSE = system("guiju")


def suspend(fresh: Matter, run: Run, reason: str, *, by: Actor) -> Matter:
    """The first step: nothing moves until it is reported to the leading body, or taken back."""
    fresh.state, fresh.outcome = states.after(fresh.state, states.VETO), Stand.VETO
    reason = letters.clean(reason)
    fresh.veto = {"by": by.name[:80], "user": by.user_id, "at": clock.now().isoformat(), "reason": reason[:2000]}
    runs.pause(run)
    keeping.hold_texts(fresh)
    keeping.save(fresh, Action.REVIEW_VETOED, by=by, reason=reason[:300])
    telling.report(fresh, by=by)
    return fresh


@transaction.atomic
def report_veto(
    *,
    matter: Matter,
    receiver: Person,
    by: Actor,
    body: UUID | str | None = None,
    delivered_on: date | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    version: int | None = None,
) -> Matter:
    """The second step: reported to the leading body. From here on only a resolution of it lifts the veto.

    `body` is its row in the register of bodies; without one it is that to which the receiver belongs.
    """
    fresh = keeping.locked(matter, version)
    target = states.after(fresh.state, states.REPORT)
    _require_reporter(fresh, by)
    day = delivered_on or clock.today()
    reporter = Person.objects.filter(user_id=by.user_id).first() if by.user_id is not None else None
    faults = []
    if (reporter is not None and receiver.pk == reporter.pk) or receiver.pk == fresh.owner_id:
        faults.append(Fault("receiver", _("The report goes to somebody of the leading body.")))
    if (receiver.unit.root_id or receiver.unit_id) != fresh.root_id:
        faults.append(Fault("receiver", _("%(name)s is not of this group.") % {"name": receiver.name}))
    if not vetoed_on(fresh) <= day <= clock.today():
        faults.append(Fault("delivered_on", _("The day lies between the veto and today.")))
    told = (
        None if faults else resolutions.told(fresh, receiver=receiver, body=body, on=day, faults=faults, also=[by.name])
    )
    if faults:
        raise keeping.invalid(faults)
    row = registers.create(
        register=REPORTS, unit=fresh.unit, by=HOUSE, values={
            "name": _("Veto of “%(title)s” (%(number)s)") % {"title": fresh.title[:150], "number": fresh.number},
            "kind": "special", "form": "written", "reporter": str((reporter or fresh.owner).uid), "receiver": str(receiver.uid),
            "delivered_on": day.isoformat(), "files": list(files),
        },
    )  # fmt: skip
    fresh.veto = {
        **fresh.veto, "report": str(row.uid), "receiver": receiver.name, "reported_on": day.isoformat(),
        "reported_at": clock.now().isoformat(), "reported_by": by.name[:80],
    }  # fmt: skip
    if told is not None:
        fresh.veto |= {"body": str(told.uid), "body_name": told.title}
    fresh.state, fresh.decided_at, fresh.decided_by = target, clock.now(), by.name[:80]
    run = keeping.last_run(fresh)
    assert run is not None
    runs.end(run, _("The matter was vetoed."))
    ledger.write(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_VETO_REPORTED, by=by)
    telling.forget(fresh, by=by)
    return fresh


@transaction.atomic
def take_back_veto(*, matter: Matter, reason: str, by: Actor, version: int | None = None) -> Matter:
    """Whoever vetoed changes his mind before it was reported; he is asked again, and his veto stays readable as taken back."""
    fresh = keeping.locked(matter, version)
    fresh.state = states.after(fresh.state, states.TAKE_BACK)
    if not may_take_back(fresh, by):
        raise Denied(
            _("A veto is taken back only by whoever entered it."),
            fix=_("Ask %(name)s; everybody else waits for the leading body to decide.")
            % {"name": fresh.veto.get("by", "")},
        )
    reason = letters.clean(reason)
    if not reason:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("One sentence is enough."))])
    run = keeping.last_run(fresh)
    assert run is not None
    runs.resume(
        run, reason=_("Veto taken back on %(day)s: %(why)s") % {"day": clock.today().isoformat(), "why": reason}
    )
    fresh.veto, fresh.outcome = {}, ""
    keeping.save(fresh, Action.REVIEW_VETO_TAKEN_BACK, by=by, reason=reason[:300])
    telling.ask(fresh, by=by)
    return fresh


@transaction.atomic
def lift_veto(*, matter: Matter, resolution: UUID | str, by: Actor, version: int | None = None) -> Matter:
    """The leading body decided that the matter goes on all the same; its settled resolution carries that."""
    resolutions.hold(resolution)
    fresh = keeping.locked(matter, version)
    target = states.after(fresh.state, states.LIFT)
    check.require(by, P.REVIEW_MATTER_MANAGE, fresh.unit, fresh.department)
    if by.user_id in fresh.authors:
        raise Denied(_("Who brought a matter does not enter that its veto was lifted."))
    found = resolutions.require(
        resolution, matter=fresh, carried=True, among=resolutions.lifting(fresh, also=[by.name]),
        since=resolutions.since_report(fresh), also=[by.name],
    )  # fmt: skip
    fresh.veto = {**fresh.veto, "lifted": lifted(found, by.name[:80])}
    fresh.lifted_item = found.item.uid
    fresh.state, fresh.decided_at, fresh.reason = target, clock.now(), ""
    run = keeping.last_run(fresh)
    assert run is not None
    passes.issue(fresh, by=by)
    ledger.write(fresh, run, by=by)
    passes.end_previous(fresh, by=by)
    keeping.save(fresh, Action.REVIEW_VETO_LIFTED, by=by)
    telling.passed(fresh, by=by)
    return fresh


def lifted(found: resolutions.Resolution, who: str) -> dict[str, Any]:
    """What is kept of the resolution: its text and votes as they were settled, and who entered it."""
    item, data = found.item, found.item.body.data
    return {
        "item": str(item.uid), "title": item.title, "body": found.body.title, "on": item.on.isoformat() if item.on else "",
        "text": data.get("resolution"), "votes_for": data.get("votes_for"), "votes_against": data.get("votes_against"),
        "votes_abstained": data.get("votes_abstained"), "by": who, "meeting": str(item.ref_1 or ""),
        **({"said_no": list(found.said_no)} if found.said_no else {}),
    }  # fmt: skip


def vetoed_on(matter: Matter) -> date:
    """The day of the veto."""
    return clock.day_of(datetime.fromisoformat(matter.veto["at"]))


def told_to(matter: Matter) -> str:
    """The leading body that was told, and through whom."""
    receiver, body = str(matter.veto.get("receiver", "")), matter.veto.get("body_name")
    return _("%(body)s (%(name)s)") % {"body": body, "name": receiver} if body and receiver else receiver


def decided_by(matter: Matter) -> str:
    """Who let it pass or stopped it in the end: the leading body where its resolution lifted a veto."""
    lifted = matter.veto.get("lifted") or {}
    return str(lifted.get("body") or "") or matter.decided_by


def may_take_back(matter: Matter, by: Actor) -> bool:
    """The very account that vetoed, and nobody for it."""
    return by.user_id is not None and by.user_id == matter.veto.get("user") and by.user_id not in matter.authors


def may_report(matter: Matter, by: Actor) -> bool:
    """Whoever vetoed, the compliance head, or whoever keeps the minutes of the body that answers; none who has a part."""
    run = keeping.last_run(matter)
    if by.user_id is None or by.user_id in matter.authors or (run is not None and runs.is_shut_out(run, by)):
        return False
    return by.user_id == matter.veto.get("user") or hands.is_head(matter, by) or hands.is_secretary(matter, by)


def _require_reporter(matter: Matter, by: Actor) -> None:
    if not may_report(matter, by):
        raise Denied(
            _("Only whoever vetoed, the compliance head or the secretary of the leading body reports a veto."),
            fix=_("Ask %(name)s.") % {"name": matter.veto.get("by", "")},
        )
