"""Links, a change that touches others, assessment rounds and this quarter's hearings in the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.compliance.graph import actions as graph
from guiju.compliance.graph import proposing
from guiju.compliance.hearing import actions as hearings
from guiju.compliance.models import Hearing, Link, Round
from guiju.compliance.risks import reach, rounds
from guiju.demo import content
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.lib import clock, period
from guiju.lib.period import Period
from guiju.registers import actions as registers
from guiju.registers.models import Entry

#: After what comes before it, where both fall on the same day.
_LATER = timedelta(hours=3)
ROUNDS = "unit title period all_levels opened due closed raters"


def steps(page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """What people did with links, rounds and the hearing until yesterday."""
    for step in _all(page, today=today, chance=chance):
        if clock.day_of(step.at) < today:
            yield step


def _all(page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    if "links" in page:
        yield from _links(page["links"], today=today, chance=chance)
    for row in content.rows("number when values reason", page.get("changes", "")):
        on = content.day(row["when"], today=today)
        yield Step(chance.moment(f"change {row['number']}", on), row["number"], _change(row, page["links"]["unit"]))
    for row in content.rows(ROUNDS, page.get("rounds", "")):
        yield from _round(row, today=today, chance=chance)
    if "hearing" in page:
        yield from _hearings(page["hearing"], today=today, chance=chance)


# --- links --------------------------------------------------------------------------------------------------------


def _links(plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    def propose(stage: Stage) -> None:
        proposing.of_unit(stage.units[plan["unit"]])

    def confirm(stage: Stage) -> None:
        found = Link.objects.filter(unit=stage.units[plan["unit"]], state="proposed").order_by("pk")
        uids = list(found.values_list("uid", flat=True))[: -int(plan["left"]) or None]
        if uids:
            graph.decide_many(links=uids, confirmed=True, by=stage.actor(plan["by"]))

    code = plan["unit"]
    at = chance.moment(f"{code} links proposed", content.day(plan["proposed"], today=today))
    yield Step(at, f"{code} links proposed", propose)
    confirmed = chance.moment(f"{code} links confirmed", content.day(plan["confirmed"], today=today))
    yield Step(max(confirmed, at + _LATER), f"{code} links confirmed", confirm)


def _change(row: Mapping[str, str], code: str) -> Any:
    def run(stage: Stage) -> None:
        entry = (
            Entry.objects.select_related("unit", "department", "body")
            .filter(unit=stage.units[code], register="obligations", number=row["number"])
            .first()
        )
        if entry is None:  # early in a year the list is still to be drawn up
            return
        values = dict(part.split("=", 1) for part in row["values"].split("；"))
        registers.update(
            entry=entry, values=values, version=entry.version, by=stage.actor("ll-hegui"), reason=row["reason"]
        )

    return run


# --- assessment rounds --------------------------------------------------------------------------------------------


def _round(row: Mapping[str, str], *, today: date, chance: Chance) -> Iterator[Step]:
    days = {name: content.day(row[name], today=today) for name in ("opened", "due", "closed") if name in row}
    yield Step(chance.moment(f"{row['title']} opened", days["opened"]), row["title"], _open(row, days))
    for place, pair in enumerate(row["raters"].split()):
        code, _equals, username = pair.partition("=")
        on = min(days["opened"] + timedelta(days=5 + 3 * place), days.get("closed", today) - timedelta(days=1))
        if on < today:
            at = chance.moment(f"{row['title']} {code}", on)
            yield Step(at, f"{row['title']} {code}", _rate(row, days, code, username, chance))
    if "closed" in days:
        yield Step(chance.moment(f"{row['title']} closed", days["closed"]), row["title"], _close(row, days))


def _period(row: Mapping[str, str], days: Mapping[str, date]) -> str:
    """The half-year or year in which the round was opened."""
    return str(period.of(days["opened"], "half" if row["period"] == "{h1}" else "year"))


def _open(row: Mapping[str, str], days: Mapping[str, date]) -> Any:
    def run(stage: Stage) -> None:
        rounds.open_round(
            unit=stage.units[row["unit"]], title=row["title"], period_code=_period(row, days), due_on=days["due"],
            all_levels="all_levels" in row, by=stage.actor("ll-hegui"),
        )  # fmt: skip

    return run


def _rate(row: Mapping[str, str], days: Mapping[str, date], code: str, username: str, chance: Chance) -> Any:
    """Two of three risks stand as they were after measures; every third is a step better or worse."""

    def run(stage: Stage) -> None:
        found = _found(stage, row, days)
        risks = list(reach.risks(found).filter(unit=stage.units[code]).select_related("unit", "department", "body"))
        for number, risk in enumerate(sorted(risks, key=lambda one: one.number), 1):
            held = risk.body.data
            turn = chance.of(f"{row['title']} {risk.number}").choice([0, 0, -1, 1])
            probability, impact = held.get("probability") or 3, held.get("impact") or 3
            values = {
                "probability": probability, "impact": impact, "priority": held.get("priority") or number,
                "residual_probability": max(1, min(5, probability - 1 + turn)), "residual_impact": max(1, impact - 1),
            }  # fmt: skip
            rounds.assess(round_=found, risk=risk, values=values, version=risk.version, by=stage.actor(username))

    return run


def _close(row: Mapping[str, str], days: Mapping[str, date]) -> Any:
    def run(stage: Stage) -> None:
        found = _found(stage, row, days)
        rounds.close_round(round_=found, version=found.version, by=stage.actor("ll-shi"))

    return run


def _found(stage: Stage, row: Mapping[str, str], days: Mapping[str, date]) -> Round:
    rows = Round.objects.select_related("unit")
    return rows.get(unit=stage.units[row["unit"]], title=row["title"], period=_period(row, days))


# --- the hearing --------------------------------------------------------------------------------------------------


def _hearings(plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """Prepared for the quarter in which that day lies, and closed where it was held already."""
    prepared = content.day(plan["prepared"], today=today)
    at = chance.moment("hearing prepared", prepared)
    yield Step(at, "hearing prepared", _prepare(plan))
    if "closed" in plan:
        closed = max(chance.moment("hearing closed", content.day(plan["closed"], today=today)), at + _LATER)
        quarter = period.of(prepared, "quarter")
        yield Step(closed, "hearing closed", _close_hearing(plan, quarter, today=today))


def _prepare(plan: Mapping[str, Any]) -> Any:
    def run(stage: Stage) -> None:
        unit, by = stage.units[plan["unit"]], stage.actor(plan["by"])
        hearing = hearings.prepare(unit=unit, period=period.of(clock.today(), "quarter"), by=by)
        values = {
            "place": plan["place"], "attendees": plan["attendees"], "chair": _person(stage, plan, plan["chair"]),
            "next_work": plan["next_work"],
        }  # fmt: skip
        hearings.edit(hearing=hearing, values=values, version=hearing.version, by=by)

    return run


def _close_hearing(plan: Mapping[str, Any], quarter: Period, *, today: date) -> Any:
    def run(stage: Stage) -> None:
        hearing = Hearing.objects.select_related("unit").get(unit=stage.units[plan["unit"]], period=str(quarter))
        decisions = [
            {
                "matter": row["matter"],
                "owner": _person(stage, plan, row["owner"]),
                "due_on": content.day(row["due"], today=today).isoformat(),
            }
            for row in content.rows("matter owner due", plan["decisions"])
        ]
        hearing = hearings.prepare(unit=hearing.unit, period=quarter, by=stage.actor(plan["by"]))
        values = {"held_on": clock.today().isoformat(), "minutes_number": plan["number"], "decisions": decisions}
        hearings.close(hearing=hearing, values=values, version=hearing.version, by=stage.actor(plan["by"]))

    return run


def _person(stage: Stage, plan: Mapping[str, Any], name: str) -> str:
    return str(stage.people[plan["unit"], name].uid)
