"""Setting, confirming, refusing and dropping links between records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import edges, queries, shape
from guiju.compliance.models import Link
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action

EDIT, VIEW = Permission.REGISTER_ENTRY_EDIT, Permission.REGISTER_ENTRY_VIEW
_NAME, _WHY = 80, 300


@transaction.atomic
def link(*, one: Entry, other: Entry, by: Actor, why: str = "") -> Link:
    """Join two records; set by a person it is confirmed at once. A link that is there already is confirmed."""
    _require(one, other, by=by)
    refuse_pair(one, other)
    low, high = sorted((one, other), key=lambda entry: entry.uid.hex)
    held = Link.objects.select_for_update().filter(low=low.uid, high=high.uid).first()
    if held is not None:
        return held if held.state == LinkState.CONFIRMED else _set(held, LinkState.CONFIRMED, low, high, by=by, why=why)
    now = clock.now()
    row = Link(
        root_id=low.root_id, unit_id=home(one, other).unit_id, low=low.uid, low_register=low.register, high=high.uid,
        high_register=high.register, state=LinkState.CONFIRMED, why=why.strip()[:_WHY], made_at=now,
        made_by=by.name[:_NAME], settled_at=now, settled_by=by.name[:_NAME],
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # somebody set the same one at the same moment
        return Link.objects.get(low=low.uid, high=high.uid)
    _record(row, low, high, Action.LINK_SET, by=by)
    return row


@transaction.atomic
def confirm(*, link: Link, by: Actor, version: int | None = None, why: str = "") -> Link:
    """A person says that a proposal is right."""
    return _decide(link, LinkState.CONFIRMED, by=by, version=version, why=why)


@transaction.atomic
def refuse(*, link: Link, by: Actor, version: int | None = None, why: str = "") -> Link:
    """A person says that the two do not belong together; it is not proposed again."""
    return _decide(link, LinkState.REFUSED, by=by, version=version, why=why)


@transaction.atomic
def drop(*, link: Link, by: Actor, version: int | None = None, why: str = "") -> None:
    """Take a link away; words that suggest it may propose it again, unless it was refused."""
    held, low, high = _mine(link, by=by, version=version)
    _record(held, low, high, Action.LINK_DROPPED, by=by, reason=why)
    held.delete()


@transaction.atomic
def decide_many(*, links: Iterable[UUID], confirmed: bool, by: Actor) -> int:
    """Confirm or refuse many proposals under one event; one that is no longer open, or not the actor's, stops it."""
    wanted = set(links)
    rows = list(Link.objects.select_for_update().filter(uid__in=wanted, state=LinkState.PROPOSED).order_by("pk"))
    known = queries.entries({uid for row in rows for uid in (row.low, row.high)}, by=by)
    if len(rows) < len(wanted) or any(row.low not in known or row.high not in known for row in rows):
        raise Conflict(
            _("Some of these proposals are no longer open; nothing was saved."), fix=_("Look at the list again."),
            code="link.settled",
        )  # fmt: skip
    for row in rows:
        _require(known[row.low], known[row.high], by=by)
    state, now = (LinkState.CONFIRMED if confirmed else LinkState.REFUSED), clock.now()
    for row in rows:
        row.state, row.settled_at, row.settled_by, row.version = state, now, by.name[:_NAME], row.version + 1
    Link.objects.bulk_update(rows, ["state", "settled_at", "settled_by", "version"], batch_size=150)
    if rows:
        first = known[rows[0].low]
        trail.record_batch(
            Action.LINK_SET if confirmed else Action.LINK_REFUSED,
            by=by,
            unit=first.unit,
            object_type="link",
            title=title(first, known[rows[0].high]),
            items=((str(row.uid), row.version, content(row)) for row in rows),
        )
    return len(rows)


def _decide(link: Link, state: LinkState, *, by: Actor, version: int | None, why: str) -> Link:
    held, low, high = _mine(link, by=by, version=version)
    return held if held.state == state else _set(held, state, low, high, by=by, why=why)


def _mine(link: Link, *, by: Actor, version: int | None) -> tuple[Link, Entry, Entry]:
    """The link as it is now with both records, if the actor may act on it and nobody was quicker."""
    _row, low, high = queries.find_link(link.uid, by=by)
    held = Link.objects.select_for_update().get(pk=link.pk)
    _require(low, high, by=by)
    if version is not None and held.version != version:
        problem = Conflict(
            _("Somebody else has decided on this link in the meantime: %(state)s.")
            % {"state": LinkState(held.state).label},
            fix=_("Look at it again, then decide."),
            code="link.conflict",
        )
        problem.data = {"version": held.version, "current": {"state": held.state, "by": held.settled_by}}
        raise problem
    return held, low, high


def _set(held: Link, state: LinkState, low: Entry, high: Entry, *, by: Actor, why: str) -> Link:
    before = str(held.state)
    held.state, held.settled_at, held.settled_by = state, clock.now(), by.name[:_NAME]
    held.version += 1
    held.why = why.strip()[:_WHY] or held.why
    held.save(update_fields=["state", "settled_at", "settled_by", "version", "why"])
    action = Action.LINK_REFUSED if state == LinkState.REFUSED else Action.LINK_SET
    _record(held, low, high, action, by=by, before=before)
    return held


def _require(one: Entry, other: Entry, *, by: Actor) -> None:
    """Who may change either record and sees both may join them."""
    for entry in (one, other):
        check.require(by, VIEW, entry.unit, entry.department)
    if not any(check.can(by, EDIT, entry.unit, entry.department) for entry in (one, other)):
        raise Denied(
            _("You may look at these records but not link them."),
            fix=_("Ask the department or compliance office that keeps one of them."),
        )


def refuse_pair(one: Entry, other: Entry) -> None:
    """Two records that cannot be joined: of different trees, the same one, or of kinds that have nothing in common."""
    if one.root_id != other.root_id:
        raise Problem(
            "link.tree",
            _("The two records belong to different enterprises."),
            fix=_("Link records of one group only."),
            status=422,
        )
    if one.uid == other.uid or not shape.may_link(one.register, other.register):
        from guiju.registers import spec as specs

        labels = "、".join(specs.get(code).title() for code in shape.in_order(shape.PARTNERS.get(one.register, ())))
        raise Problem(
            "link.pair",
            _("“%(one)s” and “%(other)s” cannot be linked.") % {"one": one.title, "other": other.title},
            fix=_("Choose a record of: %(registers)s.") % {"registers": labels or "—"},
            status=422,
        )


def home(one: Entry, other: Entry) -> Entry:
    """At whose unit a link is kept: the lower one's, who works with it."""
    return one if len(one.unit.path) >= len(other.unit.path) else other


def content(row: Link) -> dict[str, Any]:
    """What the trail commits to."""
    return {
        "low": str(row.low), "low_register": row.low_register, "high": str(row.high),
        "high_register": row.high_register, "state": str(row.state), "why": row.why,
    }  # fmt: skip


def title(low: Entry, high: Entry) -> str:
    """A link in words."""
    return f"{low.title[:90]} — {high.title[:90]}"


def _record(
    row: Link, low: Entry, high: Entry, action: Action, *, by: Actor, before: str = "", reason: str = ""
) -> None:
    told: Mapping[str, object] = {**content(row), **({"before": {"state": before}} if before else {})}
    trail.record(
        action, by=by, unit=home(low, high).unit, object_type="link", object_id=str(row.uid),
        object_version=row.version, title=title(low, high), content=told, reason=reason,
    )  # fmt: skip


@transaction.atomic
def tied(*, entry: Entry, version: int, by: Actor) -> Entry:
    """Say of an obligation that a measure keeps it: offered where a confirmed link leads to one, never done by itself."""
    from guiju.registers import actions as registers

    kinds = {joint.beyond(entry.uid)[1] for joint in edges.of_links([entry.uid])}
    if entry.register != "obligations" or kinds.isdisjoint(MEASURES):
        raise Problem(
            "obligation.loose",
            _("No confirmed link leads from “%(title)s” to a measure.") % {"title": entry.title},
            fix=_("Link it to the control, clause or process point that keeps it first."),
            status=422,
        )
    return registers.update(entry=entry, values={"measured": True}, version=version, by=by)


#: Joined to one of these, an obligation is tied to a measure.
MEASURES = frozenset({"controls", "process_list", "policy_clauses", "policies"})


def told(count: int, *, confirmed: bool) -> str:
    """What came of a decision on many."""
    if confirmed:
        return ngettext("%(count)d link is confirmed.", "%(count)d links are confirmed.", count) % {"count": count}
    return ngettext(
        "%(count)d proposal is refused and will not be made again.",
        "%(count)d proposals are refused and will not be made again.",
        count,
    ) % {"count": count}
