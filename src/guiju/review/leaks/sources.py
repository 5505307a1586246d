"""Deeds and reviews as registers, versions of rules and passes hold them: a constant number of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from guiju.governance import queries as governance
from guiju.lib import clock, pairing
from guiju.org.enums import UnitKind
from guiju.org.models import LAST, Unit
from guiju.registers.models import Entry, EntryBody
from guiju.review import entered, gate, ledger, routing
from guiju.review.enums import ConditionState
from guiju.review.enums import MatterState as S
from guiju.review.leaks.facts import ANY, Condition, Deed, File, Review, Source, Threshold
from guiju.review.leaks.merging import contract_key
from guiju.review.models import Matter, Pass, Unasked
from guiju.workflow.routes import rules
from guiju.workflow.routes.models import Run

CONTRACTS, POLICIES, ITEMS, REVIEWS = "contracts", "policies", "agenda_items", "reviews"
#: Behind the number of what another system did before its pass was issued.
_EARLY = "|before|"
_WITHIN = (UnitKind.DEPARTMENT, UnitKind.BRANCH)


@dataclass(slots=True)
class Companies:
    """The legal entities looked at, and to which of them each unit belongs."""

    by_code: dict[str, Unit]
    home: dict[int, str]
    where: Q
    _limits: dict[str, list[Threshold]] = field(default_factory=dict)

    def thresholds(self, code: str) -> list[Threshold]:
        """From which amounts on the company's route asks more of a contract."""
        if code not in self._limits:
            self._limits[code] = thresholds(self.by_code[code])
        return self._limits[code]


def companies(unit: Unit, *, below: bool) -> Companies:
    """A company with its departments and branches, or with every company below it."""
    rows = Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST).order_by("path")
    found, home, skipped = {unit.code: unit}, {unit.pk: unit.code}, set[int]()
    for one in rows:
        if one.pk == unit.pk:
            continue
        if one.kind in _WITHIN and one.parent_id in home:
            home[one.pk] = home[one.parent_id]
        elif below and one.parent_id not in skipped:
            found[one.code], home[one.pk] = one, one.code
        else:
            skipped.add(one.pk)
    where = Q(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST) if below else Q(unit_id__in=list(home))
    return Companies(found, home, where)


def thresholds(unit: Unit) -> list[Threshold]:
    """The rows of the unit's route that begin at an amount and may hold for a contract at home."""
    _route, rows = routing.table(unit)
    found = []
    for row in rows:
        when = row.when
        fits = (not when.kinds or "contract" in when.kinds) and not when.overseas and not when.major and not when.levels
        if when.amount_from is not None and fits:
            found.append(Threshold(when.amount_from, row.name, frozenset(step.part for step in row.steps)))
    return found


# --- what was carried out -------------------------------------------------------------------------------------------


def deeds(held: Companies, *, until: date | None = None) -> list[Deed]:
    """Contracts signed, rules issued and amended, major decisions taken, up to today."""
    day = until or clock.today()
    found = [*_contracts(held, day), *_policies(held, day), *_decisions(held, day)]
    known = {deed.key: deed for deed in found}
    return _unlike([*found, *(deed for deed in _unasked(held, day) if not _is_told(deed, known))])


def _is_told(deed: Deed, known: Mapping[str, Deed]) -> bool:
    """Is there a record of the same number? One that names a later day does not tell what was done before the pass."""
    number, early, _uid = deed.key.partition(_EARLY)
    record = known.get(number)
    if record is None or not early:
        return record is not None
    return record.begun_on < deed.on or (record.begun_on == deed.on and not deed.is_before)


def _rows(held: Companies, register: str, day: date) -> QuerySet[Entry]:
    return Entry.objects.filter(held.where, register=register, on__lte=day).order_by("on", "pk")


_PLAIN = ("uid", "unit_id", "number", "title", "text_1", "amount", "on", "ref_1", "file_count", "pk", "owner__name",
          "owner__user_id")  # fmt: skip


def _contracts(held: Companies, day: date) -> list[Deed]:
    rows = list(_rows(held, CONTRACTS, day).values_list(*_PLAIN))
    files = _files([row[9] for row in rows if row[8]])
    return [
        Deed(
            key=contract_key(held.home[unit], number) if pairing.number_key(number) else f"{held.home[unit]}|{uid}",
            unit=held.home[unit], kind="contract", title=title, on=on, number=number, party=party, amount=amount,
            named=(str(review),) if review else (), files=files.get(pk, ()), owner=owner or "", owner_user=user,
            source=Source(register=CONTRACTS, uid=str(uid)),
        )
        for uid, unit, number, title, party, amount, on, review, _count, pk, owner, user in rows
        if unit in held.home
    ]  # fmt: skip


def _files(ids: Iterable[int]) -> dict[int, tuple[File, ...]]:
    wanted = list(ids)
    found: dict[int, tuple[File, ...]] = {}
    for at in range(0, len(wanted), 5_000):
        rows = EntryBody.objects.filter(entry_id__in=wanted[at : at + 5_000]).values_list("entry_id", "data__files")
        found |= {pk: files_of(given) for pk, given in rows}
    return found


def files_of(given: Iterable[Mapping[str, Any]] | None) -> tuple[File, ...]:
    """Documents as records list them."""
    return tuple(
        File(str(one["digest"]), str(one.get("name") or "").rpartition(".")[2].lower())
        for one in given or ()
        if one.get("digest")
    )


def _policies(held: Companies, day: date) -> list[Deed]:
    rows = _rows(held, POLICIES, day).filter(status__in=["issued", "repealed"])
    names = ("uid", "unit_id", "number", "title", "on", "owner__name", "owner__user_id")
    versions: dict[UUID, list[governance.Issued]] = {}
    for version in governance.issued(held.home):
        versions.setdefault(version.policy, []).append(version)
    found = []
    for uid, unit, number, title, on, owner, user in rows.values_list(*names):
        if unit not in held.home:
            continue
        later = versions.get(uid, [])
        first = Deed(
            key=f"{held.home[unit]}|policy|{uid}", unit=held.home[unit], kind="policy", title=title, on=on, number=number,
            files=files_of(later[0].files) if later else (), owner=owner or "", owner_user=user,
            source=Source(register=POLICIES, uid=str(uid)),
        )  # fmt: skip
        found += [first, *(_amended(first, one) for one in later[1:] if one.issued_on <= day)]
    return found


def _amended(first: Deed, version: governance.Issued) -> Deed:
    """A later version is a deed of its own; the rate counts the rule once, on the day it was issued."""
    return Deed(
        key=f"{first.key}|{version.number}", unit=first.unit, kind=first.kind, title=version.title,
        on=version.issued_on, number=version.document_number, files=files_of(version.files), owner=first.owner,
        owner_user=first.owner_user, source=first.source, is_counted=False,
    )  # fmt: skip


def _decisions(held: Companies, day: date) -> list[Deed]:
    rows = _rows(held, ITEMS, day).filter(flag_1=True, kind="decide", level__in=["agreed", "amended"])
    names = ("uid", "unit_id", "title", "on", "text_1", "person__name", "person__user_id")
    return [
        Deed(
            key=f"{held.home[unit]}|decision|{uid}", unit=held.home[unit], kind="decision", title=title, on=on,
            named=pairing.several(named), owner=owner or "", owner_user=user, source=Source(register=ITEMS, uid=str(uid)),
        )
        for uid, unit, title, on, named, owner, user in rows.values_list(*names)
        if unit in held.home
    ]  # fmt: skip


def _unasked(held: Companies, day: date) -> list[Deed]:
    """What another system did while the gate could not be reached, and told afterwards."""
    rows = list(Unasked.objects.filter(held.where, went_on=True).exclude(kind="").order_by("acted_at", "pk"))
    issued = _first_passes([one.matter for one in rows if one.code == gate.BEFORE and one.matter is not None])
    return [
        Deed(
            key=contract_key(held.home[one.unit_id], one.ref) + (f"{_EARLY}{one.uid}" if one.code == gate.BEFORE else ""),
            is_before=one.code == gate.BEFORE and issued.get(one.matter) == clock.day_of(one.acted_at),
            unit=held.home[one.unit_id], kind="contract",
            title=f"{one.system} {one.ref}".strip(), on=clock.day_of(one.acted_at), number=one.ref,
            files=(File(one.digest, ANY),), source=Source(register="unasked", file=one.system, sheet=one.doing), is_counted=False,
        )
        for one in rows
        if one.unit_id in held.home and clock.day_of(one.acted_at) <= day
    ]  # fmt: skip


def _first_passes(matters: Iterable[UUID]) -> dict[UUID | None, date]:
    """The day on which the first pass of each matter was issued."""
    rows = Pass.objects.filter(matter__uid__in=set(matters)).order_by("-pk").values_list("matter__uid", "issued_at")
    return {uid: clock.day_of(at) for uid, at in rows}


def _unlike(found: Sequence[Deed]) -> list[Deed]:
    """No two with one key: a number that stands in two records of a company is two deeds."""
    from dataclasses import replace

    seen: dict[str, int] = {}
    unlike = []
    for deed in found:
        count = seen[deed.key] = seen.get(deed.key, 0) + 1
        unlike.append(deed if count == 1 else replace(deed, key=f"{deed.key}#{deed.source.uid}"))
    return unlike


# --- reviews --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Beside:
    """What matters add to the rows of the register: papers, conditions, the way they went."""

    matters: dict[UUID, Matter] = field(default_factory=dict)
    loose: list[Matter] = field(default_factory=list)
    steps: dict[UUID, frozenset[str]] = field(default_factory=dict)
    told: dict[UUID, entered.Told] = field(default_factory=dict)


def reviews(held: Companies) -> list[Review]:
    """The rows of the review register with what their matters add, and matters that have no row yet.

    What was entered by hand of a matter that did not pass here says nothing: the matter itself stands beside it.
    """
    beside = _beside(held)
    names = (
        "uid",
        "unit_id",
        "number",
        "title",
        "kind",
        "level",
        "on",
        "done_on",
        "text_2",
        "text_3",
        "text_4",
        "amount",
    )
    rows = Entry.objects.filter(held.where, register=REVIEWS, on__isnull=False).order_by("pk").values_list(*names)
    found = [_entered(held, values, beside) for values in rows if _speaks(values, held, beside)]
    found += [_under_way(held, one) for one in beside.loose if one.unit_id in held.home]
    return found


def _speaks(values: tuple[Any, ...], held: Companies, beside: _Beside) -> bool:
    told = beside.told.get(values[0])
    return values[1] in held.home and told is not None and told.bar != entered.STOPPED


def _beside(held: Companies) -> _Beside:
    found = _Beside(told=entered.told(held.where, held.home))
    rows = Matter.objects.filter(held.where).exclude(state=S.DRAFT)
    for one in rows.prefetch_related("papers", "conditions", "passes"):
        if one.entry is None:
            found.loose.append(one)
        else:
            found.matters[one.entry] = one
    runs = Run.objects.filter(held.where, about="review").order_by("round")
    for about, steps, position in runs.values_list("about_uid", "steps", "position"):
        found.steps[about] = frozenset(rules.step_of(step).part for step in steps[:position])
    return found


def _entered(held: Companies, values: tuple[Any, ...], beside: _Beside) -> Review:
    uid, unit, _number, title, kind, outcome, on, until, about, party, alias, amount = values
    matter, told = beside.matters.get(uid), beside.told[uid]
    passed = not told.bar and ledger.has_passed(outcome, until)
    return Review(
        key=str(uid), unit=held.home[unit], kind=entered.rate_of(kind), title=title, on=on,
        until=until, number=told.number, about=pairing.several(about), aliases=tuple(filter(None, (alias,))), party=party,
        amount=amount, state="" if passed else _state(matter, told, outcome), entered=told.since,
        source=Source(register=REVIEWS, uid=str(matter.uid if matter is not None else uid), file="matter" if matter else ""),
        **(_of_matter(matter, beside) if matter is not None and passed else {}),
    )  # fmt: skip


def _state(matter: Matter | None, told: entered.Told, outcome: str) -> str:
    """Why it did not pass."""
    if told.bar == entered.OWN:
        return entered.OWN
    return str(matter.state) if matter is not None else outcome


def _of_matter(matter: Matter, beside: _Beside) -> dict[str, Any]:
    papers = [one for one in matter.papers.all() if one.until_round is None]
    ended = [one for one in matter.passes.all() if one.revoked_at is not None]
    return {
        "files": files_of([{"digest": one.digest, "name": one.name} for one in papers]),
        "conditions": tuple(
            Condition(one.text, one.due_on, one.before, one.settled_on if one.state == ConditionState.MET else None)
            for one in matter.conditions.all()
            if one.state != ConditionState.DROPPED
        ),
        "parts": beside.steps.get(matter.uid, frozenset()),
        "ended": "withdrawn" if matter.state == S.VOID and ended else "",
    }


def _under_way(held: Companies, matter: Matter) -> Review:
    form = matter.form
    return Review(
        key=str(matter.uid), unit=held.home[matter.unit_id], kind=entered.rate_of(matter.kind), title=matter.title,
        on=clock.day_of(matter.submitted_at or matter.recorded_at), number=matter.number,
        about=pairing.several(str(form.get("contract_number") or "")), aliases=tuple(filter(None, (matter.ref,))),
        party=str(form.get("party") or ""), amount=matter.amount, state=str(matter.state),
        source=Source(register=REVIEWS, uid=str(matter.uid), file="matter"),
    )  # fmt: skip
