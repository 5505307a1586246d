"""Policies in the demonstration: texts that were there, drafts on their way, what was given out to be read, an archive.

Done by the actions that people use on the pages. Meetings and what belongs to them stand in `governancelater`, reviews
in `review`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from guiju.access.actor import Actor
from guiju.demo import content, governancelater, papers, review
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.files import store
from guiju.governance.archive import making
from guiju.governance.archive.counting import Span
from guiju.governance.enums import AT_WORK, ReceiptState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.policies import actions as policies
from guiju.governance.reading import audience as audiences
from guiju.governance.reading import confirming, issuing
from guiju.lib import clock
from guiju.registers.models import Entry

REGISTER, PLANS = "policies", "policy_plans"
#: One thing after the other, where two fall on the same working day.
_LATER = timedelta(minutes=35)
_NUMERALS = "一二三四五六七八九"


def steps(code: str, page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    """Everything of one page that people did with texts, meetings and archives until yesterday."""
    for step in _all(code, page, today=today, chance=chance):
        if clock.day_of(step.at) < today:
            yield step


def _all(code: str, page: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    for name, words in page.get("texts", {}).items():
        on = content.day(page["texts_taken"], today=today)
        yield Step(chance.moment(f"{code} {name} text", on), name, _take_over(code, page["by"], name, words))
    for draft in page.get("drafts", ()):
        yield from _draft(code, draft, today=today, chance=chance)
    for reading in page.get("readings", ()):
        yield from _reading(code, reading, today=today, chance=chance)
    for archive in page.get("archives", ()):
        at = chance.moment(f"{code} archive", content.day(archive["made"], today=today))
        yield Step(at, f"{code} archive", _archive(code, archive, today), is_alone=True)
    yield from governancelater.steps(code, page, today=today, chance=chance)
    yield from review.steps(code, page, today=today, chance=chance)


# --- texts --------------------------------------------------------------------------------------------------------


def written(words: str) -> str:
    """A text as a rule stands on paper: `#` begins a chapter, `-` an item, every other line is an article."""
    lines: list[str] = []
    chapters = articles = items = 0
    for line in filter(None, (raw.strip() for raw in words.splitlines())):
        if line.startswith("#"):
            chapters += 1
            lines.append(f"第{numeral(chapters)}章 {line[1:].strip()}")
        elif line.startswith("-"):
            items += 1
            lines.append(f"（{numeral(items)}）{line[1:].strip()}")
        else:
            articles, items = articles + 1, 0
            lines.append(f"第{numeral(articles)}条 {line}")
    return "\n".join(lines)


def numeral(number: int) -> str:
    """A number below one hundred as rules count."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("十" if tens == 1 else _NUMERALS[tens - 1] + "十")
    return head + (_NUMERALS[ones - 1] if ones else "")


def _take_over(code: str, by: str, name: str, words: str) -> Any:
    def run(stage: Stage) -> None:
        entry = found(stage, code, REGISTER, name)
        if entry is not None:  # early in a year the rules of that year are still to come
            policies.take_over(entry=entry, text=written(words), by=stage.actor(by))

    return run


def found(stage: Stage, code: str, register: str, title: str, **where: object) -> Entry | None:
    """The newest row of a unit with this title."""
    rows = Entry.objects.select_related("unit", "department", "body")
    return rows.filter(unit=stage.units[code], register=register, title=title, **where).order_by("-pk").first()


# --- drafts -------------------------------------------------------------------------------------------------------


def _draft(code: str, draft: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    doings = {"began": _begin, "submitted": _submit, "approved": _approve, "issued": _issue}
    last = None
    for name, doing in doings.items():
        if name not in draft:
            return
        label = f"{code} {draft['name']} {name}"
        at = chance.moment(label, content.day(draft[name], today=today))
        last = max(at, last + _LATER) if last is not None else at
        yield Step(last, label, doing(code, draft, today))


def _begin(code: str, draft: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        by = stage.actor(draft["by"])
        entry = found(stage, code, REGISTER, draft["name"])
        if entry is None and "values" not in draft:
            return
        plan = found(stage, code, PLANS, draft["name"], status="planned")
        values = {name: value for name, value in draft.get("values", {}).items() if name != "arises_from"}
        if (problem := draft.get("values", {}).get("arises_from")) is not None:
            told = found(stage, code, "rectifications", problem)
            values |= {"arises_from": str(told.uid)} if told is not None else {}
        policies.start(
            policy=entry, unit=stage.units[code], title=draft["name"], text=written(draft["text"]),
            reason=draft["reason"], values=values, plan=plan.uid if plan is not None else None, by=by,
        )  # fmt: skip

    return run


def _at_work(stage: Stage, code: str, draft: Mapping[str, Any]) -> PolicyVersion | None:
    """The version on its way; None where the rule is not there yet."""
    rows = PolicyVersion.objects.filter(unit=stage.units[code], title=draft["name"], state__in=AT_WORK)
    return rows.first()


def _submit(code: str, draft: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        if (row := _at_work(stage, code, draft)) is not None:
            policies.submit(draft=row, by=stage.actor(draft["by"]))

    return run


def _approve(code: str, draft: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        if (row := _at_work(stage, code, draft)) is not None:
            policies.approve(draft=row, by=stage.actor(draft["approver"]), opinion=draft.get("opinion", ""))

    return run


def _issue(code: str, draft: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        row = _at_work(stage, code, draft)
        if row is None:
            return
        begins = content.day(draft["in_force"], today=today) if "in_force" in draft else None
        number = draft["number"].format(year=clock.today().year)
        policies.issue(draft=row, number=number, in_force_on=begins, by=stage.actor(draft["by"]))

    return run


# --- read and confirm ---------------------------------------------------------------------------------------------


def _reading(code: str, plan: Mapping[str, Any], *, today: date, chance: Chance) -> Iterator[Step]:
    at = chance.moment(f"{code} reading", content.day(plan["issued"], today=today))
    yield Step(at, f"{code} reading", _give_out(code, plan, today))
    for place, username in enumerate(plan["online"].split(), 1):
        yield Step(at + timedelta(hours=19 * place), f"{code} read {username}", _confirm(code, plan, username))
    signed = chance.moment(f"{code} signed", content.day(plan["signed"], today=today))
    yield Step(max(signed, at + _LATER), f"{code} signed", _sign(code, plan))


def _give_out(code: str, plan: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        entry = found(stage, code, REGISTER, plan["policy"])
        held = policies.current(entry.uid) if entry is not None else None
        if entry is None or held is None:
            return
        former = PolicyVersion.objects.filter(policy=entry.uid, number=held.number - 1).first()
        row = issuing.issue(
            unit=stage.units[code], policy=entry, audience=audiences.Audience(joiners=True),
            due_on=content.day(plan["due"], today=today), statement=plan["statement"], compared=former,
            by=stage.actor(plan["by"]),
        )  # fmt: skip
        issuing.give_out(row)  # here nobody waits for the background

    return run


def _given(stage: Stage, code: str, plan: Mapping[str, Any]) -> Reading | None:
    rows = Reading.objects.select_related("unit", "policy_version", "compared")
    return rows.filter(unit=stage.units[code], title=plan["policy"]).first()


def _confirm(code: str, plan: Mapping[str, Any], username: str) -> Any:
    def run(stage: Stage) -> None:
        row, by = _given(stage, code, plan), stage.actor(username)
        if row is None:
            return
        mine = Receipt.objects.get(reading=row, person__user=by.user)
        confirming.open_(mine)
        count = confirming.parts(confirming.pieces(row))
        for part in range(1, count + 1):
            confirming.reach(mine, part, of=count)
        confirming.confirm(reading=row.uid, by=by)

    return run


def _sign(code: str, plan: Mapping[str, Any]) -> Any:
    """Those who have no account sign a list, and the office records it."""

    def run(stage: Stage) -> None:
        row, by = _given(stage, code, plan), stage.actor(plan["by"])
        if row is None:
            return
        names = plan["names"].split()
        pending = Receipt.objects.filter(reading=row, state=ReceiptState.PENDING, person__name__in=names)
        people = [str(uid) for uid in pending.order_by("pk").values_list("person__uid", flat=True)]
        file = signed_list(f"{plan['policy']}签收表", plan["statement"], names, by=by)
        confirming.paper(reading=row, people=people, file=file, by=by)

    return run


def signed_list(title: str, statement: str, names: list[str], *, by: Actor) -> dict[str, object]:
    """The list of signatures as a Word file."""
    lines = [statement, *(f"{place}. {name}（签名）" for place, name in enumerate(names, 1))]
    row = store.save(papers.document(title, lines), name=f"{title}.docx", by=by)
    return {"digest": row.digest, "name": f"{title}.docx", "size": row.size, "media_type": row.media_type}


# --- archive ------------------------------------------------------------------------------------------------------


def _archive(code: str, plan: Mapping[str, Any], today: date) -> Any:
    def run(stage: Stage) -> None:
        by = stage.actor(plan["by"])
        span = Span(content.day(plan["begins"], today=today), content.day(plan["ends"], today=today))
        codes = plan.get("parts", "").split()
        making.make(making.begin(unit=stage.units[code], span=span, codes=codes, by=by, background=False), by=by)

    return run
