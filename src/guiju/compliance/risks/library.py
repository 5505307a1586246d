"""The library: risks that a group has drawn up and shares with every unit below, and what became of them there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.compliance.models import Taken
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Unit
from guiju.org.places import rows_q
from guiju.org.tree import ancestor_paths, own, subtree
from guiju.registers import actions as registers
from guiju.registers import queries as entries
from guiju.registers import search, writing
from guiju.registers.models import Entry, EntryVersion
from guiju.trail import log as trail
from guiju.trail.events import Action

REGISTER, RISKS = "risk_library", "risk_list"
#: What the units below see of a shared entry, and take over; nothing else of it.
SHARED = ("number", "name", "field", "business", "behaviour", "consequence", "basis", "level", "measure")
COPIED = ("name", "field", "business_1", "business", "behaviour", "cause", "consequence", "basis", "duty", "measure")
MOST = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """A shared risk as a unit below sees it."""

    uid: UUID
    title: str
    unit: Unit
    version: int
    values: Mapping[str, Any]
    taken: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """A risk that was taken over, and what has changed in the library since."""

    risk: Entry
    source: Entry | None
    taken: Taken | None
    is_withdrawn: bool
    #: (field code, as it was taken over, as the library has it now, as we have it)
    changes: tuple[tuple[str, Any, Any, Any], ...]

    @property
    def taken_version(self) -> int:
        """The version of the answer that was seen; 0 where nobody answered yet."""
        return self.taken.version if self.taken else 0


def shared(unit: Unit, *, words: str = "", field: str = "") -> QuerySet[Entry]:
    """The shared entries of the units above, with their values."""
    rows = Entry.objects.filter(
        register=REGISTER, status="shared", root_id=unit.root_id or unit.pk, unit__path__in=ancestor_paths(unit.path)
    )
    if field:
        rows = rows.filter(kind=field)
    if words.strip():
        rows = search.narrow(rows, words)
    return rows.select_related("unit", "body").order_by("unit__path", "kind", "number", "pk")


def shared_uids(unit: Unit) -> frozenset[str]:
    """Which of them a row of the unit may refer to."""
    return frozenset(map(str, shared(unit).order_by().values_list("uid", flat=True)))


def offers(*, unit: Unit, by: Actor, words: str = "", field: str = "", most: int = MOST) -> list[Offer]:
    """What this unit may choose from: a deliberate sharing by the unit above, of these columns only."""
    _require_some(by, Permission.REGISTER_ENTRY_VIEW, unit)
    rows = list(shared(unit, words=words, field=field)[:most])
    mine = Entry.objects.filter(register=RISKS, unit=_company(unit), ref_1__in=[row.uid for row in rows], status="open")
    counts = dict(mine.order_by().values_list("ref_1").annotate(n=Count("pk")))
    return [_offer(row, counts.get(row.uid, 0)) for row in rows]


def _offer(row: Entry, taken: int) -> Offer:
    values = {code: row.body.data.get(code) for code in SHARED}
    return Offer(row.uid, row.title, row.unit, row.version, values, taken)


def _require_some(by: Actor, permission: Permission, unit: Unit) -> None:
    if not check.touches(by, permission, unit):
        check.require(by, permission, unit)


def _company(unit: Unit) -> Unit:
    """The company whose list it is: risks of a department are kept by its company."""
    from guiju.compliance.risks import reach

    return reach.companies([unit])[unit.pk]


@transaction.atomic
def take(*, unit: Unit, department: Unit | None, uids: Iterable[UUID], by: Actor) -> list[Entry]:
    """Take shared risks over into the unit's own list; what is there already is left out."""
    company = _company(unit)
    part = department or (unit if unit.pk != company.pk else None)
    check.require(by, Permission.REGISTER_ENTRY_CREATE, company, part)
    if part is not None and not part.path.startswith(company.path):
        raise NotFound(_("There is no such department here."))
    wanted = set(uids)
    if not wanted or len(wanted) > MOST:
        raise Problem(
            "library.choose",
            _("No risk was chosen.") if not wanted else _("Too many risks at once."),
            fix=_("Tick up to %(most)s risks.") % {"most": MOST},
            status=422,
        )
    writing.lock_value("library", company.pk, part.pk if part is not None else 0)
    rows = list(shared(company).filter(uid__in=wanted))
    if len(rows) != len(wanted):
        raise NotFound(_("Some of these risks are not shared any more."), fix=_("Look at the library again."))
    mine = rows_q(company, part) if part is not None else Q(unit=company, department__isnull=True)
    there = Entry.objects.filter(mine, register=RISKS, ref_1__in=wanted, status="open")
    known = set(there.values_list("ref_1", flat=True))
    made = [_take(row, company, part, by=by) for row in rows if row.uid not in known]
    now = clock.now()
    Taken.objects.bulk_create(
        [
            Taken(
                risk=risk.uid, unit=company, source=source.uid, source_version=source.version, recorded_at=now,
                by=by.name[:80],
            )
            for risk, source in made
        ]
    )  # fmt: skip
    return [risk for risk, _source in made]


def _take(row: Entry, company: Unit, part: Unit | None, *, by: Actor) -> tuple[Entry, Entry]:
    values: dict[str, Any] = {code: row.body.data[code] for code in COPIED if row.body.data.get(code)}
    values |= {"level": row.body.data.get("level"), "library": str(row.uid), "measured": bool(values.get("measure"))}
    if part is not None:
        values["department"] = str(part.uid)
    reason = _("From the library of %(unit)s") % {"unit": row.unit.name}
    given = {code: value for code, value in values.items() if value is not None}
    return registers.create(register=RISKS, unit=company, values=given, by=by, reason=reason), row


def news(*, unit: Unit, by: Actor, all_levels: bool = False) -> list[News]:
    """Risks of the unit whose source has changed or is no longer shared: a fixed number of questions."""
    company = _company(unit)
    rows = entries.visible(by, RISKS, within=unit if unit.pk == company.pk else None).filter(
        ref_1__isnull=False, status="open"
    )
    rows = rows if all_levels else rows.filter(own(company))
    mine = list(rows.select_related("body", "unit", "department").order_by("number", "pk")[: 4 * MOST])
    if not mine:
        return []
    above = ancestor_paths(company.path) if not all_levels else None
    sources = Entry.objects.filter(register=REGISTER, uid__in={risk.ref_1 for risk in mine}, root_id=company.root_id)
    if above is not None:
        sources = sources.filter(unit__path__in=above)
    by_uid = {row.uid: row for row in sources.select_related("body", "unit")}
    taken = {row.risk: row for row in Taken.objects.filter(risk__in=[risk.uid for risk in mine])}
    moved = [
        (risk, by_uid.get(risk.ref_1), taken.get(risk.uid))
        for risk in mine
        if risk.ref_1 is not None and _is_news(risk, by_uid.get(risk.ref_1), taken.get(risk.uid))
    ]
    return [one for one in _compared(moved) if one.is_withdrawn or one.changes]


def _is_news(risk: Entry, source: Entry | None, taken: Taken | None) -> bool:
    if source is None:
        return taken is not None and taken.was_shared
    if source.status == "draft":
        return False
    is_shared = source.status == "shared"
    if taken is None:
        return not is_shared or source.recorded_at > risk.created_at
    return source.version != taken.source_version or (is_shared != taken.was_shared)


def _compared(moved: Sequence[tuple[Entry, Entry | None, Taken | None]]) -> list[News]:
    wanted = {(source.uid, taken.source_version) for _risk, source, taken in moved if source and taken}
    past = EntryVersion.objects.filter(uid__in={uid for uid, _number in wanted}) if wanted else ()
    old = {(row.uid, row.version): row.data for row in past}
    found = []
    for risk, source, taken in moved:
        is_withdrawn = (source is None or source.status != "shared") and (taken is None or taken.was_shared)
        changes: tuple[tuple[str, Any, Any, Any], ...] = ()
        if source is not None:
            now, ours = source.body.data, risk.body.data
            then = old.get((source.uid, taken.source_version), now) if taken else ours
            changes = tuple(
                (code, then.get(code), now.get(code), ours.get(code))
                for code in (*COPIED, "level")
                if then.get(code) != now.get(code)
            )
        found.append(News(risk, source, taken, is_withdrawn, changes))
    return found


@transaction.atomic
def settle(*, risk: Entry, take_over: bool, version: int, seen: int, by: Actor) -> Entry:
    """Take over what the library has now, or keep our own; `version` of the risk, `seen` of the source."""
    check.require(by, Permission.REGISTER_ENTRY_EDIT, risk.unit, risk.department)
    origin = risk.ref_1
    if origin is None:
        raise NotFound(_("This risk does not come from a library."))
    held = Taken.objects.select_for_update().filter(risk=risk.uid).first()
    source = Entry.objects.select_related("body", "unit").filter(register=REGISTER, uid=origin).first()
    if source is not None and source.unit.path not in ancestor_paths(risk.unit.path):
        source = None
    if source is not None and source.version != seen:
        raise Conflict(_("The library has changed again in the meantime."), fix=_("Look at the newest version first."))
    if take_over:
        risk = _take_over(risk, source, version, by=by)
    is_shared = source is not None and source.status == "shared"
    row = held or Taken(risk=risk.uid, unit=risk.unit, source=origin, version=0)
    row.source_version = source.version if source is not None else row.source_version or 0
    row.was_shared, row.version = is_shared, row.version + 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        Action.MARK_SETTLED, by=by, unit=risk.unit, object_type="library_use", object_id=str(risk.uid),
        object_version=row.version, title=risk.title,
        content={**state(row), "about": {"taken_over": take_over}},
    )  # fmt: skip
    return risk


def state(row: Taken) -> dict[str, object]:
    """What the trail commits to."""
    return {"source": str(row.source), "source_version": row.source_version, "was_shared": row.was_shared}


def _take_over(risk: Entry, source: Entry | None, version: int, *, by: Actor) -> Entry:
    if source is None or source.status != "shared":
        raise Conflict(_("This risk is no longer shared."), fix=_("Keep your own, or mark the risk as gone."))
    data = source.body.data
    values = {code: data.get(code) for code in COPIED}
    if not risk.count_1 and data.get("level"):
        values["level"] = data["level"]
    reason = _("From the library of %(unit)s") % {"unit": source.unit.name}
    return registers.update(entry=risk, values=values, version=version, by=by, reason=reason)


def uses(unit: Unit) -> dict[UUID, int]:
    """How many units below use each entry of this unit's library: one query; only the number is told."""
    rows = Entry.objects.filter(register=RISKS, unit__in=subtree(unit), status="open", ref_1__isnull=False)
    rows = rows.filter(ref_1__in=Entry.objects.filter(register=REGISTER, unit=unit).values("uid"))
    return dict(rows.order_by().values_list("ref_1").annotate(n=Count("unit", distinct=True)))
