"""Special guidelines born from findings: problems others found in fields of high risk, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from guiju.access.actor import Actor
from guiju.governance.policies import guiding, library
from guiju.governance.policies.gaps import GUIDELINE, Gap
from guiju.governance.policies.guiding import FINDINGS, SOURCES, Fields
from guiju.governance.policies.terms import DRAFT, ISSUED, PLANS, REGISTER
from guiju.org.places import Seat
from guiju.registers.models import Entry

MOST = 100


@dataclass(frozen=True, slots=True)
class Share:
    """Of the problems of one source, how many a guideline answers."""

    source: str
    total: int
    answered: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that no guideline in force answers; `draft` is one being drafted, `plan` a row that plans one.

    Both are of the problem, or else of its field.
    """

    entry: Entry
    is_high: bool
    draft: Entry | None
    plan: Entry | None


@dataclass(frozen=True, slots=True)
class Guideline:
    """A guideline and the problem that it answers, if it names one."""

    entry: Entry
    finding: Entry | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the page shows.

    `count` are all open problems that no guideline of their field covers, `others` those outside the fields of high
    risk.
    """

    findings: tuple[Finding, ...]
    guidelines: tuple[Guideline, ...]
    shares: tuple[Share, ...]
    high: Mapping[str, int]
    #: Fields without a guideline, as the overview of the library has them; told of one firm, not of all levels.
    missing: tuple[Gap, ...]
    #: Problems whose field has a guideline in force that does not name them, and how many there are.
    ruled: tuple[Guideline, ...]
    ruled_count: int
    count: int
    others: int
    judged: int


def answers(*, by: Actor, seat: Seat, below: bool = False, everything: bool = False) -> Answers:
    """Problems not answered yet, guidelines with theirs, and the share answered by source."""
    found = library.rows(by, FINDINGS, seat, below=below).filter(kind__in=SOURCES)
    fields = library.guideline_fields(by, seat, below=below)
    missing = [] if below or seat.through is not None else library.guideline_gaps(by, seat, fields)
    planned = {gap.field: gap.plan for gap in missing if gap.plan is not None}
    declined = [code for code, plan in planned.items() if plan.status == "not_needed"]
    waiting = found.filter(~guiding.answered(ISSUED), ~guiding.judged()).exclude(level__in=declined)
    ruled = waiting.filter(level__in=list(fields.issued)).exclude(guiding.answered(DRAFT))
    waiting = waiting.exclude(pk__in=ruled.values("pk"))
    risky = Q(level__in=list(fields.high)) | Q(flag_1=True)
    counted = waiting.aggregate(all=Count("pk"), risky=Count("pk", filter=risky))
    # Where nobody has rated any risk as high, it is not known which fields are risky: everything is shown.
    shown = waiting if everything or not fields.high else waiting.filter(risky)
    return Answers(
        findings=_findings(shown, risky, fields, planned),
        guidelines=_guidelines(by, seat, below=below),
        shares=_shares(found),
        high=fields.high,
        missing=tuple(missing),
        ruled=_ruled(ruled, fields),
        ruled_count=ruled.count(),
        count=counted["all"],
        others=counted["all"] - counted["risky"],
        judged=found.filter(guiding.judged()).count(),
    )


def _ruled(rows: QuerySet[Entry], fields: Fields) -> tuple[Guideline, ...]:
    shown = rows.select_related("unit", "department").order_by("-on", "-pk")[:MOST]
    return tuple(Guideline(fields.issued[row.level], row) for row in shown)


def _shares(found: QuerySet[Entry]) -> tuple[Share, ...]:
    told = found.annotate(ok=guiding.answered(ISSUED)).order_by().values_list("kind", "ok").annotate(n=Count("pk"))
    counts = {(kind, ok): n for kind, ok, n in told}
    return tuple(
        Share(source, counts.get((source, True), 0) + counts.get((source, False), 0), counts.get((source, True), 0))
        for source in SOURCES
    )


def _findings(shown: QuerySet[Entry], risky: Q, fields: Fields, planned: Mapping[str, Entry]) -> tuple[Finding, ...]:
    """Those of high risk first, then the latest; with drafts and plans that are under way, for them or their field."""
    first = Case(When(risky, then=Value(0)), default=Value(1), output_field=IntegerField())
    joined = shown.annotate(_first=first).select_related("unit", "department", "owner")
    rows = list(joined.order_by("_first", "-on", "-pk")[:MOST])
    uids = [row.uid for row in rows]
    drafts = _by_ref(
        Entry.objects.filter(register=REGISTER, ref_1__in=uids, status=DRAFT).select_related("unit"), "ref_1"
    )
    plans = _by_ref(Entry.objects.filter(register=PLANS, ref_2__in=uids, status="planned"), "ref_2")
    return tuple(
        Finding(
            row,
            row._first == 0,
            drafts.get(row.uid) or fields.drafted.get(row.level),
            plans.get(row.uid) or planned.get(row.level),
        )
        for row in rows
    )


def _by_ref(rows: QuerySet[Entry], name: str) -> dict[UUID, Entry]:
    return {getattr(row, name): row for row in rows.order_by("-pk")}


def _guidelines(by: Actor, seat: Seat, *, below: bool) -> tuple[Guideline, ...]:
    held = library.rows(by, REGISTER, seat, below=below).filter(level=GUIDELINE, status__in=(ISSUED, DRAFT))
    rows = list(held.select_related("unit", "department").order_by("-on", "-pk")[:MOST])
    named = {row.ref_1 for row in rows if row.ref_1 is not None}
    # Only problems that this actor sees are named.
    seen = library.rows(by, FINDINGS, seat, below=below).filter(uid__in=named) if named else Entry.objects.none()
    by_uid = {row.uid: row for row in seen}
    return tuple(Guideline(row, by_uid.get(row.ref_1) if row.ref_1 is not None else None) for row in rows)
