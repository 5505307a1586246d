"""What people write of a meeting: read, refused where it is not complete, made into records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guiju.governance.meetings import quorum
from guiju.governance.meetings.terms import ABSENT, CARRIED, CIRCULATION, DECIDED, DEPUTY, PRESENT, VOTING
from guiju.lib import clock, dates, text
from guiju.lib.errors import Fault, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers import spec as specs
from guiju.registers.models import Entry

LONG = ("remark", "next_work")
SHORT = ("place", "guests", "minutes_number", "signer")
FIELDS = ("held_on", "chair", *SHORT, *LONG, "decisions")
VOTES = ("votes_for", "votes_against", "votes_abstained")
_STATES = frozenset({PRESENT, ABSENT, DEPUTY, ""})
_MOST = 60
Written = Mapping[str, Any]


def blank(meeting: Entry) -> dict[str, Any]:
    """What is known of a meeting before anything was written."""
    data = meeting.body.data
    return {
        "held_on": data.get("held_on") or "",
        "chair": data.get("chaired_by") or "",
        "place": data.get("place") or "",
        "guests": "",
        "minutes_number": data.get("minutes_number") or "",
        "signer": "",
        "remark": "",
        "next_work": data.get("next_work") or "",
        "decisions": [],
    }


class Reader:
    """Reads one form over what was there; `faults` name what cannot be read."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.faults: list[Fault] = []
        self._people: dict[str, bool] = {}

    def minutes(self, values: Written, held: Written) -> dict[str, Any]:
        """Dates, people, texts and decisions."""
        found = {**held}
        for code in (*SHORT, *LONG):
            if code in values:
                found[code] = text.clean(str(values[code] or ""))[: 8_000 if code in LONG else 300]
        if "held_on" in values:
            found["held_on"] = self._day(values["held_on"], "held_on")
        if "chair" in values:
            found["chair"] = self._person(values["chair"], "chair")
        if "decisions" in values:
            found["decisions"] = list(self._decisions(values["decisions"] or []))
        return found

    def attendance(self, values: Written, held: Sequence[Written]) -> list[dict[str, Any]]:
        """`values`: {person: {"state", "deputy"}}; nobody is added who is not expected."""
        rows = []
        for row in held:
            given = values.get(str(row["person"]))
            if given is None:
                rows.append(dict(row))
                continue
            state = str(given.get("state") or "")
            deputy = " ".join(text.clean(str(given.get("deputy") or "")).split())[:60]
            if state not in _STATES:
                self.faults.append(Fault(f"attendance.{row['person']}", _("Choose present, absent or deputy.")))
                state = ""
            rows.append({**row, "state": state, "deputy": deputy if state == DEPUTY else ""})
        return rows

    def items(self, values: Written, held: Written, known: Iterable[str]) -> dict[str, Any]:
        """Outcome, votes and resolution of each item that is on the agenda."""
        agenda = set(known)
        found = {uid: dict(row) for uid, row in held.items() if uid in agenda}
        options = {choice.code for choice in _outcomes()}
        for uid, given in values.items():
            if uid not in agenda:
                continue
            row = found.setdefault(uid, {})
            if "outcome" in given:
                outcome = str(given["outcome"] or "")
                row["outcome"] = outcome if outcome in options else ""
                if outcome and outcome not in options:
                    self.faults.append(Fault(f"items.{uid}.outcome", _("There is no such outcome.")))
            for code, most in (("resolution", 8_000), ("unheard", 500)):
                if code in given:
                    row[code] = text.clean(str(given[code] or ""))[:most]
            for code in VOTES:
                if code in given:
                    row[code] = self._votes(given[code], f"items.{uid}.{code}")
        return found

    def _votes(self, written: Any, where: str) -> int | None:
        said = str(written if written is not None else "").strip()
        if not said:
            return None
        if said.isdecimal() and said.isascii() and len(said) <= 4:
            return int(said)
        self.faults.append(Fault(where, _("Votes are a whole number."), _("Leave it empty where nobody voted.")))
        return None

    def _decisions(self, written: Iterable[Written]) -> Iterator[dict[str, str]]:
        for number, row in enumerate(list(written)[:_MOST], 1):
            if not any(row.get(name) for name in ("matter", "owner", "due_on")):
                continue
            yield {
                "item": str(row.get("item") or ""),
                "matter": " ".join(text.clean(str(row.get("matter") or "")).split())[:200],
                "owner": self._person(row.get("owner"), f"decisions.{number}.owner"),
                "due_on": self._day(row.get("due_on"), f"decisions.{number}.due_on"),
            }

    def _day(self, written: Any, where: str) -> str:
        if not written:
            return ""
        try:
            return dates.parse(written).isoformat()
        except Problem as problem:
            self.faults.append(Fault(where, problem.what, problem.fix))
            return ""

    def _person(self, written: Any, where: str) -> str:
        if not written:
            return ""
        said = str(written)
        if said not in self._people:
            try:
                known = Person.objects.filter(uid=UUID(said), unit__root_id=self.unit.root_id or self.unit.pk)
                self._people[said] = known.exists()
            except ValueError:
                self._people[said] = False
        if self._people[said]:
            return said
        self.faults.append(Fault(where, _("There is no such person here."), _("Choose somebody of this enterprise.")))
        return ""


def _outcomes() -> tuple[specs.Choice, ...]:
    field = specs.get("agenda_items").field("outcome")
    return field.options if field is not None else ()


def outcome_label(code: str) -> str:
    """The words for an outcome."""
    return next((choice.label() for choice in _outcomes() if choice.code == code), code)


# --- what must be there ---------------------------------------------------------------------------------------------


def held_faults(minutes: Written, attendance: Sequence[Written]) -> Iterator[Fault]:
    """What a meeting that took place needs: a day, who chaired it, who came."""
    held_on = minutes.get("held_on")
    if not held_on:
        yield Fault("held_on", _("The day of the meeting is missing."), _("Enter it."))
    elif date.fromisoformat(held_on) > clock.today():
        yield Fault("held_on", _("The day lies in the future."), _("Enter it after the meeting was held."))
    if not minutes.get("chair"):
        yield Fault("chair", _("Nobody is named who chaired it."), _("Choose the person."))
    if attendance and not any(row.get("state") in {PRESENT, DEPUTY} for row in attendance):
        yield Fault("attendance", _("Nobody is marked as present."), _("Tick who came."))
    for row in attendance:
        if row.get("state") == DEPUTY and not row.get("deputy"):
            what = _("%(name)s sent a deputy whose name is missing.") % {"name": row.get("name")}
            yield Fault(f"attendance.{row['person']}", what, _("Enter the name."))


class Rules:
    """A settled meeting against the rules of its body."""

    def __init__(self, rules: Written, attendance: Sequence[Written], recused: Mapping[str, set[str]]) -> None:
        self.rules, self.attendance, self.recused = rules, attendance, recused
        self.quorum = quorum.of(attendance, rules)

    def faults(self, items: Sequence[Entry], said: Written) -> Iterator[Fault]:
        """Each item has an outcome that the votes and the quorum allow."""
        if not items:
            yield Fault("items", _("The meeting has no agenda items."), _("Add what was dealt with."))
        if not self.quorum.is_reached and any(said.get(str(one.uid), {}).get("outcome") in DECIDED for one in items):
            yield self.too_few()
        for one in items:
            yield from self._item(one, said.get(str(one.uid), {}))

    def too_few(self) -> Fault:
        """The quorum was not reached."""
        what = _("%(present)d of %(members)d members were there; %(needed)d are needed.") % {
            "present": self.quorum.present, "members": self.quorum.members, "needed": self.quorum.needed,
        }  # fmt: skip
        return Fault("attendance", what, _("Without a quorum nothing is decided: defer the items and meet again."))

    def _item(self, item: Entry, said: Written) -> Iterator[Fault]:
        where = f"items.{item.uid}"
        if not said.get("outcome"):
            what = _("The outcome of “%(item)s” is missing.") % {"item": item.title}
            yield Fault(f"{where}.outcome", what, _("Choose one."))
        votes = [said.get(code) for code in VOTES]
        if all(vote is None for vote in votes) or not self.quorum.members:
            return
        allowed = quorum.voters(self.attendance, self.rules, self.recused.get(str(item.uid), set()))
        cast = sum(vote or 0 for vote in votes)
        if cast > allowed:
            what = _("“%(item)s” has %(cast)d votes, but only %(allowed)d members could vote.") % {
                "item": item.title, "cast": cast, "allowed": allowed,
            }  # fmt: skip
            yield Fault(f"{where}.votes_for", what, _("Whoever was absent or stood aside does not vote."))
        elif said.get("outcome") in CARRIED and not self._carried(item, said, allowed):
            what = _("%(count)d votes for “%(item)s” do not carry it by the rules of the body.") % {
                "count": said.get("votes_for") or 0, "item": item.title,
            }  # fmt: skip
            yield Fault(f"{where}.outcome", what, _("Check the votes, or choose another outcome."))
        elif said.get("outcome") == "rejected" and self.rules.get("passes") and self._carried(item, said, allowed):
            what = _("%(count)d votes for “%(item)s” carry it by the rules of the body; it was not rejected.") % {
                "count": said.get("votes_for") or 0, "item": item.title,
            }  # fmt: skip
            yield Fault(f"{where}.outcome", what, _("Check the votes, or choose another outcome."))

    def _carried(self, _item: Entry, said: Written, allowed: int) -> bool:
        rule = str(self.rules.get("passes") or "")
        return quorum.carries(rule, said.get("votes_for") or 0, present=allowed, members=self.quorum.members)


def unheard_faults(items: Sequence[Entry], said: Written, lacking: Mapping[UUID, Sequence[Role]]) -> Iterator[Fault]:
    """A major decision rests on opinions given before it, or says why they were not heard."""
    for one in items:
        row = said.get(str(one.uid), {})
        roles = lacking.get(one.uid)
        if not roles or row.get("outcome") not in DECIDED or row.get("unheard"):
            continue
        names = pgettext("list", ", ").join(str(role.label) for role in roles)
        what = _("“%(item)s” is a major decision, and no opinion of %(names)s was given before it.") % {
            "item": one.title, "names": names,
        }  # fmt: skip
        fix = _("Have the opinion entered if it was given, defer the item, or write down why it was not heard.")
        yield Fault(f"items.{one.uid}.unheard", what, fix)


class Circulated(Rules):
    """What was decided by circulation (传签): by the same rules, but nobody signs for another and silence is no consent."""

    def __init__(self, rules: Written, attendance: Sequence[Written], recused: Mapping[str, set[str]]) -> None:
        quorum_ = rules.get("quorum") or "majority"
        super().__init__({**rules, "quorum": quorum_, "deputies_count": False}, attendance, recused)

    def _item(self, item: Entry, said: Written) -> Iterator[Fault]:
        if said.get("outcome") in DECIDED and any(said.get(code) is None for code in VOTES[:2]):
            what = _("The votes on “%(item)s” are missing.") % {"item": item.title}
            yield Fault(f"items.{item.uid}.votes_for", what, _("Enter how the members signed."))
        yield from super()._item(item, said)

    def _carried(self, item: Entry, said: Written, allowed: int) -> bool:
        aside = self.recused.get(str(item.uid), set())
        voting = [row for row in self.attendance if row.get("seat") in VOTING]
        return quorum.carries_by_circulation(
            str(self.rules.get("passes") or ""), said.get("votes_for") or 0,
            entitled=sum(row.get("person") not in aside for row in voting), members=len(voting),
        )  # fmt: skip


def is_circulated(meeting: Entry) -> bool:
    """Was it decided by circulation, without a meeting?"""
    return meeting.level == CIRCULATION


def circulation_faults(meeting: Entry, body: Entry | None, attendance: Iterable[Written]) -> Iterator[Fault]:
    """A body decides by circulation where its rules allow that, with the page that its members have signed."""
    if body is None or not body.body.data.get("circulates"):
        what = _("The rules of procedure do not let %(body)s decide by circulation.") % {
            "body": body.title if body is not None else _("the body")
        }
        yield Fault("body", what, _("Where they do, enter it in the record of the body; else hold a meeting."))
    if not meeting.body.data.get("signed_pages"):
        yield Fault("signed_pages", _("The signed page is missing."), _("Attach it in the record of the meeting."))
    for row in attendance:
        if row.get("state") == DEPUTY:
            what = _("%(name)s has to sign himself.") % {"name": row.get("name")}
            yield Fault(f"attendance.{row['person']}", what, _("By circulation nobody signs for another."))


def decision_faults(decisions: Iterable[Written], held_on: str) -> Iterator[Fault]:
    """A decision has a matter, an owner and a day after the meeting."""
    missing = {
        "matter": _("Decision %(n)d has no matter."),
        "owner": _("Decision %(n)d has no owner."),
        "due_on": _("Decision %(n)d has no day."),
    }
    for number, row in enumerate(decisions, 1):
        for name, what in missing.items():
            if not row.get(name):
                yield Fault(f"decisions.{number}.{name}", what % {"n": number}, _("Enter it."))
        if row.get("due_on") and held_on and row["due_on"] < held_on:
            what = _("Decision %(n)d is due before the meeting.") % {"n": number}
            yield Fault(f"decisions.{number}.due_on", what, _("Choose a later day."))


# --- into records ---------------------------------------------------------------------------------------------------


def came(attendance: Iterable[Written], guests: str) -> tuple[str, int]:
    """Who was there, in one line, and how many."""
    there = []
    for row in attendance:
        if row.get("state") == PRESENT:
            there.append(str(row["name"]))
        elif row.get("state") == DEPUTY:
            there.append(f"{row['name']}（委托{row.get('deputy')}）")
    besides = [one.strip() for one in guests.replace("，", "、").replace(",", "、").split("、") if one.strip()]
    line = "、".join(there)
    if besides:
        line = f"{line}；列席：{'、'.join(besides)}" if line else "、".join(besides)
    return line, len(there) + len(besides)


def held_values(minutes: Written, attendance: Sequence[Written]) -> dict[str, Any]:
    """What the register of meetings says of a meeting that took place."""
    line, count = came(attendance, minutes.get("guests") or "")
    return {
        "held_on": minutes["held_on"],
        "chaired_by": minutes["chair"],
        "place": minutes.get("place") or None,
        "attended": count or None,
        "attendees": line or None,
    }


def settled_values(minutes: Written, items: Sequence[Entry], said: Written) -> dict[str, Any]:
    """What the register says once the minutes are settled."""
    lines = []
    for number, one in enumerate(items, 1):
        row = said.get(str(one.uid), {})
        words = "；".join(filter(None, (outcome_label(row.get("outcome", "")), (row.get("resolution") or "").strip())))
        lines.append(f"{number}. {one.title}：{words}")
    decided = any(said.get(str(one.uid), {}).get("outcome") in DECIDED for one in items)
    return {
        "minutes_number": minutes.get("minutes_number") or None,
        "minutes": minutes.get("remark") or None,
        "resolution": "\n".join(lines)[:20_000],
        "has_resolution": decided or bool(minutes.get("decisions")),
        "next_plan": bool(minutes.get("next_work")),
        "next_work": minutes.get("next_work") or None,
    }
