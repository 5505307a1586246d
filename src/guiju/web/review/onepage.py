"""What the template of one matter needs: its state in words, its way, the one thing to do, and all the rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import spec as specs
from guiju.registers.models import Entry
from guiju.review import doings, grounds, hands, keeping, lookalikes, queries, subjects, vetoes
from guiju.review.doings import Doings
from guiju.review.enums import POLICIES, SETTLED_CONDITIONS, ConditionState, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Ground, Matter, Paper
from guiju.review.queries import One, Round
from guiju.review.voicing import BACK, follows_from_leaving, in_whose_stead_not
from guiju.trail import log as trail
from guiju.web import links, place
from guiju.web.registers.picks import person_option
from guiju.web.registers.uploads import Kept
from guiju.web.review import here, looks, people, resolving, speaking, words
from guiju.web.templatetags.ui import amount as in_yuan
from guiju.web.templatetags.ui import iso_date
from guiju.workflow.routes import runs
from guiju.workflow.routes.enums import RunState, SeatKind, SeatState
from guiju.workflow.routes.models import Seat

_EVENTS = 60
_SHORT = 8


def context(
    request: HttpRequest, one: One, *, problem: Problem | None = None, move: str = "", kept: list[Kept] | None = None
) -> dict[str, Any]:
    """Everything the page draws; after a refusal with what was typed."""
    by, matter = place.by(request), one.matter
    may = doings.of(by, one)
    said = request.POST if problem is not None else {}
    wrong = {fault.where: f"{fault.what} {fault.fix}".strip() for fault in problem.faults} if problem else {}
    shown, opens = _beside(by, matter), _sees_registers(request, matter)
    waits = words.unmet(one)
    return {
        "title": matter.title,
        "trail": here.trail(request, matter.unit),
        "matter": matter,
        "kind": words.kind(matter.kind),
        "said_state": words.state(matter.state)
        | ({"label": _("Passed, a condition comes first"), "tone": "partly"} if waits else {}),
        "waits": bool(waits),
        "sentence": sentence(one),
        "facts": facts(one),
        "papers": [_paper(matter, row) for row in one.papers],
        "now": _round(one, one.round, opens) if one.round else None,
        "earlier": [_round(one, row, opens) for row in reversed(one.rounds[:-1])],
        "conditions": [_condition(matter, row, may, said) for row in one.conditions],
        "live": _pass(one),
        "veto": _veto(matter, opens),
        "stayed": None if matter.veto else _stayed(matter, opens),
        "twins": [
            {"title": _called(row), "url": here.url(row), "state": words.state(row.state)}
            for row in _twins(by, matter)
            if row.state not in lookalikes.STATES
        ],
        "alikes": _alikes(by, matter),
        "previous": previous(matter, one.previous) if one.previous else None,
        "later": [{"title": _called(row), "url": here.url(row)} for row in one.later],
        "beside": shown,
        "history": trail.history(keeping.OBJECT, str(matter.uid), limit=_EVENTS),
        "problem": problem,
        "move": move,
        "wrong": {where.replace(".", "_"): told for where, told in wrong.items()},
        "said": said,
        "kept": kept or [],
        "version": matter.version,
        "may": may,
        "todo": todo(one, may),
        "urls": {code: reverse("review-do", args=[matter.uid, code]) for code in _MOVES},
        "edit_url": reverse("review-edit", args=[matter.uid]),
        "opinion_url": reverse("review-opinion", args=[matter.uid]) if _has_opinions(one) else "",
        "ledger_url": links.record("reviews", matter.entry) if matter.entry and opens else "",
        **looks.context(request, one),
        **(speaking.context(one, may, said, wrong, shown["parts"]) if may.may("speak") else {}),
        **_choices(one, may, by, (str(said.get("seat", "")), move)),
    }


_MOVES = (
    "speak", "submit", "withdraw", "again", "hand_over", "add", "escalate", "recuse", "exclude", "ask_counsel", "enter_counsel",
    "report", "take_back", "lift", "void", "claim", "settle", "adopt",
)  # fmt: skip


def _twins(by: Actor, matter: Matter) -> list[Matter]:
    """While it is prepared or reviewed: what was decided needs no such word."""
    return queries.twins(by, matter) if matter.state in {S.DRAFT, S.RETURNED, S.IN_REVIEW} else []


def _alikes(by: Actor, matter: Matter) -> list[dict[str, Any]]:
    """What did not pass and looks like it, told while it is prepared or reviewed; by number alone where it is out of sight."""
    return [
        {
            "title": _called(one.matter) if seen else one.matter.number, "url": here.url(one.matter) if seen else "",
            "state": words.state(one.matter.state), "why": lookalikes.told([one]),
        }
        for one, seen in queries.alike(by, matter)
    ]  # fmt: skip


def _has_opinions(one: One) -> bool:
    return any(seat.state == SeatState.SPOKEN for row in one.rounds for seat in row.seats)


def _sees_registers(request: HttpRequest, matter: Matter) -> bool:
    from guiju.access.permissions import Permission as P

    return place.may(request, P.REGISTER_ENTRY_VIEW, matter.unit, matter.department)


def previous(matter: Matter, other: Matter) -> dict[str, Any]:
    """The matter in whose place one stands; told above it while it is prepared or reviewed."""
    is_told = matter.state in {S.DRAFT, S.RETURNED, S.IN_REVIEW} and other.state in {S.REFUSED, S.VETOED}
    return {
        "title": _called(other), "url": here.url(other), "state": words.state(other.state), "is_told": is_told,
        "is_vetoed": other.state == S.VETOED,
    }  # fmt: skip


def _called(matter: Matter) -> str:
    return f"{matter.number} {matter.title}".strip()


# --- what there is to do --------------------------------------------------------------------------------------------


def todo(one: One, may: Doings) -> str:
    """The one thing to do now for this account; empty where nothing waits for it."""
    decided = one.matter.adopted is None and one.matter.state in {S.PASSED, S.REFUSED, S.VETOED}
    ways = (
        (may.may("submit") and may.brings, "mend"),
        (may.may("report"), "report"),
        (may.may("speak"), "speak"),
        (bool(may.counsel), "enter_counsel"),
        (_lacks_counsel(one) and may.may("ask_counsel"), "ask_counsel"),
        (bool(may.claims), "claim"),
        (bool(may.settles), "settle"),
        (may.may("lift"), "lift"),
        (may.brings and _is_stopped(one) and (may.may("again") or one.matter.system != POLICIES), "again"),
        (may.may("adopt") and may.brings and decided, "adopt"),
    )
    return next((code for holds, code in ways if holds), "")


def _is_stopped(one: One) -> bool:
    """Refused or vetoed, and nothing stands in its place yet."""
    return one.matter.state in {S.REFUSED, S.VETOED} and not one.later


def _lacks_counsel(one: One) -> bool:
    now = one.round
    return now is not None and now.run.state == RunState.OPEN and not now.open and now.run.position < len(now.steps)


def _choices(one: One, may: Doings, by: Actor, refused: tuple[str, str]) -> dict[str, Any]:
    """What selects of the page offer: people, places of others, resolutions; asked for only where they are needed.

    `refused` is the place and the step that was sent for it: what was typed stands again in its form alone.
    """
    needs_people = any(may.may(code) for code in ("speak", "add", "report")) or bool(may.movable)
    matter = one.matter
    return {
        "people": people.first(matter) if needs_people else [],
        "people_url": reverse("review-people", args=[matter.uid]),
        **(resolving.context(matter, by) if may.may("lift") or speaking.decides_body(may) else {}),
        "bodies": resolving.bodies(matter, by) if may.may("report") else [],
        "receivers": people.receivers(matter, by) if may.may("report") else [],
        "receivers_url": f"{reverse('review-people', args=[matter.uid])}?to={people.BODY}",
        "today": clock.today(),
        "vetoed_on": vetoes.vetoed_on(matter) if may.may("report") else None,
        "mine": may.seat,
        "mine_move": _refused(may.seat, refused),
        "mine_leaves": follows_from_leaving(one.round.run, may.seat) if one.round and may.seat else "",
        "stead": _stead(one, may, by),
        "others": [_other(one, row, may) | {"move": _refused(row, refused)} for row in may.movable],
        **_takers(one, may, by),
    }


def _refused(seat: Seat | None, refused: tuple[str, str]) -> str:
    """The step that was sent for a place and refused; empty where none was."""
    return refused[1] if seat is not None and str(seat.uid) == refused[0] else ""


def _stead(one: One, may: Doings, by: Actor) -> Problem | None:
    """Why somebody who stands in for a person that is asked finds no form here."""
    if one.round is None or one.matter.state != S.IN_REVIEW or may.seat is not None or by.user_id in one.matter.authors:
        return None
    return in_whose_stead_not(one.round.run, by)


def _other(one: One, row: Seat, may: Doings) -> dict[str, Any]:
    """A place of somebody else: whether it may be handed over, and whether its holder may be made to step aside."""
    assert one.round is not None
    sets_aside = row.uid in may.aside
    return {
        "uid": str(row.uid),
        "name": row.name,
        "is_held": row.uid in may.held,
        "may_aside": sets_aside,
        "aside_by": may.aside_by.get(row.uid, ""),
        "leaves": follows_from_leaving(one.round.run, row) if sets_aside else "",
    }


def _takers(one: One, may: Doings, by: Actor) -> dict[str, Any]:
    """Who may take one's own place where it goes with an office, or what to do where nobody else may."""
    if one.round is None or may.seat is None or not may.may("hand_over"):
        return {"takers": None}
    found = hands.takers(one.round.run, may.seat, by)
    if found is None:
        return {"takers": None}
    return {"takers": [person_option(row) for row in found], "nobody_else": hands.nobody()}


# --- what it is -----------------------------------------------------------------------------------------------------


def sentence(one: One) -> str:
    """Where it stands, in one sentence."""
    matter, now = one.matter, one.round
    if matter.state == S.IN_REVIEW and now is not None:
        return _under_review(now)
    waits = words.unmet(one)
    told = {
        S.DRAFT: _("It is being prepared and has not been submitted; nobody has been asked."),
        S.RETURNED: _("It was returned and waits for %(name)s to change it and submit it again."),
        S.SUSPENDED: _(
            "%(vetoer)s has vetoed it. Nothing may be done; the veto has to be reported to the leading body."
        ),
        S.VETOED: _(
            "The veto holds: reported to %(receiver)s on %(reported)s. Only a resolution of the leading body lifts it."
        ),
        S.PASSED: _("It is passed but may not be carried out yet. To be met and confirmed first: %(waits)s.")
        if waits
        else _("It is passed; the pass holds until %(until)s."),
        S.STAYED: _(
            "Its pass is suspended and nothing may be done. %(reason)s It holds again, or the veto stands again, "
            "once the minutes are settled."
        )
        if matter.veto
        else _(
            "Its pass is suspended and nothing may be done. %(reason)s It holds again, or ends for good, once the minutes "
            "are settled."
        ),
        S.REFUSED: _("It was not passed and may not be carried out."),
        S.WITHDRAWN: _("It was withdrawn: %(reason)s"),
        S.VOID: _("Its pass was withdrawn: %(reason)s"),
    }[S(matter.state)]
    live = one.live
    return told % {
        "waits": words.to_meet(waits),
        "name": matter.owner.name, "vetoer": matter.veto.get("by", ""), "receiver": vetoes.told_to(matter),
        "reported": matter.veto.get("reported_on", ""), "reason": matter.reason,
        "until": live.expires_on.isoformat() if live else "",
    }  # fmt: skip


def _under_review(now: Round) -> str:
    at = now.run.position
    if at >= len(now.steps):
        return ""
    asked = now.open
    given = {"place": at + 1, "steps": len(now.steps), "step": now.steps[at].name}
    if not asked:
        return _("Step %(place)d of %(steps)d, %(step)s: nobody is asked yet.") % given
    days = {row.due_on for row in asked}
    if len(days) > 1:
        each = _("%(name)s by %(day)s")
        told = [each % {"name": row.name, "day": iso_date(row.due_on)} if row.due_on else row.name for row in asked]
        return _("Step %(place)d of %(steps)d, %(step)s: %(each)s.") % {
            **given,
            "each": _(", ").join(dict.fromkeys(told)),
        }
    names, due = "、".join(dict.fromkeys(row.name for row in asked)), days.pop()
    return _("Step %(place)d of %(steps)d, %(step)s: %(names)s, until %(day)s.") % {
        **given, "names": names, "day": iso_date(due) if due else "",
    }  # fmt: skip


def facts(one: One) -> dict[str, Any]:
    """The matter as the paper form has it."""
    row = one.matter
    rows: list[dict[str, Any]] = [
        {"label": _("Number"), "text": row.number, "missing": not row.number},
        {"label": _("Kind"), "text": words.kind(row.kind)},
        {"label": _("Unit"), "text": row.unit.name},
        {
            "label": _("Department"),
            "text": row.department.name if row.department else "",
            "missing": row.department is None,
        },
        {"label": _("Brought by"), "text": row.owner.name},
        {
            "label": _("Amount"),
            "text": in_yuan(row.amount) if row.amount is not None else "",
            "missing": row.amount is None,
        },
    ]
    marks = [word for holds, word in ((row.overseas, _("overseas")), (row.major, _("major matter"))) if holds]
    if marks:
        rows.append({"label": _("Marked as"), "text": "、".join(marks)})
    if row.system == POLICIES:
        rows.append({"label": _("In the library of rules"), "text": row.title, "url": links.record(POLICIES, row.ref)})
    elif row.ref:
        rows.append({"label": _("In another system"), "text": f"{row.system} {row.ref}".strip()})
    if row.adopted is not None:
        told = _("taken up") if row.adopted else _("not taken up: %(why)s") % {"why": row.not_adopted}
        rows.append({"label": _("Opinions"), "text": told, "wide": True})
    if row.done_on:
        rows.append({"label": _("Carried out on"), "text": iso_date(row.done_on)})
    rows += form_rows(one)
    if row.summary:
        rows.append({"label": _("What the reviewers should know"), "text": row.summary, "wide": True})
    rows.sort(key=_is_wide)
    narrow = [fact for fact in rows if not _is_wide(fact)]
    if len(narrow) % 2:  # the last line of two columns has no empty half
        narrow[-1]["wide"] = True
    return {"id": "facts", "title": _("The matter"), "edit_url": "", "rows": rows}


def _is_wide(row: dict[str, Any]) -> bool:
    return bool(row.get("wide"))


def form_rows(one: One) -> list[dict[str, Any]]:
    """What the form of its kind asked besides."""
    subject = subjects.all_of().get(one.matter.kind)
    found = []
    for item in subject.fields if subject is not None else ():
        value = one.matter.form.get(item.code)
        if item.type == "bool":
            value = _("yes") if value else _("no")
        elif item.type == "choice" and value:
            value = next((_label(choice) for choice in item.choices if choice[0] == value), value)
        if value:
            found.append({"label": subjects.said(item), "text": str(value), "wide": item.type == "longtext"})
    return found


def _label(choice: tuple[str, str, str]) -> str:
    from django.utils.translation import get_language

    return choice[2] if (get_language() or "").startswith("en") else choice[1]


def _paper(matter: Matter, row: Paper) -> dict[str, Any]:
    subject = subjects.all_of().get(matter.kind)
    kind = subject.paper(row.role) if subject is not None else None
    return {
        "label": subjects.said(kind) if kind is not None else row.role,
        "is_text": row.role == subjects.TEXT,
        "name": row.name,
        "size": row.size,
        "digest": row.digest,
        "short": row.digest[:_SHORT],
        "url": reverse("review-paper", args=[matter.uid, row.digest, row.name]),
    }


def _files(matter: Matter, given: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {"name": str(one.get("name") or ""), "short": str(one["digest"])[:_SHORT],
         "url": reverse("review-paper", args=[matter.uid, one["digest"], one.get("name") or "file"])}
        for one in given
        if one.get("digest")
    ]  # fmt: skip


def _veto(matter: Matter, opens: bool) -> dict[str, Any] | None:
    if not matter.veto:
        return None
    return {**matter.veto, "receiver": vetoes.told_to(matter), "stayed": _stayed(matter, opens)}


def _stayed(matter: Matter, opens: bool) -> dict[str, Any] | None:
    """Which minutes are open again, since when and why, with the way to their meeting."""
    if (stayed := keeping.stayed(matter)) is None:
        return None
    day = clock.day_of(datetime.fromisoformat(stayed.get("opened_at") or stayed["at"])).isoformat()
    url = links.record("meetings", stayed["meeting"]) if opens and stayed["meeting"] else ""
    return {**stayed, "at_day": day, "url": url}


def _pass(one: One) -> dict[str, Any] | None:
    live = one.live
    if live is None:
        return None
    return {
        "code": f"{live.code[:4]} {live.code[4:]}",
        "until": live.expires_on,
        "is_over": live.expires_on < clock.today(),
        "is_stayed": one.matter.state == S.STAYED,
        "url": reverse("review-pass", args=[one.matter.uid]),
        "uses": list(live.uses.all()),
    }


# --- its way --------------------------------------------------------------------------------------------------------


def _round(one: One, row: Round | None, opens: bool) -> dict[str, Any]:
    assert row is not None
    is_last = one.round is not None and row.run.pk == one.round.run.pk
    silent = runs.silent_deputies(row.run) if is_last and one.matter.state == S.IN_REVIEW else {}
    return {
        "number": row.run.round,
        "name": row.run.row_name,
        "began": row.run.began_at,
        "steps": [_step(one, row, place_, opens, silent) for place_ in range(len(row.steps))],
        "papers": [] if is_last else [_paper(one.matter, paper) for paper in row.papers],
    }


def _step(one: One, row: Round, number: int, opens: bool, silent: dict[int, list[str]]) -> dict[str, Any]:
    step, seats = row.steps[number], row.at(number)
    spoken = any(seat.state == SeatState.SPOKEN for seat in seats)
    is_now = row.run.state != RunState.ENDED and number == row.run.position
    return {
        **words.step_row(step),
        "n": number + 1,
        "is_now": is_now,
        "is_done": number < row.run.position or (spoken and not is_now),
        "stop": _stop(seats) if not is_now else "",
        "is_ahead": number > row.run.position,
        "seats": [
            _seat(one, seat, opens) | {"silent": "、".join(silent.get(seat.pk, []))}
            for seat in seats
            if not _is_silent(seat)
        ],
    }


def _stop(seats: list[Seat]) -> str:
    """Whether the step sent the matter back, or stopped it."""
    stands = {seat.stand for seat in seats if seat.state == SeatState.SPOKEN}
    if stands & {Stand.VETO, Stand.DISAGREE}:
        return "stopped"
    return "back" if stands & BACK else ""


def _is_silent(seat: Seat) -> bool:
    """Somebody who was asked beside another and needed not speak any more."""
    return seat.state == SeatState.DROPPED and not seat.opinion


def _seat(one: One, seat: Seat, opens: bool) -> dict[str, Any]:
    late = seat.state == SeatState.OPEN and seat.due_on is not None and seat.due_on < clock.today()
    return {
        "uid": str(seat.uid),
        "name": seat.name,
        "office": seat.person.department.name if seat.person is not None and seat.person.department else "",
        "role": words.role(seat.role),
        "kind": str(SeatKind(seat.kind).label) if seat.kind != SeatKind.ROUTE else "",
        "state": seat.state,
        "state_word": str(SeatState(seat.state).label),
        "stand": words.stand(seat.stand) if seat.stand else None,
        "opinion": seat.opinion,
        "files": _files(one.matter, seat.files),
        "reason": seat.reason,
        "due_on": seat.due_on,
        "is_late": late,
        "acted_at": seat.acted_at,
        "by": seat.acted_by if seat.acted_by and seat.acted_by != seat.name else "",
        "on_behalf": seat.on_behalf,
        "grounds": [_ground(row, opens) for row in one.grounds if row.seat == seat.uid],
    }


def _ground(row: Ground, opens: bool) -> dict[str, str]:
    url = links.record(row.register, row.entry) if opens and row.entry is not None else ""
    return {"title": row.title, "source": row.source, "url": url}


# --- what follows and what stands beside ----------------------------------------------------------------------------


def _condition(matter: Matter, row: Condition, may: Doings, said: Any) -> dict[str, Any]:
    mine = str(row.uid) == said.get("condition", "")
    return {
        "uid": str(row.uid),
        "text": row.text,
        "due_on": row.due_on,
        "is_late": row.state in {ConditionState.OPEN, ConditionState.FAILED} and row.due_on < clock.today(),
        "owner": row.owner.name,
        "before": row.before,
        "state": {"label": str(ConditionState(row.state).label), "tone": words.CONDITION_TONES[row.state]},
        "set_by": row.set_by,
        "proof": row.proof,
        "files": _files(matter, row.files),
        "settled_on": row.settled_on,
        "settled_by": row.settled_by,
        "round": row.round,
        "stated": _stated(row),
        "reason": row.reason,
        "may_claim": row.uid in may.claims,
        "may_settle": row.uid in may.settles,
        "may_say_met": row.state == ConditionState.CLAIMED,
        "said": said if mine else {},
    }


def _stated(row: Condition) -> str:
    """What a later round said of a condition that still holds."""
    if not row.stated_round or row.state in SETTLED_CONDITIONS:
        return ""
    return _("%(name)s said in round %(round)d that it still holds") % {
        "name": row.stated_by,
        "round": row.stated_round,
    }


def _beside(by: Actor, matter: Matter) -> dict[str, Any]:
    found = queries.beside(by, matter)
    return {
        "is_empty": found.is_empty,
        "parts": [
            {
                "label": label,
                "register": register,
                "rows": [_entry(register, row, field, row.uid in found.open) for row in rows],
            }
            for register, label, rows, field in (
                (grounds.RISKS, _("Compliance risks"), found.risks, "level"),
                (grounds.OBLIGATIONS, _("Obligations"), found.obligations, "source"),
                (POLICIES, _("Rules in force"), found.policies, "source"),
                (grounds.NODES, _("Points of processes with a review"), found.nodes, "source"),
                (grounds.CONTROLS, _("Controls"), found.controls, "source"),
                (grounds.FINDINGS, _("Earlier findings"), found.findings, "status"),
            )
            if rows
        ],
    }


def _entry(register: str, row: Entry, field: str, opens: bool) -> dict[str, Any]:
    spec = specs.get(register)
    note, tone = "", "na"
    if field == "level":
        item = spec.field("level")
        chosen = item.option(row.level) if item is not None and row.level else None
        note, tone = (chosen.label(), chosen.tone) if chosen is not None else ("", "na")
    elif field == "source":
        note = grounds.source(row)
    elif (held := spec.state(row.status or spec.initial)) is not None:
        note, tone = held.label(), held.tone
    return {
        "uid": str(row.uid),
        "title": row.title,
        "url": links.record(register, row.uid) if opens else "",
        "note": note,
        "tone": tone,
        "is_chip": field != "source",
    }
