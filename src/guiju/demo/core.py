"""The compliance core in the demonstration: versions of lists, checks and what came of them, by the real actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.compliance.checks import finishing, running, signing
from guiju.compliance.enums import RunState
from guiju.compliance.lists import versions
from guiju.compliance.models import CheckItem, CheckRun
from guiju.demo import content, corelater
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.lib import clock, period
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry

VERSIONS = "department kind number drafted submitted approved enforced system note"
RUNS = "unit plan period begun minutes checker signer words problem"
_KINDS = {"m": "month", "q": "quarter", "y": "year"}
#: A run of the demonstration has at most so many items.
_ITEMS = 12
#: One thing after the other, where two fall on the same working day.
_LATER = timedelta(minutes=40)
_OWNER, _APPROVER = "ll-hegui", "ll-shi"


def steps(code: str, page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """Everything of one page that people did with lists and checks until yesterday."""
    for row in content.rows(VERSIONS, page.get("versions", "")):
        yield from _version(code, row, today=today, chance=chance)
    for row in content.rows(RUNS, page.get("runs", "")):
        yield from _run(row["unit"], row, today=today, chance=chance)
    yield from corelater.steps(page, today=today, chance=chance)


# --- versions -----------------------------------------------------------------------------------------------------


def _version(code: str, row: Mapping[str, str], *, today: date, chance: Chance) -> Iterator[Step]:
    doings = {"drafted": _draft, "submitted": _submit, "approved": _approve, "enforced": _enforce}
    last = None
    for name, doing in doings.items():
        on = content.day(row[name], today=today) if name in row else today
        if on < today:
            label = f"{code} {row['number']} {name}"
            at = chance.moment(label, on)
            last = max(at, last + _LATER) if last is not None else at
            yield Step(last, label, doing(code, row))


def _draft(code: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        versions.draft(
            unit=stage.units[code],
            kind=row["kind"],
            department=_department(stage, code, row["department"]),
            number=row["number"],
            by=stage.actor(_OWNER),
        )

    return run


def _submit(code: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        versions.submit(entry=_entry(stage, code, row["number"]), by=stage.actor(_OWNER))

    return run


def _approve(code: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        versions.approve(entry=_entry(stage, code, row["number"]), by=stage.actor(_APPROVER))

    return run


def _enforce(code: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        entry = versions.enforce(entry=_entry(stage, code, row["number"]), by=stage.actor(_APPROVER))
        told: dict[str, object] = {"note": row["note"]} if "note" in row else {}
        told |= {"embedded": True, "system": row["system"]} if "system" in row else {}
        if told:
            registers.update(entry=entry, values=told, version=entry.version, by=stage.actor(_OWNER))

    return run


def _department(stage: Stage, code: str, name: str) -> Unit:
    return Unit.objects.get(parent=stage.units[code], name=name)


def _entry(stage: Stage, code: str, number: str) -> Entry:
    rows = Entry.objects.select_related("unit", "department", "body")
    return rows.get(register=versions.REGISTER, unit=stage.units[code], number=number)


# --- checks -------------------------------------------------------------------------------------------------------


def _run(code: str, row: Mapping[str, str], *, today: date, chance: Chance) -> Iterator[Step]:
    on = content.day(row["begun"], today=today)
    if on >= today:
        return
    label = f"{code} {row['plan']} {row['period']}"
    at, minutes = chance.moment(label, on).replace(hour=9), int(row["minutes"])
    yield Step(at, label, _begin(code, row, today=today))
    gap = timedelta(minutes=minutes) if minutes else timedelta(seconds=2)
    for place in range(1, _ITEMS + 1):
        yield Step(at + place * gap, f"{label} {place}", _look(code, row, place, today=today))
    last = at + (_ITEMS + 1) * gap
    yield Step(last, f"{label} finished", _finish(code, row, today=today))
    if "signer" in row:
        yield Step(last + timedelta(hours=2), f"{label} signed", _sign(code, row, today=today))


def _begin(code: str, row: Mapping[str, str], *, today: date) -> Any:
    def run(stage: Stage) -> None:
        found = _found(stage, code, row, today)
        if found is not None and found.starts_on <= clock.today():
            running.begin(run=found, by=stage.actor(row["checker"]))

    return run


def _look(code: str, row: Mapping[str, str], place: int, *, today: date) -> Any:
    def run(stage: Stage) -> None:
        found = _found(stage, code, row, today)
        items = CheckItem.objects.select_related("run__unit", "run__department")
        item = items.filter(run=found, place=place).first() if found is not None else None
        if item is None:
            return
        number = 20 + 3 * place
        values: dict[str, object] = {
            "result": "none",
            "way": "sample",
            "population": number * 4,
            "sampled": number,
            "note": row.get("words", "").format(n=number),
            "sample": f"{_on(row, today).month}月第{place}项，编号尾数{place}、{place + 4}",
        }
        which, _colon, problem = row.get("problem", "").partition("：")
        if which == str(place):
            values |= {
                "result": "general", "problem": problem, "taken": "当场要求停下来更正。", "cause_kind": "not_followed",
                "owner": Person.objects.filter(unit=stage.units[code], user__username=row["checker"]).first(),
                "fix_due_on": (_on(row, today) + timedelta(days=30)).isoformat(),
            }  # fmt: skip
        running.record(item=item, values=values, version=item.version, by=stage.actor(row["checker"]))

    return run


def _finish(code: str, row: Mapping[str, str], *, today: date) -> Any:
    def run(stage: Stage) -> None:
        found = _found(stage, code, row, today)
        if found is not None and found.state == RunState.RUNNING:
            finishing.finish(run=found, by=stage.actor(row["checker"]))

    return run


def _sign(code: str, row: Mapping[str, str], *, today: date) -> Any:
    def run(stage: Stage) -> None:
        found = _found(stage, code, row, today)
        if found is None or found.state != RunState.FINISHED:
            return
        why = "已向排查人了解情况并抽看三份原件。" if found.doubts else ""
        signing.sign(run=found, by=stage.actor(row["signer"]), explanation=why)

    return run


def _on(row: Mapping[str, str], today: date) -> date:
    return content.day(row["begun"], today=today)


def _found(stage: Stage, code: str, row: Mapping[str, str], today: date) -> CheckRun | None:
    """The run, unless its plan is not there yet: early in a year the plans of that year are still to be made."""
    inside = content.day(f"{row['period']}+15", today=today)
    wanted = str(period.of(inside, _KINDS[row["period"][0]]))
    runs = CheckRun.objects.select_related("unit", "department", "checker")
    return runs.filter(unit=stage.units[code], title=row["plan"], period=wanted).first()
