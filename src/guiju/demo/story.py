"""From written rows to steps: when somebody entered a thing, and what was done with it afterwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from guiju.access import actor, check
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.demo import content, papers, when
from guiju.demo.content import After, Line
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.registers import actions
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.registers.spec import Field, Move, RegisterSpec

MINUTES = timedelta(minutes=7)
#: Days that lie after the row's own day and are entered when they come, with the fields that come with them.
LATER: Mapping[str, tuple[str, ...]] = {
    "read_on": ("acted", "decision"),
    "decided_on": ("adopted",),
    "reported_on": ("signed_by",),
    "evaluated_on": ("actual", "reached", "conclusion"),
    "published_on": ("published_where",),
    "reviewed_on": (),
    "closed_on": (),
    "done_on": ("result", "effective"),
}
_DUE = frozenset({"due_on", "valid_to", "review_due"})


@dataclass(slots=True)
class Firm:
    """Whose rows they are, who enters them, and what differs from others with the same content."""

    code: str
    by: str
    today: date
    chance: Chance
    begin: date
    names: Mapping[str, str] = field(default_factory=dict)
    shift: int = 0
    moments: dict[str, datetime] = field(default_factory=dict)

    @property
    def yesterday(self) -> date:
        """The last day of the story."""
        return self.today - when.DAY

    def day(self, spec: str, base: date | None = None) -> date:
        """A day as the content writes it, as far back as this firm is behind the others."""
        found = content.day(spec, today=self.today, base=base)
        counted = base is None and when.is_spec(spec)
        return when.workday_before(found - timedelta(days=self.shift)) if counted and self.shift else found


#: Before the name of somebody who has no account of his own in the demonstration.
_OWN = "~"


@dataclass(slots=True)
class Draft:
    """A row with its values read, on the way to its steps."""

    line: Line
    spec: RegisterSpec
    on: date
    recorded: datetime
    values: dict[str, Any]
    by: str

    @property
    def day(self) -> date:
        """The day on which it is entered."""
        return clock.day_of(self.recorded)


def steps(lines: Sequence[Line], firm: Firm) -> Iterator[Step]:
    """All steps of one firm's rows; what would happen after yesterday is left out."""
    for line in lines:
        draft = read(line, firm)
        if draft is not None:
            yield from _steps(draft, firm)


def read(line: Line, firm: Firm) -> Draft | None:
    """The row with days and texts filled in; None when it has not happened yet."""
    spec = specs.get(line.register)
    on = firm.day(str(line.values[spec.happened]))
    if on > firm.yesterday:
        return None
    values = {code: _value(spec.by_code[code], raw, on, firm) for code, raw in line.values.items()}
    values[spec.happened] = on
    recorded = _recorded(line, on, firm)
    earlier = [firm.moments[str(value)] for code, value in values.items()
               if spec.by_code[code].type == "entry" and str(value) in firm.moments]  # fmt: skip
    recorded = max([recorded, *(at + MINUTES for at in earlier)])
    for name in (line.key, str(values.get("number", "")), _title(spec, values)):
        if name:
            firm.moments[name] = recorded
    by = line.own.get("by", firm.by)
    return Draft(line, spec, on, recorded, values, when.fill(by, on, **firm.names))


def _title(spec: RegisterSpec, values: Mapping[str, Any]) -> str:
    item = spec.by_slot.get("title")
    return str(values.get(item.code, "")) if item else ""


def _value(item: Field, raw: Any, on: date, firm: Firm) -> Any:
    if not isinstance(raw, str):
        return raw
    if item.type == "date":
        return firm.day(raw, on)
    if item.type == "period":
        return content.period_of(raw, on)
    return when.fill(raw, on, **firm.names)


def _recorded(line: Line, on: date, firm: Firm) -> datetime:
    own = line.own.get("lag")
    evening = "evening" in line.own
    if own and when.is_spec(own) and own[0] in "dmqy":
        day = max(firm.day(own), on)
    else:
        day = on + timedelta(days=int(own) if own else firm.chance.lag(line.key))
        if day <= firm.begin:  # what was there before anybody kept records
            day = firm.begin + timedelta(days=firm.chance.of(line.key).randint(1, 20))
        if not evening and day > on:
            day = _workday_after(day)
    return firm.chance.moment(line.key, min(day, firm.yesterday), evening=evening)


def _workday_after(day: date) -> date:
    while when.workday_before(day) != day:
        day += when.DAY
    return day


def _steps(draft: Draft, firm: Firm) -> Iterator[Step]:
    values = dict(draft.values)
    status = draft.line.own.get("status", "")
    path = _path(draft.spec, status) if status else []
    end = _end(draft, path)
    begin, moves = "", []
    if path and end <= draft.day:
        begin = status
    elif path:
        moves = list(_moves(draft, path, end, values, firm))
    changes = list(_later(draft, values, firm, begun=bool(begin)))
    yield Step(draft.recorded, draft.line.where, _create(draft, values, begin, firm.code))
    last = draft.recorded
    for at, run in sorted([*changes, *moves, *_after(draft, firm)], key=lambda pair: pair[0]):
        last = max(at, last + MINUTES)
        if clock.day_of(last) <= firm.yesterday:
            yield Step(last, draft.line.where, run)


def _path(spec: RegisterSpec, status: str) -> list[Move]:
    """The shortest way from the first state to this one."""
    waiting: deque[tuple[str, list[Move]]] = deque([(spec.initial, [])])
    seen = {spec.initial}
    while waiting:
        state, way = waiting.popleft()
        if state == status:
            return way
        for move in spec.moves_from(state):
            if move.to not in seen:
                seen.add(move.to)
                waiting.append((move.to, [*way, move]))
    raise ValueError(f"{spec.code}: no way to {status}")


def _end(draft: Draft, path: Sequence[Move]) -> date:
    """The day on which the last move is made: the day that it needs."""
    needs = path[-1].needs if path else ()
    days = [draft.values[code] for code in needs if isinstance(draft.values.get(code), date)]
    return max(days, default=draft.on)


def _moves(
    draft: Draft, path: Sequence[Move], end: date, values: dict[str, Any], firm: Firm
) -> Iterator[tuple[datetime, Any]]:
    """Each move on its way, the last on its day; takes what they need out of the first values."""
    reason = draft.line.own.get("why", "")
    for place, move in enumerate(path):
        last = place == len(path) - 1
        codes = [*move.needs, *(("accountable", "result", "effective", "measure", "gap_found") if last else ())]
        given = {code: values.pop(code) for code in codes if code in values}
        day = end if last else max(draft.day, end - timedelta(days=3 * (len(path) - 1 - place)))
        at = firm.chance.moment(f"{draft.line.key} {move.code}", min(day + timedelta(days=0), firm.yesterday))
        if day > firm.yesterday:
            return
        by = given.pop("_by", draft.by)
        if draft.spec.code in {"rectifications", "list_versions"} and move.code == "submit":
            by = f"{_OWN}{given.get('owner') or values.get('owner', '')}"  # whoever did it hands it in; somebody else accepts it
        yield at, _move(draft, move.code, given, reason if move.asks_reason else "", by, firm.code)


def _later(draft: Draft, values: dict[str, Any], firm: Firm, *, begun: bool) -> Iterator[tuple[datetime, Any]]:
    """Days after the day of entry are entered when they come."""
    for code in [code for code, value in values.items() if isinstance(value, date)]:
        day = values[code]
        if code in _DUE or code == draft.spec.happened or begun or day <= draft.day:
            continue
        given = {code: values.pop(code), **{name: values.pop(name) for name in LATER.get(code, ()) if name in values}}
        if day <= firm.yesterday:
            at = firm.chance.moment(f"{draft.line.key} {code}", day)
            yield at, _update(draft, given, "", draft.by, firm.code)


def _after(draft: Draft, firm: Firm) -> Iterator[tuple[datetime, Any]]:
    for number, step in enumerate(draft.line.after):
        day = max(firm.day(step.spec, draft.on), draft.day)
        if day > firm.yesterday:
            continue
        at = firm.chance.moment(f"{draft.line.key} after {number}", day)
        yield at, _apply(draft, step, firm)


def _apply(draft: Draft, step: After, firm: Firm) -> Any:
    given = {code: _value(draft.spec.by_code[code], raw, draft.on, firm) for code, raw in step.values.items()}
    by = when.fill(step.by, draft.on, **firm.names) or draft.by
    reason = when.fill(step.reason, draft.on, **firm.names)
    if step.what == "set":
        return _update(draft, given, reason, by, firm.code)
    if step.what == "remove":
        return _remove(draft, reason, by, firm.code)
    return _move(draft, step.what, given, reason, by, firm.code)


# --- the actions --------------------------------------------------------------------------------------------------


def _create(draft: Draft, values: Mapping[str, Any], status: str, code: str) -> Any:
    def run(stage: Stage) -> None:
        by = stage.actor(draft.by)
        given = dict(values)
        endings = draft.line.own.get("files", "")
        if endings:
            given["files"] = papers.store_all(draft.spec, given, endings, by=by)
        entry = actions.create(register=draft.spec, unit=stage.units[code], values=given, by=by, status=status)
        stage.entries[code, draft.line.where] = entry.pk

    return run


def _entry(stage: Stage, code: str, draft: Draft) -> Entry:
    return Entry.objects.select_related("unit", "body").get(pk=stage.entries[code, draft.line.where])


def _update(draft: Draft, given: Mapping[str, Any], reason: str, by: str, code: str) -> Any:
    def run(stage: Stage) -> None:
        entry = _entry(stage, code, draft)
        actions.update(entry=entry, values=given, version=entry.version, by=stage.actor(by), reason=reason)

    return run


def _move(draft: Draft, move: str, given: Mapping[str, Any], reason: str, by: str, code: str) -> Any:
    def run(stage: Stage) -> None:
        entry = _entry(stage, code, draft)
        doer = actor.system(by.removeprefix(_OWN)) if by.startswith(_OWN) else stage.actor(by)
        if (draft.spec.code, move) == ("rectifications", "close"):
            doer = _acceptor(stage, entry, str(given["acceptor"]))
        actions.move(entry=entry, move=move, values=given, by=doer, reason=reason)

    return run


def _acceptor(stage: Stage, entry: Entry, name: str) -> actor.Actor:
    """Who accepts a rectification does so as himself; without an account for it, on paper and in his own name."""
    person = stage.people.get((entry.unit.code, name))
    user = User.objects.filter(person=person).first() if person is not None else None
    found = actor.of_user(user) if user is not None else None
    if found is not None and check.can(found, Permission.REGISTER_ENTRY_EDIT, entry.unit, entry.department):
        return found
    return actor.system(name)


def _remove(draft: Draft, reason: str, by: str, code: str) -> Any:
    def run(stage: Stage) -> None:
        entry = _entry(stage, code, draft)
        actions.remove(entry=entry, version=entry.version, by=stage.actor(by), reason=reason)

    return run
