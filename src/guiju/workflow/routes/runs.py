"""One matter's way along a route. Callers hold the matter's lock, write the event, and say what an opinion means.

begin(about, about_uid, unit, department, route, row, shut_out, at) -> Run, its first step asked
speak(seat, stand, opinion, files, by, at)   -> Progress(step_over, run_over)
hand_over / add / counsel / recuse           -> other people at the step that is asked
pause / resume / end                         -> the run as a whole
content(run)                                 -> what the trail commits to
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, Problem
from guiju.org.models import Person, Unit
from guiju.workflow import days
from guiju.workflow.routes import rules, seating
from guiju.workflow.routes.enums import RunState, SeatKind, SeatState
from guiju.workflow.routes.models import Route, Run, Seat
from guiju.workflow.routes.rules import Step

_AT_STEP = (SeatState.WAITING, SeatState.OPEN)
LONGEST = 8_000


@dataclass(frozen=True, slots=True)
class Progress:
    """What speaking brought: is the step over, is the whole run?"""

    step_over: bool
    run_over: bool


def begin(
    *,
    about: str,
    about_uid: UUID,
    unit: Unit,
    department: Unit | None,
    route: Route | None,
    row: rules.Row,
    shut_out: Iterable[int],
) -> Run:
    """Start a round; its first step is asked at once. Refuses where nobody can take a step, before anything is kept."""
    out = sorted(set(shut_out))
    for step in row.steps:  # a way that ends at an empty chair is not begun
        if step.part not in {rules.COUNSEL, rules.BODY}:
            seating.sitters(step, unit=unit, department=department, shut_out=out, on=clock.today())
    rounds = Run.objects.filter(about_uid=about_uid).count()
    run = Run.objects.create(
        unit=unit, department=department, route=route, row_name=row.name, steps=[rules.written(one) for one in row.steps],
        about=about, about_uid=about_uid, round=rounds + 1, shut_out=out, began_at=clock.now(),
    )  # fmt: skip
    _ask(run)
    return run


def steps(run: Run) -> list[Step]:
    """The steps as they were when the run began."""
    return [rules.step_of(one) for one in run.steps]


def step(run: Run) -> Step | None:
    """The step that is asked now."""
    return rules.step_of(run.steps[run.position]) if run.position < len(run.steps) else None


def seats(run: Run) -> list[Seat]:
    """Everybody at every step, in order."""
    return list(run.seats.select_related("person", "person__user").order_by("step", "ordinal"))


def open_seats(run: Run) -> list[Seat]:
    """Whoever is asked now."""
    return [one for one in seats(run) if one.state == SeatState.OPEN]


def seat_of(run: Run, by: Actor) -> Seat | None:
    """The seat at which this account may speak now, its own before one it stands in for."""
    if by.user_id is None or run.state != RunState.OPEN:
        return None
    order = seating.stands_for(by.user_id, on=clock.today())
    if not order or order[0] in run.shut_out:
        return None
    if has_spoken(run, by):
        order = order[:1]  # one account is one voice: who has spoken does not speak once more for somebody else
    mine = [one for one in open_seats(run) if one.person_id in order and _may_take(run, one, order[0])]
    return min(mine, key=lambda one: order.index(one.person_id or 0), default=None)


def has_spoken(run: Run, by: Actor) -> bool:
    """Has the account given an opinion in the round, for itself or in somebody's stead?"""
    rows = run.seats.filter(acted_user=by.user_id, state=SeatState.SPOKEN)
    return by.user_id is not None and rows.exclude(kind=SeatKind.COUNSEL).exists()


def silent_deputies(run: Run) -> dict[int, list[str]]:
    """By place that is asked: who stands in for its holder today, but has spoken in the round and does not once more."""
    if run.state != RunState.OPEN:
        return {}
    # By account, as `has_spoken` asks: in whose stead somebody spoke may still speak himself.
    rows = run.seats.filter(state=SeatState.SPOKEN, acted_user__isnull=False).exclude(kind=SeatKind.COUNSEL)
    spoken = set(Person.objects.filter(user_id__in=rows.values("acted_user")).values_list("pk", flat=True))
    found: dict[int, list[str]] = {}
    for one in open_seats(run):
        if one.person_id is not None and spoken:
            names = [
                person.name for person in seating.deputies_of(one.person_id, on=clock.today()) if person.pk in spoken
            ]
            found.update({one.pk: names} if names else {})
    return found


def stead_of(run: Run, by: Actor) -> Seat | None:
    """A place of somebody for whom the account stands in, but which it may not take."""
    if by.user_id is None or run.state != RunState.OPEN:
        return None
    people = seating.stands_for(by.user_id, on=clock.today())[1:]
    return next((one for one in open_seats(run) if one.person_id in people), None)


def _may_take(run: Run, seat: Seat, own: int) -> bool:
    """Whoever stands in holds an office that the step binds; who is only asked as well gives an opinion, no signature."""
    if seat.person_id == own or not binds(run, seat):
        return True
    at = rules.step_of(run.steps[seat.step])
    return seating.office_of(at, Person.objects.get(pk=own), unit=run.unit, on=clock.today()) is not None


def is_routed(seat: Seat) -> bool:
    """Does somebody sit by the route or in the place of somebody who did, not only asked as well?"""
    return seat.kind in {SeatKind.ROUTE, SeatKind.HANDED}


def giver_of(everybody: Iterable[Seat], seat: Seat) -> Seat | None:
    """The place that was handed over to this one; of several at a step the first given is the first taken."""
    there = [one for one in everybody if one.step == seat.step and one.kind != SeatKind.ADDED]
    taken = sorted((one for one in there if one.kind == SeatKind.HANDED), key=lambda one: one.ordinal)
    given = [one for one in there if one.state == SeatState.HANDED and one.acted_at is not None]
    given.sort(key=lambda one: (one.acted_at or one.opened_at, one.ordinal))
    place = next((n for n, one in enumerate(taken) if one.pk == seat.pk), len(given))
    return given[place] if place < len(given) else None


def append(*, run: Run, step: Step) -> None:
    """One more step at the end of the round; refuses where nobody could take it."""
    _require_running(run)
    seating.sitters(step, unit=run.unit, department=run.department, shut_out=run.shut_out, on=clock.today())
    run.steps = [*run.steps, rules.written(step)]
    run.save(update_fields=["steps"])


def binds(run: Run, seat: Seat) -> bool:
    """Does the place belong to an office: by the route or handed over, at a part that only offices take?"""
    return is_routed(seat) and run.steps[seat.step].get("part") in seating.OFFICES


def signs(run: Run, seat: Seat) -> bool:
    """Is it a signature of its holder: the head's, the leading body's, or one that may veto?"""
    at = rules.step_of(run.steps[seat.step])
    return is_routed(seat) and (at.part in seating.DECIDING or at.veto)


def choice(run: Run, seat: Seat) -> list[seating.Sitter]:
    """Whom the route itself would seat in the place if its holder were not there; empty where nobody is left."""
    at = rules.step_of(run.steps[seat.step])
    out = {*run.shut_out, *([seat.person_id] if seat.person_id is not None else [])}
    try:
        return seating.sitters(
            at, unit=run.unit, department=run.department, shut_out=out, spoken=_spoken(run), on=clock.today(),
            is_last=seat.step == len(run.steps) - 1,
        )  # fmt: skip
    except Conflict:
        return []


def fitting(run: Run, seat: Seat) -> list[Person]:
    """Whoever holds an office by which the place may be taken, and may take it now."""
    at = rules.step_of(run.steps[seat.step])
    out = {*run.shut_out, *(one.person_id for one in seats(run) if one.step == seat.step and one.state in _AT_STEP)}
    if at.part in seating.DECIDING or seat.step == len(run.steps) - 1:
        out |= _spoken(run)
    return [one for one in seating.holders_of(at, unit=run.unit, on=clock.today()) if one.pk not in out]


def also_at(run: Run, person: Person, *, beside: Seat, leaves: bool) -> list[str]:
    """The other steps of the round at which somebody has spoken, or will be asked by the route, once he has the place.

    `leaves`: whoever has the place now is shut out of the matter, and so is asked at none of the later steps.
    """
    rows = [
        one
        for one in seats(run)
        if one.pk != beside.pk and one.state == SeatState.SPOKEN and one.kind != SeatKind.COUNSEL
    ]
    own = {
        one.step for one in rows if person.pk == one.person_id or (person.user_id and person.user_id == one.acted_user)
    }
    every = steps(run)
    out = {*run.shut_out, *([beside.person_id] if leaves and beside.person_id is not None else [])}
    spoken = {*_spoken(run), person.pk}
    for number in range(run.position + 1, len(every)):
        try:
            found = _sitters(run, number, out=out, spoken=spoken)
        except Conflict:
            continue
        own |= {number for one in found if one.person.pk == person.pk}
    return [every[number].name for number in sorted(own)]


def signs_later(run: Run, person: Person) -> list[str]:
    """The deciding steps to come at which somebody sits by his office, and would not once he has spoken before."""
    before, every = _spoken(run), steps(run)
    found = []
    for number in range(run.position + 1, len(every)):
        if every[number].part not in seating.DECIDING:
            continue
        with contextlib.suppress(Conflict):
            sits, instead = (_sitters(run, number, spoken=spoken) for spoken in (before, {*before, person.pk}))
            if person in [one.person for one in sits] and person not in [one.person for one in instead]:
                found.append(every[number].name)
    return found


def is_shut_out(run: Run, by: Actor) -> bool:
    """Has the person behind the account brought the matter or stepped aside from it?"""
    if by.user_id is None:
        return False
    return Person.objects.filter(user_id=by.user_id, pk__in=run.shut_out).exists()


def _ask(run: Run) -> None:
    """Seat and ask the people of the step that has come; a run behind its last step has none."""
    now = step(run)
    if now is None:
        return
    if now.part == rules.COUNSEL and not (now.role or now.people):
        return  # the counsel is named when he is asked
    found = _sitters(run, run.position)
    due = due_day(run, now)
    for place, sitter in enumerate(found):
        Seat.objects.create(
            run=run, step=run.position, ordinal=place, person=sitter.person, role=sitter.role, name=sitter.person.name[:120],
            state=SeatState.OPEN, due_on=due, opened_at=clock.now(),
        )  # fmt: skip


def _sitters(
    run: Run, number: int, *, out: Collection[int] | None = None, spoken: Collection[int] | None = None
) -> list[seating.Sitter]:
    """The people of a step; whoever has spoken or acted for somebody decides only if nobody else is left.

    `out` and `spoken` instead of who is shut out, and has spoken, by now.
    """
    return seating.sitters(
        rules.step_of(run.steps[number]), unit=run.unit, department=run.department,
        shut_out=run.shut_out if out is None else out, spoken=_spoken(run) if spoken is None else spoken,
        on=clock.today(), is_last=number == len(run.steps) - 1,
    )  # fmt: skip


def _spoken(run: Run) -> set[int]:
    """The people who have given an opinion in the round, for themselves or in somebody's stead."""
    rows = list(run.seats.filter(state=SeatState.SPOKEN).exclude(kind=SeatKind.COUNSEL))
    users = [one.acted_user for one in rows if one.acted_user is not None]
    acted = Person.objects.filter(user_id__in=users).values_list("pk", flat=True)
    return {one.person_id for one in rows if one.person_id is not None} | set(acted)


def due_day(run: Run, now: Step) -> date:
    """The last day of a step that is asked today, in working days of the house."""
    return days.of(run.unit.root_id or run.unit_id).add(clock.today(), now.days)


def speak(
    *, run: Run, seat: Seat, stand: str, opinion: str, files: Sequence[Mapping[str, Any]], by: Actor, on: bool = True
) -> Progress:
    """Give an opinion. With `on` the run moves on when the step is over; without it waits for what the caller decides."""
    _require_open(run, seat)
    now = rules.step_of(run.steps[seat.step])
    said = letters.clean(opinion)
    if now.evidence and not files:
        raise _fault("files", _("This step asks for a file."), _("Attach the document that carries the opinion."))
    if len(said) > LONGEST:
        raise _fault("opinion", _("The opinion is longer than %(most)s characters.") % {"most": f"{LONGEST:,}"}, "")
    seat.state, seat.stand, seat.opinion, seat.files = SeatState.SPOKEN, stand, said, [dict(one) for one in files]
    _acted(seat, by)
    seat.save()
    if not on:
        return Progress(step_over=False, run_over=False)
    return _go_on(run, now)


def _go_on(run: Run, now: Step) -> Progress:
    open_left = [one for one in run.seats.filter(step=run.position) if one.state in _AT_STEP]
    routed = [one for one in open_left if one.kind in {SeatKind.ROUTE, SeatKind.HANDED}]
    needed = open_left if now.need == rules.ALL else [one for one in open_left if one not in routed]
    beside = [SeatKind.ADDED] if now.part == rules.COUNSEL else [SeatKind.ADDED, SeatKind.COUNSEL]
    spoken = run.seats.filter(step=run.position, state=SeatState.SPOKEN)
    if needed or not spoken.exclude(kind__in=beside).exists():
        return Progress(step_over=False, run_over=False)
    for one in open_left:
        drop(one, _("Somebody else of the step has spoken."))
    run.position += 1
    run.save(update_fields=["position"])
    _ask(run)
    return Progress(step_over=True, run_over=run.position >= len(run.steps))


def hand_over(*, run: Run, seat: Seat, to: Person, reason: str, by: Actor) -> Seat:
    """Somebody else takes the seat; whoever is shut out cannot, and who has spoken already does not come to decide.

    At a part that binds its office the other one holds such an office. Who may hand over says the caller.
    """
    _require_open(run, seat)
    if seat.kind == SeatKind.COUNSEL:
        raise Conflict(
            _("Outside counsel gives the opinion; nobody of the house takes that place."),
            fix=_("Enter what counsel wrote, or let the place go with a reason and ask another counsel."),
            code="route.counsel",
        )
    _require_able(run, to)
    decides = seat.step == len(run.steps) - 1 or run.steps[seat.step].get("part") in seating.DECIDING
    if decides and seat.kind != SeatKind.ADDED and to.pk in _spoken(run):
        raise Denied(
            _("%(name)s has spoken on this already and does not decide it as well.") % {"name": to.name},
            fix=_("Choose somebody else."),
        )
    role = _office_for(run, seat, to)
    seat.state, seat.reason = SeatState.HANDED, _reason(reason)
    _acted(seat, by)
    seat.save()
    # Who was only asked as well hands over no more than that.
    kind = SeatKind.ADDED if seat.kind == SeatKind.ADDED else SeatKind.HANDED
    return _place(run, seat.step, to, kind, role=role, due_on=seat.due_on)


def _office_for(run: Run, seat: Seat, to: Person) -> str:
    """The office by which somebody sits in a place that is handed to him; refuses who holds none that the step binds."""
    at = rules.step_of(run.steps[seat.step])
    if not binds(run, seat):
        return seat.role
    office = seating.office_of(at, to, unit=run.unit, on=clock.today())
    if office is None:
        names = "、".join(one.person.name for one in choice(run, seat))
        raise Denied(
            _("%(name)s holds no office that may speak at the step “%(step)s”.") % {"name": to.name, "step": at.name},
            fix=_("Choose %(names)s, or have somebody appointed first.") % {"names": names}
            if names
            else _(
                "Nobody else holds such an office: have somebody appointed in the register of appointments, or report the "
                "matter to the leading body."
            ),
        )
    return office or seat.role


def add(*, run: Run, person: Person, reason: str) -> Seat:
    """One more opinion is asked for at the step that is asked; the step waits for it."""
    now = _require_running(run)
    _require_able(run, person)
    return _place(run, run.position, person, SeatKind.ADDED, reason=_reason(reason), due_on=due_day(run, now))


def counsel(*, run: Run, name: str, reason: str) -> Seat:
    """Outside counsel is asked at the step that is asked; his opinion is entered with its file."""
    now = _require_running(run)
    called = letters.clean(name).replace("\n", " ")[:120]
    if not called:
        raise _fault("name", _("Say who is asked."), _("Write the name of the law firm or lawyer."))
    return _place(
        run, run.position, None, SeatKind.COUNSEL, name=called, reason=_reason(reason), due_on=due_day(run, now)
    )


def recuse(*, run: Run, seat: Seat, reason: str, by: Actor, forced: bool = False) -> None:
    """Somebody steps aside, by himself or because he has to; the next one of his office, or the one above, takes it.

    Whoever makes him (`forced`) does not take the place; where nobody else is there for it, that is refused.
    """
    _require_open(run, seat)
    now = rules.step_of(run.steps[seat.step])
    seat.state, seat.reason = SeatState.RECUSED, _reason(reason)
    _acted(seat, by)
    seat.save()
    if seat.person_id is not None and seat.person_id not in run.shut_out:
        run.shut_out = [*run.shut_out, seat.person_id]
        run.save(update_fields=["shut_out"])
    left = run.seats.filter(step=seat.step, state__in=_AT_STEP).exclude(kind__in=[SeatKind.ADDED, SeatKind.COUNSEL])
    if seat.kind in {SeatKind.ADDED, SeatKind.COUNSEL} or left.exists():
        return
    for one in _next_sitters(run, now, seat, by) if forced else _sitters(run, seat.step):
        _place(run, seat.step, one.person, SeatKind.ROUTE, role=one.role, due_on=due_day(run, now))


def _next_sitters(run: Run, now: Step, seat: Seat, by: Actor) -> list[seating.Sitter]:
    """Without `by`, whose step it is next; where nobody in the unit is left, the nearest of such an office above it."""
    own = Person.objects.filter(user_id=by.user_id).values_list("pk", flat=True) if by.user_id is not None else ()
    besides, today = list(own), clock.today()
    try:
        return _sitters(run, seat.step, out=[*run.shut_out, *besides])
    except Conflict as conflict:
        out = {*run.shut_out, *besides, *_spoken(run)}
        for one in seating.holders_of(now, unit=run.unit, on=today):
            if one.pk not in out:
                return [seating.Sitter(one, seating.office_of(now, one, unit=run.unit, on=today) or "")]
        raise Conflict(
            _("Whoever makes %(name)s step aside does not take the place himself, and nobody else is there for it.")
            % {"name": seat.name},
            fix=_("Ask %(name)s to step aside, or report the matter to the leading body.") % {"name": seat.name},
            code=conflict.code,
        ) from conflict


def pause(run: Run) -> None:
    """Nobody speaks until it goes on or ends."""
    _require_running(run)
    run.state = RunState.PAUSED
    run.save(update_fields=["state"])


def resume(run: Run, *, reason: str = "") -> None:
    """It goes on where it was paused; whoever paused it is asked again. What he said stays, with the reason."""
    if run.state != RunState.PAUSED:
        raise _not_running()
    run.state = RunState.OPEN
    run.save(update_fields=["state"])
    _ask_again(run, reason or _("This opinion was taken back."))


def _ask_again(run: Run, reason: str) -> None:
    """What was said to pause it counts no longer, and whoever said it is asked anew."""
    now = step(run)
    assert now is not None
    last = run.seats.filter(step=run.position, state=SeatState.SPOKEN).order_by("-acted_at", "-ordinal").first()
    if last is None or last.person is None:
        return
    drop(last, reason)
    if not run.seats.filter(step=run.position, person=last.person, state=SeatState.OPEN).exists():
        _place(run, run.position, last.person, SeatKind(last.kind), role=last.role, due_on=due_day(run, now))


def end(run: Run, reason: str) -> None:
    """The round is over; whoever is still asked is asked no longer."""
    if run.state == RunState.ENDED:
        raise _not_running()
    for one in run.seats.filter(state__in=_AT_STEP):
        drop(one, reason)
    run.state, run.ended_at = RunState.ENDED, clock.now()
    run.save(update_fields=["state", "ended_at"])


def drop(seat: Seat, reason: str) -> None:
    """The seat is asked no longer."""
    seat.state, seat.reason = SeatState.DROPPED, reason[:300]
    seat.save(update_fields=["state", "reason"])


def _place(
    run: Run,
    at: int,
    person: Person | None,
    kind: SeatKind,
    *,
    name: str = "",
    role: str = "",
    reason: str = "",
    due_on: date | None = None,
) -> Seat:
    ordinal = run.seats.filter(step=at).count()
    return Seat.objects.create(
        run=run, step=at, ordinal=ordinal, kind=kind, person=person, role=role, name=name or (person.name if person else ""),
        state=SeatState.OPEN, reason=reason, due_on=due_on, opened_at=clock.now(),
    )  # fmt: skip


def _acted(seat: Seat, by: Actor) -> None:
    seat.acted_at, seat.acted_by, seat.acted_user = clock.now(), by.name[:80], by.user_id
    own = seat.person is not None and seat.person.user_id == by.user_id
    seat.on_behalf = "" if own or seat.person is None else seat.person.name[:80]


def _require_running(run: Run) -> Step:
    now = step(run)
    if run.state != RunState.OPEN or now is None:
        raise _not_running()
    return now


def _require_open(run: Run, seat: Seat) -> None:
    _require_running(run)
    if seat.run_id == run.pk and seat.state == SeatState.SPOKEN:
        raise Conflict(
            _("%(name)s has given an opinion at this place; what was said stays, and the place moves no more.")
            % {"name": seat.name},
            fix=_("Ask somebody else as well, if one more opinion is wanted."),
            code="route.spoken",
        )
    if seat.run_id != run.pk or seat.state != SeatState.OPEN:
        raise Conflict(
            _("%(name)s is not asked here any more.") % {"name": seat.name},
            fix=_("Reload the page: somebody may have acted already."),
            code="route.seat",
        )


def _require_able(run: Run, person: Person) -> None:
    if person.pk in run.shut_out:
        raise Denied(
            _("%(name)s has submitted this or stepped aside, and gives no opinion on it.") % {"name": person.name},
            fix=_("Choose somebody else."),
        )
    has_left = person.left_on is not None and person.left_on < clock.today()
    if person.user is None or not person.user.is_active or has_left:
        raise Conflict(
            _("%(name)s has no account and cannot be asked here.") % {"name": person.name},
            fix=_("Choose somebody else, or have an account set up first."),
            code="route.no_account",
        )
    if any(
        one.person_id == person.pk and one.step == run.position and one.state == SeatState.OPEN for one in seats(run)
    ):
        raise Conflict(
            _("%(name)s is asked at this step already.") % {"name": person.name},
            fix=_("Choose somebody else."),
            code="route.twice",
        )


def _not_running() -> Conflict:
    return Conflict(
        _("This round is not under way any more."),
        fix=_("Reload the page: somebody may have acted already."),
        code="route.state",
    )


def _fault(where: str, what: str, fix: str) -> Problem:
    return Problem("route.opinion", what, fix=fix, where=where, status=422, faults=[Fault(where, what, fix)])


def _reason(words: str) -> str:
    said = letters.clean(words)[:300]
    if not said:
        raise _fault("reason", _("Please give the reason."), _("One sentence is enough."))
    return said


def content(run: Run) -> dict[str, object]:
    """What the trail commits to of a run and the people at its steps."""
    return {
        "round": run.round,
        "route": str(run.route.uid) if run.route else "",
        "row": run.row_name,
        "steps": run.steps,
        "position": run.position,
        "state": str(run.state),
        "shut_out": run.shut_out,
        "seats": [
            {
                "step": one.step, "ordinal": one.ordinal, "kind": str(one.kind), "name": one.name, "role": one.role,
                "state": str(one.state), "stand": one.stand, "opinion": one.opinion, "files": one.files,
                "reason": one.reason, "due_on": one.due_on, "acted_at": one.acted_at, "acted_by": one.acted_by,
                "on_behalf": one.on_behalf,
            }
            for one in seats(run)
        ],
    }  # fmt: skip
