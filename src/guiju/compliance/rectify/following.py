"""Tasks follow the ledger: the owner's while it is open, another's to accept it once submitted, none when closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_noop as _n

from guiju.compliance.rectify.terms import ABOUT, ACCEPT_WITHIN, CLOSED, OPEN, REGISTER, SUBMITTED
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.changes import Change
from guiju.registers.models import Entry, EntryBody
from guiju.workflow.owners import Offices
from guiju.workflow.settling import HOUSE, Settling, Wanted, house, matters

DO, ACCEPT = "do", "accept"
_BACK = _n("Sent back: %(reason)s")
_SHOWN = ("status", "owner_id", "person_id", "due_on", "title", "department_id")


def on_rows(changes: Sequence[Change]) -> None:
    """Rows of the ledger were written."""
    found = [change for change in changes if change.register == REGISTER and _matters(change)]
    if found:
        _Rectifying(found).run()


def _matters(change: Change) -> bool:
    """A row that comes in closed asks for nothing."""
    if change.before is None and change.after is not None:
        return bool(change.after["status"] != CLOSED)
    return matters(change, _SHOWN)


def on_accountabilities(changes: Sequence[Change]) -> None:
    """A decision on a violation that names its rectification is noted there."""
    named = {
        change.after["ref_1"]: change.uid
        for change in changes
        if change.register == "accountabilities" and change.after is not None and change.after["ref_1"]
        and (change.before is None or change.before["ref_1"] != change.after["ref_1"])
    }  # fmt: skip
    if not named:
        return
    rows = Entry.objects.filter(register=REGISTER, uid__in=named, ref_2__isnull=True).select_related("unit", "body")
    for row in rows:
        values = {"accountability": named[row.uid], "accountable": True}
        registers.update(entry=row, values=values, version=row.version, by=HOUSE)


class _Rectifying(Settling):
    about, register = ABOUT, REGISTER
    titles = {DO: _n("Rectify: %(title)s"), ACCEPT: _n("Accept the rectification: %(title)s")}
    holders = {DO: "owner_id", ACCEPT: "person_id"}

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(changes)
        self.submitters, self.offices = self._judges()

    def _judges(self) -> tuple[dict[str, int], Offices | None]:
        """Who submitted, and who could accept: asked only where something waits for acceptance."""
        waiting = [change for change in self.changes if change.after and change.after["status"] == SUBMITTED]
        if not waiting:
            return {}, None
        rows = EntryBody.objects.filter(entry__uid__in=[change.uid for change in waiting])
        named = {str(uid): str(by) for uid, by in rows.values_list("entry__uid", "data__submitted_by") if by}
        people = {str(uid): pk for uid, pk in Person.objects.filter(uid__in=named.values()).values_list("uid", "pk")}
        submitters = {uid: people[by] for uid, by in named.items() if by in people}
        return submitters, Offices({change.after["unit_id"] for change in waiting if change.after}, on=clock.today())

    def wanted(self, change: Change) -> Wanted | None:
        row = change.after
        if row is None or row["status"] not in {OPEN, SUBMITTED}:
            return None
        if row["status"] == OPEN:
            back = change.before is not None and change.before["status"] == SUBMITTED and change.reason
            note = house(_BACK, reason=change.reason) if back else ""
            return Wanted(DO, Role.DEPARTMENT_OFFICER, row["owner_id"], row["due_on"], note)
        root = self.units[row["unit_id"]].root_id or row["unit_id"]
        due_on = self.calendars.of(root).add(clock.today(), ACCEPT_WITHIN)
        involved = {row["owner_id"], self.submitters.get(change.uid)}
        named = row["person_id"] if row["person_id"] not in involved else None
        return Wanted(ACCEPT, self._judge(row, involved), named, due_on, kept_day=True)

    def _judge(self, row: Mapping[str, Any], involved: set[int | None]) -> str:
        """The compliance head; where that is the owner or the one who submitted it, the first responsible person."""
        assert self.offices is not None
        heads = {one.person_id for one in self.offices.people(row["unit_id"], Role.COMPLIANCE_HEAD)}
        return Role.FIRST_RESPONSIBLE if heads and heads <= involved else Role.COMPLIANCE_HEAD
