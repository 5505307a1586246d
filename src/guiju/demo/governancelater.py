"""Meetings, opinions before major decisions, shared matters, findings of the third line and own reports in the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.access import actor
from guiju.demo import content
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.governance.duties import third
from guiju.governance.meetings import actions as meetings
from guiju.governance.meetings import minutes
from guiju.lib import clock
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry

#: Between what is done at one desk on one day.
_LATER = timedelta(minutes=20)
ITEMS = "matter kind major reporter department contents"
RESULTS = "outcome votes resolution unheard"
OPINIONS = "item role person given number opinion"
RECUSALS = "item person on reason replaced_by"
DECISIONS = "item matter owner due done result"
FINDINGS = "problem on owner department due measures field"
_VOTES = ("votes_for", "votes_against", "votes_abstained")


def steps(code: str, page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """Everything of one page that was done with meetings and shared matters, on whatever day."""
    for plan in page.get("sittings", ()):
        yield from _sitting(code, plan, today=today, chance=chance)
    for plan in page.get("matters", ()):
        yield from _matter(code, plan, today=today, chance=chance)
    for plan in page.get("thirds", ()):
        yield from _findings(code, plan, today=today, chance=chance)
    for plan in page.get("reports", ()):
        at = chance.moment(f"{code} report {plan['problem']}", content.day(plan["sent"], today=today))
        yield Step(at, f"{code} {plan['problem']}", _report(code, plan))


# --- meetings -----------------------------------------------------------------------------------------------------


def _sitting(code: str, plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    label = f"{code} {plan['subject']}"
    held = content.day(plan["held"], today=today)
    at = chance.moment(f"{label} planned", content.day(plan["planned"], today=today))
    yield Step(at, label, _plan(code, plan, held))
    yield Step(at + _LATER, f"{label} notified", _notify(code, plan))
    for row in content.rows(RECUSALS, plan.get("recusals", "")):
        on = content.day(row["on"], today=today)
        yield Step(max(chance.moment(f"{label} {row['person']}", on), at + _LATER), label, _recuse(code, plan, row))
    for row in content.rows(OPINIONS, plan.get("opinions", "")):
        on = content.day(row["given"], today=today)
        given = chance.moment(f"{label} {row['person']} {row['item']}", on)
        yield Step(max(given, at + _LATER), label, _opine(code, plan, row, held))
    if "settled" not in plan:
        return
    settled = max(chance.moment(f"{label} settled", content.day(plan["settled"], today=today)), at + 2 * _LATER)
    yield Step(settled, f"{label} settled", _settle(code, plan, held, today=today))
    for row in content.rows(DECISIONS, plan.get("decisions", "")):
        if "done" in row:
            on = content.day(row["done"], today=today)
            done = max(chance.moment(f"{label} {row['matter']}", on), settled + _LATER)
            yield Step(done, f"{label} {row['matter']}", _done(code, row))


def _plan(code: str, plan: Mapping[str, Any], held: date) -> Any:
    def run(stage: Stage) -> None:
        values = {
            "subject": plan["subject"], "body": plan["body"], "topic": plan["topic"], "held_on": held.isoformat(),
            "starts_at": plan["starts_at"], "place": plan["place"], "chaired_by": plan["chair"],
        }  # fmt: skip
        meetings.plan(
            unit=stage.units[code], values=values, items=list(content.rows(ITEMS, plan["items"])),
            guests=[stage.people[code, name] for name in plan.get("guests", "").split()], by=stage.actor(plan["by"]),
        )  # fmt: skip

    return run


def _meeting(stage: Stage, code: str, plan: Mapping[str, Any]) -> Entry:
    rows = Entry.objects.select_related("unit", "department", "body")
    return rows.get(unit=stage.units[code], register="meetings", title=plan["subject"])


def _item(stage: Stage, code: str, plan: Mapping[str, Any], number: str) -> Entry:
    return minutes.items_of(_meeting(stage, code, plan))[int(number) - 1]


def _notify(code: str, plan: Mapping[str, Any]) -> Any:
    def run(stage: Stage) -> None:
        meetings.notify(meeting=_meeting(stage, code, plan), by=stage.actor(plan["by"]))

    return run


def _recuse(code: str, plan: Mapping[str, Any], row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        instead = row.get("replaced_by")
        meetings.recuse(
            item=_item(stage, code, plan, row["item"]), person=stage.people[code, row["person"]], reason=row["reason"],
            replaced_by=stage.people[code, instead] if instead else None, by=actor.system(row["person"]),
        )  # fmt: skip

    return run


def _opine(code: str, plan: Mapping[str, Any], row: Mapping[str, str], held: date) -> Any:
    """An opinion on its day; one that comes after the decision says so itself."""

    def run(stage: Stage) -> None:
        item = _item(stage, code, plan, row["item"])
        values: dict[str, object] = {
            "matter": item.title, "agenda_item": str(item.uid), "role": row["role"], "person": row["person"],
            "given_on": clock.today().isoformat(), "written": True, "number": row["number"], "opinion": row["opinion"],
        }  # fmt: skip
        if clock.today() > held:
            values |= {"decided_on": held.isoformat(), "decided_by": plan["body"]}
        registers.create(
            register="decision_opinions", unit=stage.units[code], values=values, by=actor.system(row["person"])
        )

    return run


def _settle(code: str, plan: Mapping[str, Any], held: date, *, today: date) -> Any:
    def run(stage: Stage) -> None:
        meeting = _meeting(stage, code, plan)
        sitting, items = minutes.sitting_of(meeting), minutes.items_of(meeting)
        away = plan.get("absent", "").split()
        people = {name: stage.people[code, name] for name in plan.get("deputies", {})}
        deputies = {str(people[name].uid): who for name, who in plan.get("deputies", {}).items()}
        absent = {str(stage.people[code, name].uid) for name in away}
        written = {
            "minutes": {
                "held_on": held.isoformat(), "chair": _uid(stage.people[code, plan["chair"]]), "place": plan["place"],
                "minutes_number": plan["number"].format(year=held.year), "signer": plan["chair"],
                "remark": plan["remark"], "next_work": plan.get("next_work", ""),
                "decisions": list(_decisions(stage, code, plan, items, today=today)),
            },
            "attendance": {
                str(row["person"]): _came(str(row["person"]), absent, deputies)
                for row in minutes.expected(meeting, sitting)
            },
            "items": dict(zip((str(one.uid) for one in items), _results(plan), strict=True)),
        }  # fmt: skip
        meetings.settle(meeting=meeting, written=written, version=sitting.version, by=stage.actor(plan["by"]))

    return run


def _uid(one: Person) -> str:
    return str(one.uid)


def _came(uid: str, absent: set[str], deputies: Mapping[str, str]) -> dict[str, str]:
    if uid in deputies:
        return {"state": "deputy", "deputy": deputies[uid]}
    return {"state": "absent" if uid in absent else "present"}


def _results(plan: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for row in content.rows(RESULTS, plan["results"]):
        votes = dict(zip(_VOTES, row.get("votes", "").split(), strict=False))
        said = {code: row[code] for code in ("resolution", "unheard") if row.get(code)}
        yield {"outcome": row["outcome"], **said, **votes}


def _decisions(
    stage: Stage, code: str, plan: Mapping[str, Any], items: list[Entry], *, today: date
) -> Iterator[dict[str, str]]:
    for row in content.rows(DECISIONS, plan.get("decisions", "")):
        yield {
            "item": str(items[int(row["item"]) - 1].uid),
            "matter": row["matter"],
            "owner": _uid(stage.people[code, row["owner"]]),
            "due_on": content.day(row["due"], today=today).isoformat(),
        }


def _done(code: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        rows = Entry.objects.select_related("unit", "department", "body")
        entry = rows.get(unit=stage.units[code], register="decisions", title=row["matter"])
        values = {"done_on": clock.today().isoformat(), "result": row["result"]}
        registers.move(entry=entry, move="finish", values=values, by=actor.system(row["owner"]))

    return run


# --- matters ------------------------------------------------------------------------------------------------------


def _matter(code: str, plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    opened = chance.moment(f"{code} {plan['name']}", content.day(plan["opened"], today=today))
    yield Step(opened, f"{code} {plan['name']}", _open(code, plan, today=today))
    for row in content.rows("function person on stand opinion", plan["answers"]):
        if "on" in row:
            at = chance.moment(f"{plan['name']} {row['function']}", content.day(row["on"], today=today))
            yield Step(max(at, opened + _LATER), f"{code} {row['function']}", _answer(code, plan, row))


def _open(code: str, plan: Mapping[str, Any], *, today: date) -> Any:
    def run(stage: Stage) -> None:
        answers = list(content.rows("function person on stand opinion", plan["answers"]))
        values: dict[str, object] = {name: plan[name] for name in ("name", "kind", "contents", "owner", "lead")}
        values |= {
            "opened_on": clock.today().isoformat(), "department": plan["department"],
            "due_on": content.day(plan["due"], today=today).isoformat(),
            "functions": [row["function"] for row in answers],
        }  # fmt: skip
        values |= {f"{row['function']}_person": row["person"] for row in answers}
        meetings.open_matter(unit=stage.units[code], values=values, by=stage.actor(plan["by"]))

    return run


def _answer(code: str, plan: Mapping[str, Any], row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        rows = Entry.objects.select_related("unit", "department", "body")
        entry = rows.get(unit=stage.units[code], register="matters", title=plan["name"])
        meetings.answer(
            entry=entry, function=row["function"], stand=row["stand"], opinion=row.get("opinion", ""),
            version=entry.version, by=actor.system(row["person"]),
        )  # fmt: skip

    return run


# --- findings and reports -----------------------------------------------------------------------------------------


def _findings(code: str, plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """What an audit or an inspection found becomes rectifications, one after the other."""
    for place, row in enumerate(content.rows(FINDINGS, plan["findings"])):
        at = chance.moment(f"{plan['name']} taken", content.day(row["on"], today=today)) + place * _LATER
        yield Step(at, f"{code} {row['problem']}", _rectify(code, plan, row, today=today))


def _rectify(code: str, plan: Mapping[str, Any], row: Mapping[str, str], *, today: date) -> Any:
    def run(stage: Stage) -> None:
        rows = Entry.objects.select_related("unit", "department", "body")
        entry = rows.get(unit=stage.units[code], register=plan["register"], title=plan["name"])
        due = content.day(row["due"], today=today).isoformat()
        values = {**row, "due_on": due}
        third.rectify(uid=entry.uid, values=values, version=entry.version, by=stage.actor(plan["by"]))

    return run


def _report(code: str, plan: Mapping[str, Any]) -> Any:
    def run(stage: Stage) -> None:
        rows = Entry.objects.select_related("unit", "department", "body")
        problem = rows.get(unit=stage.units[code], register="rectifications", title=plan["problem"])
        given = {**plan["values"], "number": plan["values"]["number"].format(year=clock.today().year)}
        values = {**meetings.report_values(problem), **given}
        registers.create(
            register="authority_reports", unit=stage.units[code], values=values, by=stage.actor(plan["by"])
        )

    return run
