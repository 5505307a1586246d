"""Proposals from the words of rows: made by the machine, confirmed by people only, never made twice once refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import edges, mentions, shape, words
from guiju.compliance.graph.mentions import Found, Names, Node
from guiju.compliance.models import Link
from guiju.jobs import backend
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.org.places import company_of
from guiju.org.tree import own
from guiju.registers import search
from guiju.registers import spec as specs
from guiju.registers.models import Entry

#: More rows of a unit than this are read by a job, not while somebody waits.
WHILE_WAITING = 2_000
#: Rows in which a new name is looked for when it is saved.
HOLDERS = 200
#: Mentions without a record that one page shows.
MISSING = 200
_HOUSE = system("guiju")
_HOLDERS = tuple(mentions.READ)
NAMED = ("obligations", "risk_list", "controls", "posts", "process_list", "policy_clauses", "policies")
_COLUMNS = ("uid", "register", "unit_id", "root_id", "department_id", "title", "number", "text_1", "text_3")


def nodes(rows: QuerySet[Entry], *, bodies: bool) -> list[Node]:
    """Rows as proposals need them."""
    columns = (*_COLUMNS, "body__data") if bodies else _COLUMNS
    return [_node(row) for row in rows.values_list(*columns)]


def _node(row: Sequence[Any]) -> Node:
    """From the columns above, with the body or without."""
    return Node(*row)


def _live(rows: QuerySet[Entry], registers: Collection[str]) -> QuerySet[Entry]:
    asked = Q(pk__in=[])
    for code in registers:
        asked |= Q(register=code) & ~Q(status__in=shape.ENDED.get(code, frozenset()))
    return rows.filter(asked)


# --- one row that was just saved ------------------------------------------------------------------------------------


def of_rows(unit_id: int, uids: Sequence[UUID]) -> int:
    """Propose from the words of a few rows of one unit, and from those of others that name them. Four queries or so."""
    changed = nodes(_live(Entry.objects.filter(uid__in=uids), (*_HOLDERS, *NAMED)), bodies=True)
    if not changed:
        return 0
    company = Entry.objects.filter(own(company_of(Unit.objects.get(pk=unit_id))))
    held = nodes(_live(company, NAMED).exclude(uid__in=uids)[: WHILE_WAITING + 1], bodies=False)
    if len(held) > WHILE_WAITING:
        later(unit_id)
        return 0
    found = list(mentions.match(changed, Names([*held, *changed])))
    found += mentions.match(_naming(company, changed, uids), Names(changed))
    return store(found)


def _naming(company: QuerySet[Entry], changed: Iterable[Node], uids: Sequence[UUID]) -> list[Node]:
    """Rows in whose words the name of a changed one occurs."""
    asked = Q(pk__in=[])
    for name in {name for node in changed for name in _names_of(node)}:
        asked |= Q(pk__in=search.narrow(Entry.objects.all(), name).values("pk"))
    if not asked:
        return []
    return nodes(_live(company, _HOLDERS).exclude(uid__in=uids).filter(asked).order_by("-pk")[:HOLDERS], bodies=True)


def _names_of(node: Node) -> list[str]:
    """The words under which a record is looked for; a law goes by its short name too."""
    if node.register == "obligations":
        return [words.document(item.name) for item in words.cited(node.source)][:3] or [node.title]
    if node.register == "policy_clauses":
        return [words.document(node.source)]
    if node.register == "process_list":
        return [node.process] if node.process else []
    return [words.document(node.title)] if node.register in NAMED else []


# --- a whole unit ---------------------------------------------------------------------------------------------------


def ask(*, unit: Unit, by: Actor) -> int | None:
    """Propose for everything a unit or department keeps; None when it is so much that a job does it."""
    check.require(by, Permission.REGISTER_ENTRY_EDIT, unit)
    if _of(unit).count() > WHILE_WAITING:
        later(unit.pk, by=by)
        return None
    with transaction.atomic():
        return of_unit(unit)


def later(unit_id: int, *, by: Actor | None = None) -> None:
    """Have a job read the unit; one is enough however many rows have changed."""
    from guiju.compliance.graph import tasks

    backend.enqueue(tasks.propose, by=by, unique_key=f"graph.propose:{unit_id}", unit_id=unit_id)


def of_unit(unit: Unit) -> int:
    """Compare the words of all rows of a unit, or of a department's rows with all of its company's."""
    names = Names(nodes(_live(Entry.objects.filter(own(company_of(unit))), NAMED), bodies=False))
    made = 0
    batch: list[Found] = []
    for holder in _read(unit):
        batch += mentions.match([holder], names)
        if len(batch) >= WHILE_WAITING:
            made, batch = made + store(batch), []
    return made + store(batch)


def _of(unit: Unit) -> QuerySet[Entry]:
    return _live(Entry.objects.filter(own(unit)), shape.NODES)


def _read(unit: Unit) -> Iterator[Node]:
    rows = _of(unit).filter(register__in=_HOLDERS).values_list(*_COLUMNS, "body__data")
    for row in rows.iterator(chunk_size=1_000):
        yield _node(row)


# --- keeping --------------------------------------------------------------------------------------------------------


def store(found: Iterable[Found]) -> int:
    """Keep what is new: nothing where a link stands already in whatever state, nothing across trees or odd pairs."""
    fresh: dict[tuple[UUID, UUID], Found] = {}
    for one in found:
        if shape.may_link(one.holder.register, one.meant.register) and one.holder.root_id == one.meant.root_id:
            fresh.setdefault(edges.ordered(one.holder.uid, one.meant.uid), one)
    if not fresh:
        return 0
    for held in _there({uid for pair in fresh for uid in pair}):
        fresh.pop(held, None)
    now = clock.now()
    rows = [_row(pair, one, now) for pair, one in fresh.items()]
    # Somebody else may be saving the other end at this moment: then his proposal stands.
    Link.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(pair: tuple[UUID, UUID], one: Found, now: datetime) -> Link:
    low, high = pair
    first, second = (one.holder, one.meant) if one.holder.uid == low else (one.meant, one.holder)
    item = specs.get(one.holder.register).by_code[one.mention.field]
    return Link(
        root_id=first.root_id, unit_id=one.holder.unit_id, low=low, low_register=first.register, high=high,
        high_register=second.register, state=LinkState.PROPOSED, why=mentions.why(one, item.label("zh")),
        made_at=now, made_by=_HOUSE.name,
    )  # fmt: skip


def _there(uids: Collection[UUID]) -> Iterator[tuple[UUID, UUID]]:
    for some in edges.chunks(uids):
        yield from Link.objects.filter(low__in=some).values_list("low", "high")
    # Said already by a field that refers.
    for edge in edges.clauses_of(uids):
        yield edges.ordered(edge.one, edge.other)


# --- what the lists mention and no register holds -------------------------------------------------------------------


@dataclass(slots=True)
class Missing:
    """Something that rows mention and that has no record yet."""

    kind: str
    register: str
    name: str
    clause: str
    rows: list[Node]
    words: str
    department_id: int | None = None


#: What becomes of a mention without a record.
BECOMES = {"law": "obligations", "rule": "policy_clauses", "control": "controls", "post": "posts"}


def missing(unit: Unit) -> tuple[list[Missing], bool]:
    """What a unit's lists mention and its registers lack, the most mentioned first; true when not all was read."""
    holders = nodes(_of(unit).filter(register__in=_HOLDERS).order_by("-pk")[: WHILE_WAITING + 1], bodies=True)
    known = _live(Entry.objects.filter(own(company_of(unit))), NAMED)
    names = Names(nodes(known[: WHILE_WAITING * 10], bodies=False))
    found: dict[tuple[str, str, str, int | None], Missing] = {}
    for holder in holders[:WHILE_WAITING]:
        for mention in mentions.mentions(holder):
            _miss(found, holder, mention, names)
    ranked = sorted(found.values(), key=lambda one: (-len(one.rows), one.kind, one.name, one.clause))
    return ranked[:MISSING], len(holders) > WHILE_WAITING


def _miss(found: dict[Any, Missing], holder: Node, mention: mentions.Mention, names: Names) -> None:
    kind = mention.kind
    if kind not in BECOMES or names.meant(mention, department=holder.department_id):
        return
    cited = mention.document
    if cited is None and kind == "control" and not words.SHORTEST <= len(mention.words) <= 60:
        return
    if kind == "rule" and holder.register == "policy_clauses":
        return
    if cited is not None and kind == "rule" and names.meant(mention._replace(kind="law"), department=None):
        return
    name, clause = (cited.name, cited.clause) if cited is not None else (mention.words, "")
    department = holder.department_id if kind in {"post", "control"} else None
    becomes = "policies" if kind == "rule" and not clause else BECOMES[kind]
    key = (kind, words.document(name) if cited else words.plain(name), clause, department)
    one = found.setdefault(key, Missing(kind, becomes, name, clause, [], mention.words, department))
    if all(row.uid != holder.uid for row in one.rows):
        one.rows.append(holder)


def counts(found: Iterable[Missing]) -> dict[str, int]:
    """How many of each kind."""
    total: dict[str, int] = defaultdict(int)
    for one in found:
        total[one.kind] += 1
    return dict(total)
