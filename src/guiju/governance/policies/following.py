"""What happens when rows of the library are written, by whatever page, file or call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access.actor import Actor, system
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import effects, enforcing, keeping, reviewing, telling
from guiju.governance.policies.terms import DRAFT, ISSUED, REGISTER, REPEALED
from guiju.lib import clock
from guiju.lib.errors import Conflict
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.trail.events import Action

HOUSE = system("guiju")


def on_rows(changes: Sequence[Change]) -> None:
    """Rows of registers changed."""
    mine = [change for change in changes if change.register == REGISTER]
    if not mine:
        return
    _refuse_twice([change for change in mine if _arrives(change)])
    _follow([change for change in mine if change.before is not None])


# --- never two in force ---------------------------------------------------------------------------------------------


def _arrives(change: Change) -> bool:
    """Is something in force under a name under which it was not before?"""
    before, after = change.before, change.after
    if after is None or after["status"] != ISSUED:
        return False
    return before is None or any(before[name] != after[name] for name in ("status", "title", "unit_id"))


def _refuse_twice(arrivals: Sequence[Change]) -> None:
    """Two rules of one name in force at the same unit: the later one is refused, and told which one stands there."""
    if not arrivals:
        return
    fresh: dict[tuple[int, str], Change] = {}
    for change in arrivals:
        after = _columns(change)
        first = fresh.setdefault((after["unit_id"], keeping.bare(after["title"])), change)
        if first is not change:
            raise keeping.twice(Entry.objects.get(uid=first.uid), after["title"])
    names = {name for change in arrivals for name in keeping.spellings(_columns(change)["title"])}
    units = {change.unit_id for change in arrivals}
    keeping.hold_names(units)
    there = Entry.objects.filter(register=REGISTER, unit_id__in=units, status=ISSUED, title__in=names)
    for other in there.exclude(uid__in=[change.uid for change in arrivals]):
        same = fresh.get((other.unit_id, keeping.bare(other.title)))
        if same is not None:
            raise keeping.twice(other, _columns(same)["title"])


def _columns(change: Change) -> Mapping[str, Any]:
    assert change.after is not None
    return change.after


# --- versions follow their record -----------------------------------------------------------------------------------


def _follow(changes: Sequence[Change]) -> None:
    for change in changes:
        before, after = change.before, change.after
        assert before is not None
        if after is None:
            _removed(change)
        elif before["status"] == DRAFT and after["status"] == ISSUED:
            _issued(change, by=_by(after))
        elif after["status"] == REPEALED and before["status"] != REPEALED:
            enforcing.end(_entry(change), reason=change.reason, by=_by(after))
        else:
            _renamed(change)
            if after["status"] == ISSUED:
                _corrected(change, by=_by(after))


def _entry(change: Change) -> Entry:
    return Entry.objects.select_related("unit", "department", "body").get(uid=change.uid)


def _by(after: Mapping[str, Any]) -> Actor:
    """What follows is the machine's, in the name of whoever wrote the record."""
    return system(str(after["recorded_by"]))


def _issued(change: Change, *, by: Actor) -> None:
    row = PolicyVersion.objects.select_related("unit").filter(policy=change.uid, state=S.IN_FORCE).first()
    if row is not None:
        effects.follow(_entry(change), row, None, by=by)


def _put_right(before: Mapping[str, Any], after: Mapping[str, Any], row: PolicyVersion) -> dict[str, Any]:
    """What its version says otherwise than the record that was put right: name, number, the day of a stock."""
    fields = {"title": ("title", 200), "number": ("document_number", 60)}
    says: dict[str, Any] = {
        field: str(after[name])[:room]
        for name, (field, room) in fields.items()
        if before[name] != after[name] and after[name]
    }
    if before["on"] != after["on"] and row.approved_at is None and row.issued_on == before["on"]:
        says["issued_on"] = after["on"]
        if row.in_force_on == before["on"]:
            says["in_force_on"] = after["on"]
    return {field: value for field, value in says.items() if getattr(row, field) != value}


def _corrected(change: Change, *, by: Actor) -> None:
    """Name, number or day of a rule in force were put right in the register: its version says the same."""
    before, after = change.before, _columns(change)
    assert before is not None
    if all(before[name] == after[name] for name in ("title", "number", "on")):
        return
    row = PolicyVersion.objects.select_related("unit").filter(policy=change.uid, state=S.IN_FORCE).first()
    wrong = _put_right(before, after, row) if row is not None else {}
    if row is None or not wrong:
        return
    for name, value in wrong.items():
        setattr(row, name, value)
    keeping.save(row, Action.POLICY_VERSION_CHANGED, by=by, reason=change.reason, changed=sorted(wrong))


def _renamed(change: Change) -> None:
    """A draft is called what its record is called; while it is under review, or approved, its name stays."""
    before, after = change.before, _columns(change)
    assert before is not None
    if before["title"] == after["title"] or after["status"] == REPEALED:
        return
    row = PolicyVersion.objects.select_related("unit").filter(policy=change.uid, state__in=AT_WORK).first()
    if row is None or row.title in {after["title"], ""} or row.title != before["title"]:
        return
    if row.state == S.DRAFT:
        row.title = after["title"][:200]
        writer = keeping.writer_of(change.uid)
        if writer is not None and writer not in row.authors:
            row.authors = [*row.authors, writer]
        keeping.save(row, Action.POLICY_VERSION_CHANGED, by=_by(after), reason=change.reason, changed=["title"])
    elif after["status"] == DRAFT:
        raise Conflict(
            _("Version %(number)d of “%(title)s” is under review; its name stays as it was submitted.")
            % {"number": row.number, "title": row.title},
            fix=_("Have it sent back first, then change the name in the draft."),
            where="name",
            code="policy.under_review",
        )


def _removed(change: Change) -> None:
    """A record that was entered by mistake is gone: what belonged to it ends."""
    for row in PolicyVersion.objects.select_related("unit").filter(
        policy=UUID(change.uid), state__in=(*AT_WORK, S.IN_FORCE)
    ):
        row.state = S.REPEALED if row.state == S.IN_FORCE else S.WITHDRAWN
        row.ended_on = clock.today()
        row.end_reason = change.reason[:1000]
        keeping.save(row, Action.POLICY_VERSION_ENDED, by=HOUSE, reason=row.end_reason)
        reviewing.give_up(row, reason=row.end_reason, by=HOUSE)
        telling.forget(row, by=HOUSE)
