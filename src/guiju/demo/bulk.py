"""Units, people, records and adoptions by the thousand, for benchmarks and the large demonstration.

Rows are written past the actions (their own speed is measured elsewhere). With an actor they stand on the trail all the
same, a thousand to an event, so that each of them stays provable.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from guiju.access.actor import Actor, system
from guiju.lib import clock, text
from guiju.org import actions as org
from guiju.org.enums import UnitKind
from guiju.org.models import STEP, Person, Unit, UnitAttribute
from guiju.org.tree import next_path, step
from guiju.packs.models import Pack, Requirement
from guiju.posture import actions as posture
from guiju.posture import programme, wiring
from guiju.posture.models import Adoption, AdoptionMode
from guiju.registers import actions, spec, writing
from guiju.registers import rows as register_rows
from guiju.registers.directory import Directory
from guiju.registers.spec import Field, RegisterSpec
from guiju.trail import log as trail
from guiju.trail.events import Action

SIZES = ("medium", "small", "micro")
WORDS = "合规审查采购合同服务项目工程设备租赁咨询软件开发维护物业能源安全培训劳务运输保险担保投资并购转让许可"
_REGIONS = ("东岭", "西陵渡", "南沚", "北坪", "云汀", "青屿", "白石滩", "长堤", "望潮", "鹿鸣")
_TRADES = ("建设工程", "水务", "公共交通", "物业服务", "资产经营", "检测技术", "能源")
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "明强芳丽军洋艳勇杰涛敏静超霞平刚"
_PEOPLE = 3
_CHUNK = 1_000
_DAY = timedelta(days=1)
Told = Callable[[int, int, str], None]


# --- units and people -------------------------------------------------------------------------------------------------


def tree(
    count: int,
    *,
    children: int = 6,
    by: Actor | None = None,
    attributes: Callable[[int], Mapping[str, Any]] | None = None,
) -> list[Unit]:
    """A group whose units have so many children each, with sizes in turn and three people per unit."""
    with transaction.atomic():
        units = _units(count, children)
        _tell(Action.UNIT_CREATED, "unit", units, by, lambda row: (str(row.uid), _told(org.unit_content(row))))
        since = clock.today() if attributes is not None else date(2024, 1, 1)
        dated = [
            UnitAttribute(
                unit=unit, code=code, value=value, from_on=since, recorded_at=unit.recorded_at,
                by=by.name if by else "bench", reason="基准数据" if code == "size_override" else "",
            )
            for number, unit in enumerate(units)
            for code, value in {
                "size_override": SIZES[unit.pk % 3],
                **(attributes(number) if attributes is not None else {}),
            }.items()
        ]  # fmt: skip
        UnitAttribute.objects.bulk_create(dated, batch_size=500)
        _tell(Action.ATTRIBUTE_SET, "attribute", dated, by,
              lambda row: (org.attribute_id(row), _told(org.attribute_content(row))))  # fmt: skip
        people = list(_people(units))
        Person.objects.bulk_create(people, batch_size=500)
        _tell(Action.PERSON_CREATED, "person", people, by, lambda row: (str(row.uid), _told(org.person_content(row))))
    return units


def _units(count: int, children: int) -> list[Unit]:
    """Level by level, so that parents have their ids before their children are made."""
    made: list[Unit] = []
    while len(made) < count:
        first = len(made)
        last = min(first * children + 1, count)  # the children of all that are there
        level = [_unit(number, made[(number - 1) // children] if number else None, children)
                 for number in range(first, last)]  # fmt: skip
        Unit.objects.bulk_create(level, batch_size=500)
        made += level
        if first == 0:
            made[0].root = made[0]
            made[0].save(update_fields=["root"])
    return made


def _unit(number: int, parent: Unit | None, children: int) -> Unit:
    path = f"{parent.path}{step((number - 1) % children + 1)}" if parent else next_path(None)
    name = unit_name(number)
    return Unit(
        code=f"U{number}", name=name, sort_key=text.sort_key(name), kind=UnitKind.COMPANY, parent=parent,
        root=parent.root if parent else None, path=path, depth=len(path) // STEP - 1, recorded_at=clock.now(),
    )  # fmt: skip


def unit_name(number: int) -> str:
    """An invented name; the root is the group itself."""
    if number == 0:
        return "望潮投资控股集团有限公司（演示）"
    place, trade = _REGIONS[number % len(_REGIONS)], _TRADES[number % len(_TRADES)]
    return f"{place}第{number}{trade}有限公司"


def _people(units: Iterable[Unit]) -> Iterator[Person]:
    now = clock.now()
    for unit in units:
        for number in range(_PEOPLE):
            at = unit.pk * _PEOPLE + number
            name = _SURNAMES[at % 16] + _GIVEN[at // 16 % 16] + _GIVEN[at // 256 % 16]
            yield Person(unit=unit, name=name, sort_key=text.sort_key(name), recorded_at=now)


def _told(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"columns": dict(columns)}


def _tell(
    action: Action,
    object_type: str,
    rows: Sequence[Any],
    by: Actor | None,
    told: Callable[[Any], tuple[str, Mapping[str, Any]]],
    *,
    title: str = "",
) -> None:
    """The rows on the trail, a thousand to an event."""
    if by is None or not rows:
        return
    items = ((uid, 1, content) for uid, content in map(told, rows))
    trail.record_batch(action, by=by, unit=_root(), object_type=object_type, items=items, title=title)


def _root() -> Unit:
    return Unit.objects.filter(parent=None).order_by("pk")[0]


# --- records ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Round:
    """When a share of the records is entered, and the days on which what they tell happened."""

    at: datetime
    first: date
    last: date


@dataclass(slots=True)
class _Place:
    """A unit with the people and records that its rows may name."""

    unit: Unit
    people: list[str]
    entries: dict[str, str] = field(default_factory=dict)


def records(
    rows: int,
    *,
    seed: int = 20260601,
    today: date | None = None,
    by: Actor | None = None,
    rounds: Sequence[Round] = (),
    reason: str = "",
    progress: Told | None = None,
) -> int:
    """So many records per unit, spread over all registers, with believable values; returns how many."""
    chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
    items = sorted((item for item in spec.all_specs() if item.is_entry), key=_needs_others)
    day = today or clock.today()
    when = rounds or [Round(clock.now() - timedelta(days=400), day - timedelta(days=500), day - _DAY)]
    places, known = _places(), Directory()
    known.load(people=[uid for place in places for uid in place.people])
    done = 0
    for number, turn in enumerate(when):
        share = range(rows * number // len(when), rows * (number + 1) // len(when))
        for at, item in enumerate(items):
            numbers = [count for count in share if count % len(items) == at]
            drafts = (_draft(item, place, count, turn, chance) for place in places for count in numbers)
            with clock.simulate(turn.at + timedelta(minutes=at)):
                done += _save(item, drafts, known, by=by, reason=reason)
        if progress is not None:
            progress(number + 1, len(when), clock.day_of(turn.at).isoformat())
    return done


def _needs_others(item: RegisterSpec) -> bool:
    return any(each.type == "entry" and each.required for each in item.fields)


def _places() -> list[_Place]:
    people: dict[int, list[str]] = {}
    for unit, uid in Person.objects.order_by("pk").values_list("unit_id", "uid"):
        people.setdefault(unit, []).append(str(uid))
    return [_Place(unit, people[unit.pk]) for unit in Unit.objects.order_by("pk")]


def _save(
    item: RegisterSpec, drafts: Iterator[writing.Draft | None], known: Directory, *, by: Actor | None, reason: str
) -> int:
    saved = 0
    wanted = (draft for draft in drafts if draft is not None)
    while chunk := list(islice(wanted, _CHUNK)):
        with transaction.atomic():
            if by is None:
                writing.insert(item, chunk, known, by=system("bench"))
            else:
                actions.insert_batch(item, chunk, known, by=by, unit=_root(), reason=reason)
        saved += len(chunk)
    return saved


def _draft(item: RegisterSpec, place: _Place, number: int, turn: Round, chance: random.Random) -> writing.Draft | None:
    """One row, or None when what it must refer to is not there yet."""
    data = values(item, place.unit.code, number, turn, chance, people=place.people, entries=place.entries)
    if any(each.required and each.code not in data for each in item.fields):
        return None
    uid = UUID(int=chance.getrandbits(128), version=4)
    place.entries[item.code] = str(uid)
    return writing.Draft(place.unit, data, _status(item, data, chance), uid=uid)


def values(
    item: RegisterSpec,
    code: str,
    number: int,
    turn: Round,
    chance: random.Random,
    *,
    people: Sequence[str],
    entries: Mapping[str, str],
) -> dict[str, Any]:
    """A row's values as they are stored; every fifth that may be left out is."""
    row = _Row(code, number, turn.last.year, people, entries)
    days: dict[str, date] = {}
    data: dict[str, Any] = {}
    for each in item.fields:
        if each.kept:
            continue
        needed = each.required or each.code == item.happened
        if not needed and chance.random() < 0.2:
            continue
        if each.type == "date":
            days[each.code] = _date(each, item, days, turn, chance)
            data[each.code] = days[each.code].isoformat()
            continue
        value = _value(each, row, chance)
        if value is not None:
            data[each.code] = value
    _part(item, data, people)
    _agree(data)
    register_rows.complete(item, data)
    return data


def _part(item: RegisterSpec, data: dict[str, Any], people: Sequence[str]) -> None:
    """Nobody judges what he has done himself: where two people must differ, the first becomes the next one there."""
    for move in item.moves:
        if len(move.differs) == 2 and data.get(move.differs[0]) == data.get(move.differs[1]) is not None:
            mine = data[move.differs[1]]
            others = [one for one in people if one != mine]
            if others:
                data[move.differs[0]] = others[0]
            else:
                del data[move.differs[0]]


def _agree(data: dict[str, Any]) -> None:
    """Nobody looks at more than is due, and where nothing was found no problem is described."""
    due, done = data.get("due_count"), data.get("done_count")
    if due is not None and done is not None and done > due:
        data["due_count"], data["done_count"] = done, due
    if data.get("result") == "none":
        data.pop("problem", None)


def _date(each: Field, item: RegisterSpec, days: Mapping[str, date], turn: Round, chance: random.Random) -> date:
    """Deadlines, and the ends of what stays in force, lie ahead; everything else has happened by the round's last day."""
    span = (turn.last - turn.first).days
    if each.code == item.happened:
        return turn.first + timedelta(days=chance.randint(0, span))
    since = days.get(each.not_before) or days.get(item.happened) or turn.first
    ends = each.slot == "done_on" and not any(each.code in move.needs for move in item.moves)
    if each.slot == "due_on" or ends:
        return since + timedelta(days=chance.randint(30, 300))
    return since + timedelta(days=chance.randint(0, min(60, max((turn.last - since).days, 0))))


@dataclass(frozen=True, slots=True)
class _Row:
    """What a value may be made from: whose row it is, its number, when it is entered, and what it may name."""

    code: str
    number: int
    year: int
    people: Sequence[str]
    entries: Mapping[str, str]


def _value(each: Field, row: _Row, chance: random.Random) -> Any:
    make = _MAKERS.get(each.type)
    return None if make is None else make(each, row, chance)


def _integer(each: Field, _row: _Row, chance: random.Random) -> int:
    return chance.randint(1, 5 if each.max is not None and each.max <= 5 else 60)


def _text(each: Field, row: _Row, chance: random.Random) -> str:
    if each.slot == "number":
        return f"{row.code}-{row.number:04}"
    words = "".join(chance.choices(WORDS, k=24 if each.type == "longtext" else 9))
    return f"{words}{row.number}" if each.slot == "title" else words


def _choice(each: Field, _row: _Row, chance: random.Random) -> str:
    return chance.choice([option.code for option in each.options])


_MAKERS: Mapping[str, Callable[[Field, _Row, random.Random], Any]] = {
    "text": _text,
    "longtext": _text,
    "choice": _choice,
    "choices": lambda each, row, chance: [_choice(each, row, chance)],
    "bool": lambda _each, _row, chance: chance.random() < 0.7,
    "integer": _integer,
    "number": lambda _each, _row, chance: str(chance.randint(1, 60)),
    "amount": lambda _each, _row, chance: f"{chance.randint(1, 900)}000.00",
    "period": lambda _each, row, _chance: str(row.year),
    "url": lambda _each, row, _chance: f"https://news.example.cn/{row.code}/{row.number}".lower(),
    "person": lambda _each, row, chance: chance.choice(row.people),
    "people": lambda _each, row, _chance: [row.people[0]],
    "entry": lambda each, row, _chance: row.entries.get(each.refers),
}


def _status(item: RegisterSpec, data: Mapping[str, Any], chance: random.Random) -> str:
    """The first state, or one that a single move leads to when all that it needs is there."""
    ready = [move.to for move in item.moves_from(item.initial) if set(move.needs) <= data.keys()] if item.moves else []
    return chance.choice([item.initial, *ready])


# --- documents --------------------------------------------------------------------------------------------------------


def copies(pack: Pack, count: int) -> list[Pack]:
    """The document under other names, with the same requirements: they share its test instances."""
    made = []
    for number in range(count):
        copy = Pack.objects.get(pk=pack.pk)
        copy.pk, copy.urn = None, f"bench:copy-{number}"
        copy.save()
        found = list(Requirement.objects.filter(pack=pack).order_by("order"))
        for row in found:
            row.pk, row.pack = None, copy
        Requirement.objects.bulk_create(found, batch_size=200)
        wiring.wire(copy)
        made.append(copy)
    return made


def adopt(
    packs: Iterable[Pack],
    *,
    units: Sequence[Unit] | None = None,
    by: Actor | None = None,
    from_on: date = date(2025, 1, 1),
    base_date: date | None = None,
    reason: str = "",
) -> int:
    """These units (all, when none are named) answer to these documents; returns the number of adoptions."""
    earlier = clock.now() if by is not None else clock.now() - timedelta(days=400)
    held = list(Unit.objects.order_by("pk")) if units is None else units
    count = 0
    for pack in packs:
        its = programme.of(pack) if by is not None else None
        end = its.shifted(base_date).to_on if its is not None else None
        rows = [
            Adoption(
                unit=unit, pack=pack, mode=AdoptionMode.MANDATORY, from_on=from_on, to_on=end, programme_end=end,
                base_date=base_date, reason=reason, by=by.name if by else "bench", recorded_at=earlier,
            )
            for unit in held
        ]  # fmt: skip
        with transaction.atomic():
            Adoption.objects.bulk_create(rows, batch_size=1000)
            _tell(Action.PACK_ADOPTED, "adoption", rows, by,
                  lambda row: (str(row.uid), posture.adoption_content(row)), title=pack.title)  # fmt: skip
        count += len(rows)
    return count
