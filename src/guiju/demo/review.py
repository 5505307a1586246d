"""Reviews in the demonstration: contracts, decisions and products on their way, with opinions, vetoes and passes.

Done by the actions that people use on the pages. A page may begin with a route of the unit's own; each of its plans
names what is brought, and then line by line who did what on which day.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.demo import content, outside, papers
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.files import store
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions, gate, grounds
from guiju.review.models import Matter
from guiju.review.routing import PURPOSE
from guiju.workflow.routes import deciding

DOINGS = "on by what words more"
#: One thing after the other, where two fall on the same working day.
_LATER = timedelta(minutes=25)
_STANDS = frozenset({"agree", "conditions", "revise", "material", "disagree", "veto"})
Plan = Mapping[str, Any]
Row = Mapping[str, str]


def steps(code: str, page: Plan, *, today: date, chance: Chance) -> Iterator[Step]:
    """Everything of one page that was brought for review, and what became of it, on whatever day."""
    for route in page.get("routes", ()):
        # In the evening: what was approved on that day was approved before.
        at = chance.moment(f"{code} route", content.day(route["published"], today=today), evening=True)
        yield Step(at, f"{code} route", _publish(code, route))
    yield from outside.steps(code, page, today=today, chance=chance)
    for plan in page.get("reviews", ()):
        label = f"{code} {plan['title']}"
        last = chance.moment(label, content.day(plan["brought"], today=today))
        yield Step(last, label, _bring(code, plan))
        for place, row in enumerate(content.rows(DOINGS, plan.get("doings", ""))):
            at = chance.moment(f"{label} {place}", content.day(row["on"], today=today))
            last = max(at, last + _LATER)
            yield Step(last, f"{label} {row['what']}", _do(code, plan, row, today))


def _publish(code: str, route: Plan) -> Any:
    """A route of the unit's own takes the place of the one that is shipped."""

    def run(stage: Stage) -> None:
        unit, by = stage.units[code], stage.actor(route["by"])
        draft = deciding.save(unit=unit, purpose=PURPOSE, rows=route["rows"], note=route["note"], by=by)
        deciding.publish(unit=unit, purpose=PURPOSE, version=draft.version, by=by)

    return run


# --- bringing -----------------------------------------------------------------------------------------------------


def _bring(code: str, plan: Plan) -> Any:
    def run(stage: Stage) -> None:
        by = stage.actor(plan["by"])
        values = {name: plan[name] for name in ("title", "summary", "amount", "overseas", "major") if name in plan}
        row = actions.draft(
            unit=stage.units[code], department=stage.units[plan["department"]], kind=plan["kind"],
            owner=stage.people[code, plan["owner"]], values={**values, "form": plan.get("form", {})},
            papers=_papers(stage, plan, plan["papers"]), system=plan.get("system", ""), ref=plan.get("ref", ""), by=by,
        )  # fmt: skip
        actions.submit(matter=row, by=by)
        outside.deliver()

    return run


def _papers(stage: Stage, plan: Plan, given: Mapping[str, str]) -> list[dict[str, str]]:
    """`role: name of the file | its words`, a line of words a paragraph."""
    found = []
    for role, said in given.items():
        name, _bar, words = said.partition("|")
        name = name.strip()
        heading, _dot, ending = name.rpartition(".")
        lines = [line.strip() for line in words.strip().splitlines() if line.strip()]
        text = papers.document(heading, lines) if ending == "docx" else "\r\n".join([heading, "", *lines]).encode()
        kept = store.save(io.BytesIO(text), name=name, by=stage.actor(plan["by"]))
        found.append({"role": role, "digest": kept.digest, "name": name})
    return found


# --- what becomes of it -------------------------------------------------------------------------------------------


def _do(code: str, plan: Plan, row: Row, today: date) -> Any:
    def run(stage: Stage) -> None:
        rows = Matter.objects.filter(unit=stage.units[code], title=plan["title"], kind=plan["kind"])
        _DOINGS[row["what"]](stage, code, plan, row, rows.latest("pk"), today)
        outside.deliver()

    return run


def _speak(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    conditions = list(_conditions(plan, today)) if row["what"] == "conditions" else []
    # Who speaks for the leading body names the item of its meeting.
    item = _item(stage, code, row["more"]).uid if row.get("more") else None
    actions.speak(
        matter=matter, stand=row["what"], opinion=row.get("words", ""), conditions=conditions, resolution=item,
        basis=_basis(stage, row, matter), by=stage.actor(row["by"]),
    )  # fmt: skip


def _basis(stage: Stage, row: Row, matter: Matter) -> list[dict[str, str]]:
    """Who says more than yes rests it on what the lists of the unit say of such matters."""
    if not row.get("words"):
        return []
    found = grounds.offered(stage.actor(row["by"]), matter)
    return [{"entry": str(one.uid)} for one in (*found.obligations[:2], *found.policies[:1])]


def _ask(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    """One more office gives its opinion on the same matter."""
    person = Person.objects.select_related("unit").get(pk=stage.people[code, row["words"]].pk)
    actions.add(matter=matter, person=person, reason=row["more"], by=stage.actor(row["by"]))


def _item(stage: Stage, code: str, title: str) -> Entry:
    return Entry.objects.filter(unit=stage.units[code], register="agenda_items", title=title).latest("pk")


def _conditions(plan: Plan, today: date) -> Iterator[dict[str, object]]:
    for one in content.rows("text due before", plan["conditions"]):
        due = content.day(one["due"], today=today).isoformat()
        yield {"text": one["text"], "due_on": due, "before": one.get("before") == "是"}


def _again(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    """What was returned is changed and comes back."""
    by = stage.actor(row["by"])
    given = _papers(stage, plan, {**plan["papers"], **plan["second"]})
    matter = actions.change(matter=matter, values={}, papers=given, version=matter.version, by=by)
    actions.submit(matter=matter, by=by)


def _withdraw(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    actions.withdraw(matter=matter, reason=row["words"], by=stage.actor(row["by"]))


def _report(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    receiver = Person.objects.select_related("unit").get(pk=stage.people[code, row["words"]].pk)
    actions.report_veto(matter=matter, receiver=receiver, by=stage.actor(row["by"]))


def _table(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    """The item of a meeting to come names the matter: by that, and not by its title, it can decide on it."""
    item = _item(stage, code, row["words"])
    values = {"review": str(matter.entry)} if matter.entry else {"review_number": matter.number}
    registers.update(entry=item, values=values, version=item.version, by=stage.actor(row["by"]))


def _lift(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    """By the item of a meeting whose minutes are settled."""
    item = _item(stage, code, row["words"])
    actions.lift_veto(matter=matter, resolution=item.uid, by=stage.actor(row["by"]))


def _void(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    actions.void(matter=matter, reason=row["words"], by=stage.actor(row["by"]))


def _claim(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    uid = matter.conditions.get(ordinal=int(row.get("more", "1"))).uid
    actions.claim(matter=matter, condition=uid, proof=row["words"], by=stage.actor(row["by"]))


def _settle(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    uid = matter.conditions.get(ordinal=int(row.get("more", "1"))).uid
    actions.settle(matter=matter, condition=uid, met=True, reason=row.get("words", ""), by=stage.actor(row["by"]))


def _adopt(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    actions.set_adopted(matter=matter, adopted=not row.get("more"), why=row.get("words", ""), by=stage.actor(row["by"]))


def _use(stage: Stage, code: str, plan: Plan, row: Row, matter: Matter, today: date) -> None:
    """The other system asks the gate and tells what it did."""
    digest = matter.papers.get(role="text", until_round__isnull=True).digest
    gate.use(
        system=matter.system, ref=matter.ref, digest=digest, kind="seal", doing=row["words"], by=stage.actor(row["by"])
    )


_DOINGS: Mapping[str, Callable[[Stage, str, Plan, Row, Matter, date], None]] = {
    **dict.fromkeys(sorted(_STANDS), _speak),
    "again": _again,
    "ask": _ask,
    "withdraw": _withdraw,
    "report": _report,
    "table": _table,
    "lift": _lift,
    "void": _void,
    "claim": _claim,
    "settle": _settle,
    "adopt": _adopt,
    "use": _use,
}
