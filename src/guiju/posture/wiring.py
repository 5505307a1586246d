"""Which test instances prove which requirement: kept in tables, read once per pack version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guiju.lib import hashing
from guiju.packs.models import Pack, Requirement
from guiju.posture import evidence, programme
from guiju.posture.evidence.kinds import Asked
from guiju.posture.models import RequirementTest, TestInstance
from guiju.posture.programme import Calendar, Rule, Terms


@dataclass(frozen=True, slots=True)
class Instance:
    """An evidence test with its parameters."""

    pk: int
    test: Asked
    params: Any
    reads: frozenset[str]

    @property
    def explain(self) -> str:
        """The question in full."""
        return self.test.explain(self.params)


@dataclass(frozen=True, slots=True)
class Wired:
    """What the engine must know of a requirement; `at` is its place in `Standing.statuses`."""

    pk: int
    code: str
    at: int
    sizes: frozenset[str]
    applies: Mapping[str, Any]
    group: str
    addressed: bool
    judgement: bool
    #: The test instances in order; those of one inner tuple are alternatives.
    places: tuple[tuple[int, ...], ...]
    #: When it is due, if the document says so.
    when: Rule | None = None
    #: The requirements a task of the document is asked in.
    covers: tuple[str, ...] = ()

    @property
    def instances(self) -> tuple[int, ...]:
        """All test instances."""
        return tuple(pk for place in self.places for pk in place)


@dataclass(frozen=True, slots=True)
class Wiring:
    """One version of a pack, ready for the engine."""

    pack_id: int
    requirements: tuple[Wired, ...]
    instances: Mapping[int, Instance]
    by_code: Mapping[str, Wired]
    #: The attributes of units on which requirements branch.
    attributes: tuple[str, ...]
    #: What applies in which circumstances, filled as they occur.
    profiles: dict[object, Any]
    #: The document's own dates, and the deadlines under the terms of adoptions, filled as they occur.
    calendar: Calendar
    #: Does the document set dates at all?
    dated: bool
    deadlines: dict[Terms, tuple[date | None, ...]]

    def dues(self, terms: Terms) -> tuple[date | None, ...]:
        """Per requirement the last day on which it is not late yet; empty when the document sets no dates."""
        if not self.dated:
            return ()
        if terms not in self.deadlines:
            self.deadlines[terms] = tuple(
                programme.first_due(row.when, self.calendar, terms) for row in self.requirements
            )
        return self.deadlines[terms]


#: What tells one content of a pack from another: its digest, and when it was loaded.
Stamp = tuple[str, datetime]

_read: dict[int, tuple[Stamp, Wiring]] = {}


def of(pack_ids: Iterable[int]) -> dict[int, Wiring]:
    """The wiring of packs by id, read once per content.

    Another process may replace a pack under the same id, and a load may be rolled back after this one has read it,
    so one short query asks each time whether what is at hand still holds.
    """
    found: dict[int, Wiring] = {}
    for pack in Pack.objects.filter(pk__in=set(pack_ids)).only("digest", "loaded_at"):
        # The stamp is older than what is read after it: a load in between is noticed at the next question.
        stamp = (pack.digest, pack.loaded_at)
        held = _read.get(pack.pk)
        if held is None or held[0] != stamp:
            held = _read[pack.pk] = (stamp, _load(pack))
        found[pack.pk] = held[1]
    return found


def one(pack: Pack) -> Wiring:
    """The wiring of one pack as the caller read it, which is at most as old as the catalogue."""
    held = _read.get(pack.pk)
    if held is not None and held[0] == (pack.digest, pack.loaded_at):
        return held[1]
    return of([pack.pk])[pack.pk]


def forget(packs: Sequence[Pack] = ()) -> None:
    """Read packs anew at the next question."""
    for pack in packs:
        _read.pop(pack.pk, None)
    if not packs:
        _read.clear()


def key(name: str, params: Mapping[str, Any]) -> str:
    """The one name of a test with parameters, the same in every pack."""
    return hashlib.sha256(hashing.canonical({"test": name, "params": dict(params)})).hexdigest()


def wire(pack: Pack) -> None:
    """Write the instances and links of a pack, dropping links that are gone."""
    links: list[tuple[int, int, str]] = []
    wanted: dict[str, tuple[str, dict[str, Any]]] = {}
    for requirement in Requirement.objects.filter(pack=pack).only("pk", "tests"):
        for order, place in enumerate(requirement.tests):
            # Alternatives share one place in the order.
            for ref in place.get("any") or [place]:
                params = canonical(ref["test"], ref.get("params") or {})
                name = key(ref["test"], params)
                wanted[name] = (ref["test"], params)
                links.append((requirement.pk, order, name))
    TestInstance.objects.bulk_create(
        [TestInstance(test=test, params=params, key=name) for name, (test, params) in wanted.items()],
        ignore_conflicts=True,
    )
    ids = dict(TestInstance.objects.values_list("key", "pk"))
    RequirementTest.objects.filter(requirement__pack=pack).delete()
    RequirementTest.objects.bulk_create(
        {
            (requirement, ids[name]): RequirementTest(requirement_id=requirement, instance_id=ids[name], order=order)
            for requirement, order, name in links
        }.values()
    )
    forget([pack])


def canonical(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Checked parameters without those that equal the default, as JSON."""
    test = evidence.get(name)
    dumped: dict[str, Any] = test.Params.model_validate(params).model_dump(mode="json", exclude_defaults=True)
    return dumped


def instance(pk: int, name: str, params: Mapping[str, Any]) -> Instance:
    """An instance with checked parameters."""
    test = evidence.get(name)
    chosen = test.Params.model_validate(params)
    return Instance(pk, test, chosen, test.relations(chosen))


def _load(pack: Pack) -> Wiring:
    links: dict[int, dict[int, list[int]]] = {}
    found: dict[int, Instance] = {}
    rows = RequirementTest.objects.filter(requirement__pack=pack).select_related("instance").order_by("order", "pk")
    for row in rows:
        links.setdefault(row.requirement_id, {}).setdefault(row.order, []).append(row.instance_id)
        if row.instance_id not in found:
            found[row.instance_id] = instance(row.instance_id, row.instance.test, row.instance.params)
    requirements = Requirement.objects.filter(pack=pack).order_by("order", "pk")
    wired = (wired_of(row, at, links.get(row.pk, {}).values()) for at, row in enumerate(requirements))
    return assemble(pack.pk, wired, found, programme.calendar(pack))


def wired_of(row: Requirement, at: int, places: Iterable[Iterable[int]], *, pk: int | None = None) -> Wired:
    """What the engine must know of a requirement, given its place and its test instances."""
    return Wired(
        pk=row.pk if pk is None else pk,
        code=row.code,
        at=at,
        sizes=frozenset(row.sizes),
        applies=row.applies,
        group=row.group,
        addressed=row.addressee == "unit" and row.kind != "definition",
        judgement=row.judgement,
        places=tuple(tuple(place) for place in places),
        when=programme.rule(row.extra),
        covers=tuple((row.extra.get("when") or {}).get("covers") or ()),
    )


def assemble(pack_id: int, rows: Iterable[Wired], instances: Mapping[int, Instance], its: programme.Calendar) -> Wiring:
    """A wiring of its parts."""
    requirements = tuple(rows)
    return Wiring(
        pack_id=pack_id,
        requirements=requirements,
        instances=instances,
        by_code={row.code: row for row in requirements},
        attributes=tuple(sorted({code for row in requirements for code in _branches(row.applies)})),
        profiles={},
        calendar=its,
        dated=its.programme is not None or any(row.when is not None for row in requirements),
        deadlines={},
    )


def _branches(condition: Mapping[str, Any]) -> Iterator[str]:
    if condition.get("attribute"):
        yield condition["attribute"]
    for part in condition.get("any") or ():
        yield from _branches(part)
