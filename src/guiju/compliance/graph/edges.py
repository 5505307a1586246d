"""Reading edges: confirmed links and references of fields, for many records at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from guiju.compliance.enums import LinkState
from guiju.compliance.graph import shape
from guiju.compliance.models import Link
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry, EntryBody

#: Uids in one question: well below what SQLite takes as parameters.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Edge:
    """A joint between two records: a link with its state, or a field that refers (`field`)."""

    one: UUID
    one_register: str
    other: UUID
    other_register: str
    link: UUID | None = None
    field: str = ""
    state: str = LinkState.CONFIRMED
    why: str = ""
    version: int = 0

    def beyond(self, uid: UUID) -> tuple[UUID, str]:
        """The other end."""
        return (self.other, self.other_register) if uid == self.one else (self.one, self.one_register)


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The two ends as a link keeps them."""
    return (one, other) if one.hex < other.hex else (other, one)


def of_links(uids: Collection[UUID], *, states: Collection[str] = (LinkState.CONFIRMED,)) -> list[Edge]:
    """The links at these records; one query per 5,000."""
    found: dict[UUID, Edge] = {}
    for some in chunks(uids):
        rows = Link.objects.filter(Q(low__in=some) | Q(high__in=some), state__in=list(states))
        columns = ("uid", "low", "low_register", "high", "high_register", "state", "why", "version")
        for uid, low, low_register, high, high_register, state, why, version in rows.values_list(*columns):
            found[uid] = Edge(low, low_register, high, high_register, uid, "", state, why, version)
    return list(found.values())


def of_fields(nodes: Iterable[tuple[UUID, str]]) -> list[Edge]:
    """What fields of registers say about these records, in both directions."""
    given = dict(nodes)
    wanted = set(given.values())
    outgoing = {holder: (field, to) for holder, field, column, to in shape.FIELDS if holder in wanted and column}
    incoming = {holder: (field, to) for holder, field, column, to in shape.FIELDS if to in wanted and column}
    found: list[Edge] = []
    for some in chunks(given):
        asked = Q(uid__in=some, register__in=outgoing) if outgoing else Q(pk__in=[])
        if incoming:
            asked |= Q(ref_1__in=some, register__in=incoming)
        if not (outgoing or incoming):
            continue
        rows = Entry.objects.filter(asked, ref_1__isnull=False).values_list("uid", "register", "ref_1")
        for uid, register, ref in rows:
            field, to = (outgoing | incoming)[register]
            assert ref is not None
            if given.get(uid, register) == register and given.get(ref, to) == to:
                found.append(Edge(uid, register, ref, to, None, field))
    return [*found, *_of_bodies(given)]


def _of_bodies(given: dict[UUID, str]) -> Iterator[Edge]:
    """References that stand in the body only: the rectifications of a risk, kept by the same unit."""
    mine = [uid for uid, register in given.items() if register == "rectifications"]
    for uid, data in EntryBody.objects.filter(entry__uid__in=mine).values_list("entry__uid", "data") if mine else ():
        if (known := as_uid(data.get("risk") or "")) is not None:
            yield Edge(uid, "rectifications", UUID(known), "risk_list", None, "risk")
    risks = [uid for uid, register in given.items() if register == "risk_list"]
    if not risks:
        return
    units = Entry.objects.filter(uid__in=risks).values("unit_id")
    rows = EntryBody.objects.filter(entry__register="rectifications", entry__unit__in=units)
    rows = rows.filter(data__risk__in=[str(uid) for uid in risks])
    for uid, risk in rows.values_list("entry__uid", "data__risk"):
        yield Edge(uid, "rectifications", UUID(risk), "risk_list", None, "risk")


def clauses_of(uids: Collection[UUID]) -> list[Edge]:
    """The one reference of a field along which a change is carried: the clauses of a rule, and the rule of a clause."""
    found: list[Edge] = []
    for some in chunks(uids):
        rows = Entry.objects.filter(register="policy_clauses", ref_1__isnull=False)
        rows = rows.filter(Q(uid__in=some) | Q(ref_1__in=some))
        pairs = rows.values_list("uid", "ref_1")
        found += [Edge(uid, "policy_clauses", ref, "policies", None, "policy") for uid, ref in pairs if ref]
    return found


def chunks(uids: Iterable[UUID]) -> Iterator[list[UUID]]:
    """In pieces that a query takes."""
    every = list(uids)
    for at in range(0, len(every), CHUNK):
        yield every[at : at + CHUNK]
