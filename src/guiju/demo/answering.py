"""Which documents the firms of the demonstration answer to, who looks after them, and what persons judged and did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.demo import content, when
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import adopted
from guiju.posture.models import AdoptionMode
from guiju.workflow import actions as workflow
from guiju.workflow.models import Task, TaskStatus

#: The standard for small and medium firms, which most of them answer to.
PACK = "cn:casmes:effectiveness-draft"
ADOPTIONS = "units urn when from_on base mode reason"
JUDGEMENTS = "unit urn requirement status reason when valid by"
DEEDS = "unit urn requirement what to reason when by"
_GROUP_REASON = "集团合规委员会部署，对照征求意见稿自查"
#: Nobody decides anything in the first days, while units and people are being entered.
_SETTLED = timedelta(days=4)
#: Authorities are entered first; so many days later everybody they supervise is there as well.
_KNOWN = timedelta(days=20)


def steps(firm: Mapping[str, Any], pages: list[Mapping[str, Any]], *, today: date, chance: Chance) -> Iterator[Step]:
    """Everything of one firm's files (the firm's own and its further pages) that is not a record."""
    begin = content.day(firm["begin"], today=today)
    by = firm.get("by", "")
    yield from _own_adoptions(firm, by, today=today, chance=chance)
    for row in content.rows(ADOPTIONS, firm.get("adoptions", "")):
        on = max(content.day(row["when"], today=today), begin + _SETTLED)
        for code in row["units"].split():
            label = f"{code} adopts {row['urn']}"
            if on < today:
                yield Step(chance.moment(label, on), label, _adopt(code, row, by, today=today))
    for row in content.rows("authority units document when", firm.get("supervision", "")):
        day = max(content.day(row["when"], today=today), begin + _KNOWN)
        for code in row["units"].split():
            label = f"supervise {code} {row['document']}"
            if day < today:
                yield Step(chance.moment(label, day), code, _supervise(row["authority"], code, row["document"], day))
    for page in (firm, *pages):
        yield from _persons(page, begin, today=today, chance=chance)


def _own_adoptions(firm: Mapping[str, Any], by: str, *, today: date, chance: Chance) -> Iterator[Step]:
    """The standard for small and medium firms."""
    rows = [(firm["code"], firm["adopt"]["when"], firm["adopt"]["reason"])] if "adopt" in firm else []
    units = content.rows(content.UNITS, firm.get("units", ""))
    rows += [(row["code"], row["adopt"], _GROUP_REASON) for row in units if "adopt" in row]
    for code, spec, reason in rows:
        on = content.day(spec, today=today)
        row = {"urn": PACK, "mode": AdoptionMode.VOLUNTARY.value, "reason": reason, "from_on": on.isoformat()}
        yield Step(chance.moment(f"{code} adopts", on), f"{code} adopts", _adopt(code, row, by, today=today))


def _persons(page: Mapping[str, Any], begin: date, *, today: date, chance: Chance) -> Iterator[Step]:
    """What somebody judged, and which tasks somebody handed over or closed."""
    for row in content.rows(JUDGEMENTS, page.get("judgements", "")):
        on = max(content.day(row["when"], today=today), begin + 2 * _SETTLED)
        if on < today:
            label = f"{row['unit']} {row['requirement']}"
            yield Step(chance.moment(label, on), row["requirement"], _judge(row, on))
    for row in content.rows(DEEDS, page.get("deeds", "")):
        on = content.day(row["when"], today=today)
        if begin + _SETTLED < on < today:
            label = f"{row['unit']} {row['requirement']} {row['what']}"
            yield Step(chance.moment(label, on), label, _deed(row))


def day(spec: str, *, today: date) -> date:
    """A day that a document counts by: a plain one, or one of ours that need not be a working day."""
    if not when.is_spec(spec):
        return date.fromisoformat(spec)
    return when.resolve(spec, today=today, working=False)


# --- the actions --------------------------------------------------------------------------------------------------


def _adopt(code: str, row: Mapping[str, str], by: str, *, today: date) -> Any:
    def run(stage: Stage) -> None:
        posture.adopt(
            unit=stage.units[code],
            pack=catalogue.current(row["urn"]),
            mode=row["mode"],
            from_on=day(row["from_on"], today=today),
            base_date=day(row["base"], today=today) if row.get("base", "-") != "-" else None,
            reason=row["reason"],
            by=stage.actor(by),
        )

    return run


def _supervise(authority: str, unit: str, document: str, from_on: date) -> Any:
    def run(stage: Stage) -> None:
        org.supervise(
            authority=stage.units[authority],
            unit=stage.units[unit],
            document=document,
            from_on=from_on,
            by=stage.house,
        )

    return run


def _judge(row: Mapping[str, str], on: date) -> Any:
    def run(stage: Stage) -> None:
        pack = catalogue.current(row["urn"])
        if not adopted.open_on(on).filter(unit=stage.units[row["unit"]], pack=pack).exists():
            return  # early in a year its programme has no past
        requirement = next(item for item in catalogue.requirements(pack) if item.code == row["requirement"])
        posture.judge(
            unit=stage.units[row["unit"]],
            requirement=requirement,
            status=row["status"],
            reason=row["reason"],
            expires_on=on + timedelta(days=int(row["valid"])),
            by=stage.actor(row["by"]),
        )

    return run


def _deed(row: Mapping[str, str]) -> Any:
    """Hand the open task of a requirement to somebody, or say that it is done or not needed."""

    def run(stage: Stage) -> None:
        open_ones = Task.objects.filter(
            unit=stage.units[row["unit"]], urn=row["urn"], code=row["requirement"], status=TaskStatus.OPEN
        )
        task = open_ones.select_related("unit", "owner").order_by("due_on").first()
        if task is None:  # a record has closed it already
            return
        by, reason = stage.actor(row["by"]), row.get("reason", "")
        if row["what"] == "hand":
            to = Person.objects.get(pk=stage.people[row["unit"], row["to"]].pk)
            workflow.hand_over(task=task, to=to, version=task.version, by=by, reason=reason)
        elif row["what"] == "waive":
            workflow.waive(task=task, version=task.version, by=by, reason=reason)
        else:
            workflow.done(task=task, version=task.version, by=by, reason=reason)

    return run
