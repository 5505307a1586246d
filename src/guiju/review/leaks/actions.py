"""What becomes of the findings of the leak finder; `looking` looks.

set_aside(finding, reason, by, version)       -> it is none, and why; never by whoever carried it out
rectify(finding, values, by, version)         -> a row of the register of rectifications
take_up(finding, by, version)                 -> open again
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.review import keeping
from guiju.review.enums import LeakState
from guiju.review.leaks import asking, following, wording
from guiju.review.models import LeakFinding, LeakSettlement
from guiju.trail import header

RECTIFICATIONS = "rectifications"
#: Where a rectification says that its problem comes from: what the system noticed.
SOURCE = "monitoring"
#: What somebody says of a rectification; where it comes from and what it rests on are known.
ASKED = ("problem", "due_on", "owner", "department", "measures")


@transaction.atomic
def set_aside(*, finding: LeakFinding, reason: str, by: Actor, version: int | None = None) -> LeakSettlement:
    """It is no leak, and why: a person says so, not the one who carried it out."""
    row = _open(finding, by, version)
    said = letters.clean(reason)[:1000]
    if not said:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("Say why this is no leak."))])
    owners = {deed.get("owner_user") for deed in finding.sides.get("deeds", ())} - {None}
    if by.user_id in owners:
        raise Denied(
            _("Who carried something out does not set aside what was found on it."),
            fix=_("Ask another member of the compliance department."),
        )
    row.state, row.reason = LeakState.ASIDE, said
    return _settled(row, by=by, reason=said)


@transaction.atomic
def rectify(
    *, finding: LeakFinding, values: Mapping[str, object], by: Actor, version: int | None = None
) -> LeakSettlement:
    """The finding becomes a rectification: `values` says at least who puts it right by when; the rest is known."""
    row = _open(finding, by, version)
    known = {
        "problem": wording.sentence(finding)[:200], "source": SOURCE, "basis": wording.basis(finding)[:200],
        "found_on": clock.day_of(finding.run.made_at).isoformat(),
    }  # fmt: skip
    given = {code: value for code, value in values.items() if code in ASKED and value not in (None, "")}
    entry = registers.create(
        register=RECTIFICATIONS, unit=finding.unit, by=by, reason=wording.kind(finding.kind), values=known | given
    )
    row.state, row.rectification = LeakState.RECTIFIED, entry.uid
    return _settled(row, by=by)


def _settled(row: LeakSettlement, *, by: Actor, reason: str = "") -> LeakSettlement:
    kept = following.told(row, by=by, reason=reason)
    asking.follow(row.unit)
    return kept


@transaction.atomic
def take_up(*, finding: LeakFinding, by: Actor, version: int | None = None) -> LeakSettlement:
    """What was set aside is open again."""
    check.require(by, P.REVIEW_MATTER_MANAGE, finding.unit)
    row = _held(finding, version)
    if row.state != LeakState.ASIDE:
        raise _moved(row)
    row.state, row.reason = LeakState.OPEN, ""
    asking.again(row.unit, row.key)
    return following.told(row, by=by, reason="")


def _open(finding: LeakFinding, by: Actor, version: int | None) -> LeakSettlement:
    check.require(by, P.REVIEW_MATTER_MANAGE, finding.unit)
    row = _held(finding, version)
    if row.state != LeakState.OPEN:
        raise _moved(row)
    return row


def _held(finding: LeakFinding, version: int | None) -> LeakSettlement:
    writing.lock_value("leak", finding.unit_id, finding.key)
    row = LeakSettlement.objects.select_for_update().filter(unit=finding.unit, key=finding.key).first()
    if row is None:
        row = LeakSettlement(unit=finding.unit, key=finding.key, state=LeakState.OPEN, version=0)
    if version is not None and row.version != version:
        raise _moved(row)
    row.kind, row.title = finding.kind, finding.title
    return row


def _moved(row: LeakSettlement) -> Conflict:
    problem = Conflict(
        _("This finding is “%(state)s” already.") % {"state": LeakState(row.state).label},
        fix=_("Reload the page and look at it again."), code="leaks.settled",
    )  # fmt: skip
    problem.data = {"state": str(row.state), "version": row.version, "by": row.by, "reason": row.reason}
    return problem


def live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Versions and states as verification of the trail compares them."""
    rows = LeakSettlement.objects.filter(uid__in=[UUID(one) for one in ids])
    return {str(row.uid): (row.version, header.state_digest(following.content(row))) for row in rows}


def settled_ids() -> Iterable[str]:
    """All of them."""
    return (str(uid) for uid in LeakSettlement.objects.order_by().values_list("uid", flat=True).iterator())
