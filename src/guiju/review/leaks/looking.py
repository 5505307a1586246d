"""Looking for leaks: at once, or as a job.

look(unit, period, below, handed, by)    -> LeakRun with its findings: one look, kept
begin(unit, period, below, handed, by)   -> Job that looks; its result names the run, or why there is none
nightly()                                -> how many companies have something new since they were last looked through
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import IO, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.files import store
from guiju.jobs import backend, lease
from guiju.jobs.models import Job
from guiju.lib import clock, hashing
from guiju.lib.errors import Denied, Problem
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.review.enums import LedgerKind
from guiju.review.leaks import asking, following, ledgers, merging, sources, spans, wording
from guiju.review.leaks import finding as finder
from guiju.review.leaks.facts import Terms
from guiju.review.leaks.finding import Result
from guiju.review.leaks.ledgers import Ledger
from guiju.review.models import LeakFinding, LeakRun
from guiju.trail import log as trail
from guiju.trail.events import Action

OBJECT = "leak_run"
#: Who looks at night.
HOUSE = system("guiju")
MOST_FILES, MOST_FINDINGS = 12, 20_000
_ENDINGS = ("xlsx", "csv")
#: What a look goes through after its files: registers, reviews, judging, keeping.
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Handed:
    """A ledger as somebody hands it in; `kind` is empty where it is to be found out."""

    name: str
    source: IO[bytes]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """The same, kept by its digest."""

    digest: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """What is looked through: a company, all levels below it or not, in a period."""

    unit: Unit
    below: bool
    period: str
    days: tuple[date, date]


def look(*, unit: Unit, period: str, by: Actor, below: bool = False, handed: Sequence[Handed] = ()) -> LeakRun:
    """Look once and keep what was found."""
    within = _within(unit, period, below, by)
    return make(within, keep(handed, by), by=by)


def begin(*, unit: Unit, period: str, by: Actor, below: bool = False, handed: Sequence[Handed] = ()) -> Job:
    """Have it looked in the background; the same look asked for twice is made once."""
    from guiju.review.leaks import tasks

    _within(unit, period, below, by)
    files = [asdict(one) for one in keep(handed, by)]
    wanted = hashing.digest(hashing.canonical([period, below, files])).hex()[:24]
    return backend.enqueue(
        tasks.look, by=by, title=_("Looking for leaks of review: %(unit)s") % {"unit": unit.label},
        unique_key=f"{job_key(unit)}:{by.user_id}:{wanted}", unit=unit.pk, period=period, below=below, files=files,
        user=by.user_id, name=by.name, uid=str(uuid4()),
    )  # fmt: skip


def job_key(unit: Unit) -> str:
    """How the names of the jobs begin that look through a company."""
    return f"leaks:{unit.pk}"


def made_by(job: Job) -> UUID:
    """The run that a job makes, or has made."""
    return UUID(job.arguments["kwargs"]["uid"])


def _within(unit: Unit, period: str, below: bool, by: Actor) -> Within:
    if unit.kind != UnitKind.COMPANY:
        raise Problem("review.unit", _("Leaks are looked for in a company."), status=422)
    check.require(by, P.REVIEW_MATTER_MANAGE, unit)
    if below and not scope.scope(by, P.REVIEW_MATTER_MANAGE).covers_below(unit):
        raise Denied(
            _("All levels are looked through by who looks after all of them."), fix=_("Look at this unit alone.")
        )
    return Within(unit, below, period, spans.days(period))


def again(*, unit: Unit, period: str, below: bool, files: Sequence[Stored], by: Actor, uid: UUID) -> LeakRun:
    """What a job does; after a crash that came too late the run is there already."""
    done = LeakRun.objects.filter(uid=uid).first()
    return done or make(_within(unit, period, below, by), files, by=by, uid=uid)


def make(
    within: Within, files: Sequence[Stored], *, by: Actor, uid: UUID | None = None,
    wanted: Callable[[LeakRun, Result], bool] = lambda _run, _result: True, asked: Callable[[LeakRun], None] | None = None,
) -> LeakRun:  # fmt: skip
    """Read, pair, judge and keep. Reading and judging take their time, so they come before the transaction."""
    unit, steps = within.unit, len(files) + _STEPS
    read, told = _read(files, steps)
    held = sources.companies(unit, below=within.below)
    merged = merging.merge(read)
    found = merging.deeds(merged, unit=unit.code, known=sources.deeds(held))
    lease.progress(len(files) + 1, steps)
    given = sources.reviews(held)
    lease.progress(len(files) + 2, steps)
    result = finder.find(found.deeds, given, thresholds=held.thresholds, terms=Terms(clock.today()), within=within.days)
    lease.progress(len(files) + 3, steps)
    run = LeakRun(
        uid=uid or uuid4(), unit=unit, root_id=unit.root_id or unit.pk, below=within.below, period=within.period,
        starts_on=within.days[0], ends_on=within.days[1], ledgers=told, looked=result.looked,
        counts=dict(finder.by_kind(result.leaks)), undated=len(found.undated),
        matched=merged.counts() if len(merged.kinds) > 1 else {}, made_at=clock.now(), by=by.name[:80],
        rates=_rates(result, held),
    )  # fmt: skip
    return _kept(run, result, held, by, asked) if wanted(run, result) else run


def _rates(result: Result, held: sources.Companies) -> list[dict[str, Any]]:
    return [
        {
            "unit": one.unit, "name": held.by_code[one.unit].name, "kind": one.kind, "n": one.n, "ok": one.ok,
            "clean": one.clean, "against": one.against, "beside": one.beside,
        }
        for one in result.rates
    ]  # fmt: skip


@transaction.atomic
def _kept(
    run: LeakRun, result: Result, held: sources.Companies, by: Actor, asked: Callable[[LeakRun], None] | None
) -> LeakRun:
    run.save()
    rows = _rows(run, result, held)
    LeakFinding.objects.bulk_create(rows, batch_size=500)
    following.settle(rows)
    trail.record(
        Action.REVIEW_LEAKS_FOUND, by=by, unit=run.unit, object_type=OBJECT, object_id=str(run.uid), object_version=1,
        title=wording.period(run.period),
        content={
            "period": run.period, "below": run.below, "ledgers": [one["digest"] for one in run.ledgers],
            "counts": run.counts, "rates": run.rates, "looked": run.looked,
        },
    )  # fmt: skip
    asking.follow(run.unit)
    if asked is not None:
        asked(run)
    return run


def _rows(run: LeakRun, result: Result, held: sources.Companies) -> list[LeakFinding]:
    told = {key for rate in result.rates for key in (*(one.deed.key for one in rate.exceptions), *rate.noted)}
    return [
        LeakFinding(
            run=run, ordinal=place, unit=held.by_code[leak.deed.unit], kind=leak.kind, key=following.key_of(leak),
            why=leak.why, title=leak.deed.title[:200], on=leak.deed.on, amount=leak.amount,
            sides=wording.sides(leak, told=told),
        )
        for place, leak in enumerate(result.leaks[:MOST_FINDINGS], 1)
    ]  # fmt: skip


# --- ledgers --------------------------------------------------------------------------------------------------------


def keep(handed: Sequence[Handed], by: Actor) -> list[Stored]:
    """Put the files away before anything is read of them."""
    if len(handed) > MOST_FILES:
        raise Problem(
            "leaks.files", _("These are more than %(most)d files.") % {"most": MOST_FILES}, where="files", status=422
        )
    for one in handed:
        _refuse(one)
    return [Stored(store.save(one.source, name=one.name, by=by).digest, one.name, one.kind) for one in handed]


def _refuse(one: Handed) -> None:
    if one.kind and one.kind not in LedgerKind.values:
        raise Problem("leaks.kind", _("There is no such kind of ledger."), where="kind", status=422)
    if one.name.rpartition(".")[2].lower() not in _ENDINGS:
        raise Problem(
            "ledger.kind", _("A ledger comes as an Excel workbook (.xlsx) or a text table (.csv)."),
            fix=_("Save it in one of these forms, and choose that file."), where=one.name, status=422,
        )  # fmt: skip


def _read(files: Sequence[Stored], steps: int) -> tuple[list[Ledger], list[dict[str, Any]]]:
    found: list[Ledger] = []
    told: list[dict[str, Any]] = []
    for place, one in enumerate(files):
        lease.progress(place, steps)
        read = ledgers.read(store.path_of(one.digest), name=one.name, kind=one.kind)
        found += read
        told += [
            {
                "digest": one.digest, "name": one.name, "kind": str(each.kind), "sheet": each.sheet,
                "rows": len(each.lines), "totals": each.totals,
                "doubts": [{"where": where, "text": text} for where, text in each.doubts[:20]],
                "doubted": len(each.doubts), "unread": list(each.unread[:20]), "lacking": list(each.lacking),
            }
            for each in read
        ]  # fmt: skip
    return found, told


def read_again(run: LeakRun) -> list[Ledger]:
    """The ledgers of a run, from the files that were kept."""
    files = {(str(one["digest"]), str(one["name"])): str(one["kind"]) for one in run.ledgers}
    kinds = {(str(one["digest"]), str(one["sheet"])): str(one["kind"]) for one in run.ledgers}
    found = []
    for digest, name in files:
        for ledger in ledgers.read(store.path_of(digest), name=name):
            ledger.kind = kinds.get((digest, ledger.sheet), ledger.kind)
            found.append(ledger)
    return found


# --- every night ----------------------------------------------------------------------------------------------------


def nightly() -> int:
    """Look through the registers of every company that carries anything out; a run is kept where something is new."""
    wanted = Entry.objects.filter(register__in=[sources.CONTRACTS, sources.POLICIES, sources.ITEMS])
    units = Unit.objects.filter(pk__in=wanted.values("root_id"), kind=UnitKind.COMPANY).order_by("path")
    every = [one for top in units for one in sources.companies(top, below=True).by_code.values()]
    kept = 0
    for place, unit in enumerate(every):
        lease.progress(place, len(every))
        if unit.kind != UnitKind.COMPANY:
            continue
        within = Within(unit, False, spans.YEAR, spans.days(spans.YEAR))
        run = make(within, (), by=HOUSE, wanted=_is_news, asked=asking.ask)
        kept += run.pk is not None
    return kept


def _is_news(run: LeakRun, result: Result) -> bool:
    """Is it other than what the last look over the same registers found?"""
    last = (
        LeakRun.objects.filter(unit=run.unit, below=False, period=run.period, ledgers=[]).order_by("-made_at", "-pk").first()
    )  # fmt: skip
    if last is None:
        return bool(result.leaks)
    before = set(LeakFinding.objects.filter(run=last).values_list("key", flat=True))
    return before != {following.key_of(leak) for leak in result.leaks[:MOST_FINDINGS]}
