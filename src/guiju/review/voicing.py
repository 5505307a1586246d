"""What happens at the steps of a review: opinions, and who else is asked or steps aside.

speak(matter, stand, opinion, files, conditions, basis, earlier, version, by)
hand_over(matter, seat, to, reason, by) · add(matter, person, reason, by) · recuse(matter, seat, reason, twice, by)
exclude(matter, seat, reason, twice, by)     -> a forced recusal, by whoever may say so (`aside`)
follows_from_leaving(run, seat)              -> who would then sit at two steps
in_whose_stead_not(run, by)                  -> why a deputy does not speak here
ask_counsel(matter, name, reason, by) · enter_counsel(matter, seat, stand, opinion, files, by)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance import queries as governance
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, NotFound, Problem
from guiju.org.models import Person
from guiju.registers.models import Entry
from guiju.review import (
    access,
    grounds,
    hands,
    keeping,
    ledger,
    passes,
    records,
    resolutions,
    running,
    states,
    telling,
    vetoes,
)
from guiju.review import earlier as former
from guiju.review.aside import Aside
from guiju.review.enums import SETTLED_CONDITIONS, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Matter
from guiju.trail.events import Action
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.enums import SeatKind, SeatState
from guiju.workflow.routes.models import Run, Seat

#: Stands that send a matter back, and those that need words.
BACK = frozenset({Stand.REVISE, Stand.MATERIAL})
_NEED_WORDS = frozenset({Stand.CONDITIONS, Stand.REVISE, Stand.MATERIAL, Stand.DISAGREE, Stand.VETO})
_MOST_CONDITIONS = 20
#: Days ahead; calendars and reminders reckon from the day on, and the last day of all leaves no room for that.
_FARTHEST = 36_600


@transaction.atomic
def speak(
    *,
    matter: Matter,
    stand: str,
    opinion: str,
    by: Actor,
    version: int | None = None,
    files: Sequence[Mapping[str, Any]] = (),
    conditions: Sequence[Mapping[str, Any]] = (),
    basis: Sequence[Mapping[str, Any]] = (),
    resolution: UUID | str | None = None,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> Matter:
    """Give an opinion at the step that is asked; at the last one it decides.

    `conditions` are [{"text", "due_on", "owner", "before"}] of “agree with conditions”. `basis` is what the opinion
    rests on, [{"entry": uid}] of a register or [{"text": words}]. At a step of the leading body `resolution` is the
    settled item of its agenda. `earlier` says what becomes of conditions of earlier rounds (`review.earlier`).
    """
    _hold_minutes(matter, resolution)
    fresh, run = _under_review(matter, version)
    seat = runs.seat_of(run, by)
    if by.user_id is not None and by.user_id in fresh.authors:
        raise Denied(_("Who brought a matter, or changed it since, gives no opinion on it."), fix=_("Ask a colleague."))
    if seat is None:
        raise _not_asked(run, by)
    now = rules.step_of(run.steps[seat.step])
    _refuse_stand(stand, opinion, conditions, now, is_routed=seat.kind in {SeatKind.ROUTE, SeatKind.HANDED})
    rests_on = grounds.read(basis, matter=fresh, by=by)
    if now.part == rules.BODY and stand in {Stand.AGREE, Stand.CONDITIONS, Stand.DISAGREE}:
        rests_on.append(_resolved(fresh, seat, resolution, carried=stand != Stand.DISAGREE))
    grounds.keep(fresh, seat.uid, rests_on)
    former.state(fresh, earlier, stand=stand, decides=_decides(run, seat), by=by)
    return _carry_out(fresh, run, seat, now, stand, opinion, keeping.checked_files(files), conditions, by)


def _hold_minutes(matter: Matter, resolution: UUID | str | None = None) -> None:
    """Who relies on minutes holds the meetings before the matter, as who opens them does: neither misses the other."""
    run = keeping.last_run(matter)
    resolutions.hold(resolution, *(uid for _seat, uid in resolutions.signed(matter, run)) if run is not None else ())


def _refuse_reopened(fresh: Matter, run: Run) -> None:
    """What the leading body signed carries the matter still, when it passes: a step may wait for others after it signed."""
    for seat, uid in resolutions.signed(fresh, run):
        item = Entry.objects.filter(register=resolutions.ITEMS, uid=uid).first()
        meeting = resolutions.meeting_of(item)
        if item is None or meeting is None or not governance.is_settled(meeting):
            raise Conflict(
                _("The minutes by which the leading body agreed are open again, or gone."),
                fix=_("Wait until they are settled again, or return the matter."),
                code="review.reopened",
            )
        resolutions.still(fresh, seat, item)


def _resolved(fresh: Matter, seat: Seat, resolution: UUID | str | None, *, carried: bool) -> grounds.Chosen:
    """What the leading body resolved on this round, kept with the opinion that rests on it."""
    found = resolutions.require(
        resolution, matter=fresh, carried=carried, among=resolutions.at_step(fresh, seat.person),
        since=resolutions.since_step(fresh),
    )  # fmt: skip
    return grounds.Chosen(found.item.title, resolutions.source(found), resolutions.ITEMS, found.item.uid)


def _carry_out(
    fresh: Matter,
    run: Run,
    seat: Seat,
    now: rules.Step,
    stand: str,
    opinion: str,
    files: list[dict[str, Any]],
    conditions: Sequence[Mapping[str, Any]],
    by: Actor,
) -> Matter:
    stays = stand in BACK or stand == Stand.VETO
    decides = _decides(run, seat)
    progress = runs.speak(run=run, seat=seat, stand=stand, opinion=opinion, files=files, by=by, on=not stays)
    records.opinion(fresh, seat)
    if stand == Stand.CONDITIONS:
        _set_conditions(fresh, conditions, by)
    if stand in BACK:
        return _returned(fresh, run, stand, opinion, by)
    if stand == Stand.VETO:
        return vetoes.suspend(fresh, run, opinion, by=by)
    if progress.run_over:
        return decide(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_OPINION, by=by, about={"stand": stand, "decides": decides})
    telling.ask(fresh, by=by)
    return fresh


def _decides(run: Run, seat: Seat) -> bool:
    return seat.kind in {SeatKind.ROUTE, SeatKind.HANDED} and run.position == len(run.steps) - 1


def decide(fresh: Matter, run: Run, *, by: Actor) -> Matter:
    """All steps are through: what those who sat at the last one said decides."""
    last = [one for one in runs.seats(run) if one.step == len(run.steps) - 1 and one.state == SeatState.SPOKEN]
    deciding = [one for one in last if one.kind in {SeatKind.ROUTE, SeatKind.HANDED}] or last
    refused = any(one.stand == Stand.DISAGREE for one in deciding)
    fresh.decided_at, fresh.decided_by = clock.now(), "、".join(one.acted_by for one in deciding)[:80]
    running.used(fresh)
    if refused:
        return _refused(fresh, run, by)
    _refuse_reopened(fresh, run)
    keeping.refuse_vetoed_text(fresh)
    fresh.state = states.after(fresh.state, states.PASS)
    to_meet = fresh.conditions.exclude(state__in=SETTLED_CONDITIONS)
    fresh.outcome = Stand.CONDITIONS if to_meet.exists() else Stand.AGREE
    runs.end(run, _("The review is over."))
    passes.issue(fresh, by=by)
    ledger.write(fresh, run, by=by)
    passes.end_previous(fresh, by=by)
    keeping.save(fresh, Action.REVIEW_PASSED, by=by)
    telling.passed(fresh, by=by)
    return fresh


def _refused(fresh: Matter, run: Run, by: Actor) -> Matter:
    fresh.state, fresh.outcome = states.after(fresh.state, states.REFUSE), Stand.DISAGREE
    runs.end(run, _("The review is over."))
    ledger.write(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_REFUSED, by=by)
    telling.forget(fresh, by=by)
    return fresh


def _returned(fresh: Matter, run: Run, stand: str, opinion: str, by: Actor) -> Matter:
    fresh.state, fresh.outcome = states.after(fresh.state, states.RETURN), stand
    fresh.returned_as = keeping.state_digest(fresh)
    runs.end(run, _("The matter was returned."))
    ledger.write(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_RETURNED, by=by, reason=opinion[:300])
    telling.mend(fresh, opinion, by=by)
    return fresh


# --- what may be said -----------------------------------------------------------------------------------------------


def _refuse_stand(
    stand: str, opinion: str, conditions: Sequence[Mapping[str, Any]], now: rules.Step, *, is_routed: bool
) -> None:
    faults: list[Fault] = []
    if stand not in Stand.values:
        faults.append(Fault("stand", _("Say whether you agree."), _("Choose one of the buttons.")))
    if stand == Stand.VETO and not (now.veto and is_routed):
        faults.append(Fault("stand", _("This step cannot veto."), _("Disagree instead, and say why.")))
    if stand in _NEED_WORDS and not letters.clean(opinion):
        faults.append(Fault("opinion", _("Please write your opinion."), _("Say what is missing or wrong.")))
    if stand == Stand.CONDITIONS and not conditions:
        faults.append(
            Fault("conditions", _("There is no condition yet."), _("Add what has to be done, by whom, by when."))
        )
    if stand != Stand.CONDITIONS and conditions:
        faults.append(Fault("conditions", _("Conditions belong to “agree with conditions”.")))
    if faults:
        raise keeping.invalid(faults)


def _set_conditions(fresh: Matter, given: Sequence[Mapping[str, Any]], by: Actor) -> None:
    faults: list[Fault] = []
    if len(given) > _MOST_CONDITIONS:
        faults.append(Fault("conditions", _("These are more than %(most)d conditions.") % {"most": _MOST_CONDITIONS}))
    place = fresh.conditions.count()
    rows = [
        _condition(fresh, one, place + number, f"conditions.{number}", by, faults)
        for number, one in enumerate(given, 1)
    ]
    if faults:
        raise keeping.invalid(faults)
    Condition.objects.bulk_create([row for row in rows if row is not None])


def _condition(
    fresh: Matter, one: Mapping[str, Any], ordinal: int, where: str, by: Actor, faults: list[Fault]
) -> Condition | None:
    text = letters.clean(str(one.get("text") or "")).replace("\n", " ")
    if not text or len(text) > 500:
        faults.append(Fault(f"{where}.text", _("Say what has to be done, in at most 500 characters.")))
    day = _day(one.get("due_on"))
    if day is None or not 0 <= (day - clock.today()).days <= _FARTHEST:
        faults.append(Fault(f"{where}.due_on", _("Give the day by which it is to be done, from today on.")))
    owner = _member(fresh, one.get("owner")) if one.get("owner") else fresh.owner
    if owner is None:
        faults.append(Fault(f"{where}.owner", _("There is no such person here."), _("Choose somebody from the list.")))
    if faults or day is None or owner is None:
        return None
    before = one.get("before") is True
    return Condition(
        matter=fresh,
        ordinal=ordinal,
        text=text,
        due_on=day,
        owner=owner,
        before=before,
        set_by=by.name[:80],
        round=fresh.rounds,
    )


def _day(given: object) -> date | None:
    if isinstance(given, date):
        return given
    try:
        return date.fromisoformat(str(given or ""))
    except ValueError:
        return None


def _member(fresh: Matter, uid: object) -> Person | None:
    if isinstance(uid, Person):
        return uid if (uid.unit.root_id or uid.unit_id) == fresh.root_id else None
    try:
        wanted = UUID(str(uid))
    except ValueError:
        return None
    return Person.objects.filter(uid=wanted, unit__root_id=fresh.root_id).first()


# --- who else is asked ----------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over(
    *,
    matter: Matter,
    seat: UUID,
    to: Person,
    reason: str,
    by: Actor,
    version: int | None = None,
    twice: bool = False,
) -> Matter:
    """Somebody else takes the place of one who is asked: he hands it over himself, or whoever looks after reviews does.

    Whoever has spoken at another step, or is asked at one to come, takes it only with `twice`: the same eyes then see
    the matter at both. Who decides has not spoken before in any case, so that whoever takes a place before his own
    signature no longer signs: that needs `twice` as well.
    """

    def act(fresh: Matter, run: Run, row: Seat) -> None:
        _refuse_stranger(fresh, to)
        if to.user_id is not None and to.user_id == by.user_id and row.person_id != to.pk:
            raise Denied(_("Nobody takes somebody else's place himself."), fix=_("Ask %(name)s.") % {"name": row.name})
        hands.refuse_hand_over(run, row, to, by)
        at = runs.also_at(run, to, beside=row, leaves=False) if runs.is_routed(row) else []
        signs = runs.signs_later(run, to)
        runs.hand_over(run=run, seat=row, to=to, reason=reason, by=by)
        if signs and not twice:
            raise _twice(_signs(to, signs), _("Choose somebody else, or confirm that somebody else is to sign."))
        if at and not twice:
            raise _twice(
                _("%(name)s gives an opinion at another step of this matter as well: %(steps)s.")
                % {"name": to.name, "steps": "、".join(at)},
                _("Choose somebody else, or confirm that one person is to look at it twice."),
            )

    said = {"to": to.name}
    return _at_seat(matter, seat, act, by=by, version=version, reason=reason, said=said, twice=True)


def _signs(who: Person, steps: Sequence[str]) -> str:
    return _(
        "%(name)s signs at the step “%(steps)s”. Whoever has given an opinion before does not: somebody else would sign."
    ) % {"name": who.name, "steps": "、".join(steps)}


def _twice(what: str, fix: str) -> Problem:
    fault = Fault("twice", what, fix)
    return Problem("review.twice", fault.what, fix=fault.fix, where=fault.where, status=422, faults=[fault])


@transaction.atomic
def recuse(
    *, matter: Matter, seat: UUID, reason: str, by: Actor, version: int | None = None, twice: bool = False
) -> Matter:
    """Step aside because of a conflict of interest; somebody else of the office, or the one above, is asked.

    Nobody is kept from stepping aside because few are left: that somebody then sits at two steps is told before
    (`follows_from_leaving`), is done with `twice` only, and is kept with his place.
    """

    def act(fresh: Matter, run: Run, row: Seat) -> None:
        is_own = row.person is not None and by.user_id is not None and row.person.user_id == by.user_id
        if not is_own:  # a deputy who has a conflict does not speak; that shuts out nobody for whom he stands in
            Aside(run).refuse(row, by, manages=access.may_manage(fresh, by))
        forced = not is_own and Aside(run).is_guarded(row)
        runs.recuse(run=run, seat=row, reason=reason, by=by, forced=forced)
        records.recused(fresh, run, row, records.OWN if is_own else records.FORCED)

    said = {"recused": True}
    return _at_seat(matter, seat, act, by=by, version=version, reason=reason, said=said, twice=twice)


@transaction.atomic
def exclude(
    *, matter: Matter, seat: UUID, reason: str, by: Actor, version: int | None = None, twice: bool = False
) -> Matter:
    """Somebody has to step aside although he does not do it himself; by whoever looks after reviews, never for himself.

    Of a signature, and of whoever stands above, only an office above says so (`aside`), and does not take the place itself.
    Where somebody then sits at two steps, `twice` says that this is meant.
    """
    fresh, run = _under_review(matter, version)
    row, before = _seat(run, seat), _places(run)
    if _is_party(fresh, run, by):
        raise Denied(_("Only the compliance department makes somebody step aside."), fix=_("Tell it what you know."))
    asides = Aside(run)
    asides.refuse(row, by, manages=access.may_manage(fresh, by))
    runs.recuse(run=run, seat=row, reason=reason, by=by, forced=asides.is_guarded(row))
    records.recused(fresh, run, row, records.FORCED)
    about = {"excluded": row.name, **_note_twice(run, before, meant=twice)}
    keeping.save(fresh, Action.REVIEW_SEATS, by=by, reason=reason[:300], about=about)
    telling.ask(fresh, by=by)
    return fresh


def follows_from_leaving(run: Run, seat: Seat) -> str:
    """Who would sit at two steps if the holder of a place stepped aside, in a sentence; empty where nobody would."""
    left = [one for one in runs.open_seats(run) if one.step == seat.step and one.pk != seat.pk and runs.is_routed(one)]
    if not runs.is_routed(seat) or left:
        return ""
    rows = [(one.person, runs.also_at(run, one.person, beside=seat, leaves=True)) for one in runs.choice(run, seat)]
    return _two_steps([(one.name, at) for one, at in rows if at])


def _two_steps(rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Who would sit at which other steps as well, in a sentence; empty where nobody would."""
    told = [_("%(name)s (%(steps)s)") % {"name": name, "steps": "、".join(at)} for name, at in rows]
    if not told:
        return ""
    return _("In this place would then be asked who looks at the matter at another step as well: %(people)s.") % {
        "people": "、".join(told)
    }


def _places(run: Run) -> set[int]:
    return {one.pk for one in runs.seats(run)}


def _note_twice(run: Run, before: set[int], *, meant: bool) -> dict[str, str]:
    """Whoever has newly come to a place and looks at the matter at another step as well: kept at the place and told.

    Refused, with all that led to it, unless it is `meant`.
    """
    told: dict[str, list[str]] = {}
    for one in runs.open_seats(run):
        if one.pk in before or one.person is None or not runs.is_routed(one):
            continue
        if at := runs.also_at(run, one.person, beside=one, leaves=False):
            one.reason = (_("Looks at it at another step as well: %(steps)s.") % {"steps": "、".join(at)})[:300]
            one.save(update_fields=["reason"])
            told[one.name] = at
    if told and not meant:
        raise _twice(
            _two_steps(list(told.items())),
            _("Confirm that one person is to look at it at both steps, or have somebody else appointed first."),
        )
    return {"twice": "；".join(f"{name}：{'、'.join(at)}" for name, at in told.items())} if told else {}


@transaction.atomic
def add(*, matter: Matter, person: Person, reason: str, by: Actor, version: int | None = None) -> Matter:
    """One more opinion is asked for (加签、会签); by somebody who is asked, or who looks after reviews.

    Not of whoever signs later by his office: once he had spoken, somebody else would have to sign in his stead.
    """
    fresh, run = _under_review(matter, version)
    _require_at_step(fresh, run, by)
    _refuse_stranger(fresh, person)
    if signs := runs.signs_later(run, person):
        fix = _("Choose somebody else; %(name)s reads there what is written now.") % {"name": person.name}
        raise Problem("review.signs", _signs(person, signs), fix=fix, where="person", status=422)
    runs.add(run=run, person=person, reason=reason)
    keeping.save(fresh, Action.REVIEW_SEATS, by=by, reason=reason[:300], about={"added": person.name})
    telling.ask(fresh, by=by)
    return fresh


@transaction.atomic
def ask_counsel(*, matter: Matter, name: str, reason: str, by: Actor, version: int | None = None) -> Matter:
    """Outside counsel is asked for an opinion; the step waits until it is entered with its file."""
    fresh, run = _under_review(matter, version)
    _require_at_step(fresh, run, by)
    row = runs.counsel(run=run, name=name, reason=reason)
    keeping.save(fresh, Action.REVIEW_SEATS, by=by, reason=reason[:300], about={"counsel": row.name})
    telling.ask(fresh, by=by)
    return fresh


@transaction.atomic
def enter_counsel(
    *,
    matter: Matter,
    seat: UUID,
    stand: str,
    opinion: str,
    files: Sequence[Mapping[str, Any]],
    by: Actor,
    version: int | None = None,
) -> Matter:
    """What outside counsel wrote: agree, conditions in words, or disagree; always with the document."""
    _hold_minutes(matter)
    fresh, run = _under_review(matter, version)
    row = _seat(run, seat)
    if row.kind != SeatKind.COUNSEL:
        raise _gone()
    _require_at_step(fresh, run, by)
    faults = []
    if stand not in {Stand.AGREE, Stand.CONDITIONS, Stand.DISAGREE}:
        faults.append(Fault("stand", _("Say whether counsel agrees."), _("Choose one of the buttons.")))
    if not files:
        faults.append(Fault("files", _("The written opinion is missing."), _("Attach it as a file.")))
    if faults:
        raise keeping.invalid(faults)
    progress = runs.speak(run=run, seat=row, stand=stand, opinion=opinion, files=keeping.checked_files(files), by=by)
    records.counsel(fresh, row)
    if progress.run_over:
        return decide(fresh, run, by=by)
    keeping.save(fresh, Action.REVIEW_OPINION, by=by, about={"stand": stand, "counsel": row.name})
    telling.ask(fresh, by=by)
    return fresh


# --- finding --------------------------------------------------------------------------------------------------------


def _under_review(matter: Matter, version: int | None) -> tuple[Matter, Run]:
    fresh = keeping.locked(matter, version)
    states.after(fresh.state, states.SPEAK)
    run = keeping.last_run(fresh)
    assert run is not None, "a matter under review has a round"
    _shut_authors(fresh, run)
    return fresh, run


def _shut_authors(fresh: Matter, run: Run) -> None:
    """Who brought the matter is shut out as whoever that account belongs to by now."""
    people = Person.objects.filter(user_id__in=fresh.authors).exclude(pk__in=run.shut_out)
    if late := list(people.values_list("pk", flat=True)):
        run.shut_out = [*run.shut_out, *sorted(late)]
        run.save(update_fields=["shut_out"])


def _at_seat(
    matter: Matter,
    seat: UUID,
    act: Callable[[Matter, Run, Seat], None],
    *,
    by: Actor,
    version: int | None,
    reason: str,
    said: Mapping[str, object],
    twice: bool,
) -> Matter:
    fresh, run = _under_review(matter, version)
    row = _seat(run, seat)
    own = runs.seat_of(run, by)
    if not (own is not None and own.pk == row.pk) and not access.may_manage(fresh, by):
        raise Denied(_("This place is somebody else's."), fix=_("Ask %(name)s.") % {"name": row.name})
    if own is None and _is_party(fresh, run, by):
        raise Denied(_("Who brought a matter, or stepped aside from it, does not choose who gives an opinion on it."))
    before = _places(run)
    act(fresh, run, row)
    about = {"seat": row.name, **said, **_note_twice(run, before, meant=twice)}
    keeping.save(fresh, Action.REVIEW_SEATS, by=by, reason=reason[:300], about=about)
    telling.ask(fresh, by=by)
    return fresh


def _seat(run: Run, uid: UUID) -> Seat:
    found = run.seats.select_related("person", "person__user").filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such place in this review."))
    return found


def _require_at_step(fresh: Matter, run: Run, by: Actor) -> None:
    if _is_party(fresh, run, by) or (runs.seat_of(run, by) is None and not access.may_manage(fresh, by)):
        raise Denied(_("Only somebody who is asked now brings in others."), fix=_("Ask the compliance department."))


def _is_party(fresh: Matter, run: Run, by: Actor) -> bool:
    """Has the account brought the matter, or stepped aside from it because of a conflict of interest?"""
    return by.user_id in fresh.authors or runs.is_shut_out(run, by)


def _refuse_stranger(fresh: Matter, person: Person) -> None:
    if (person.unit.root_id or person.unit_id) != fresh.root_id:
        raise Problem("review.person", _("%(name)s is not of this group.") % {"name": person.name}, status=422)


def _not_asked(run: Run, by: Actor) -> Problem:
    names = "、".join(dict.fromkeys(one.name for one in runs.open_seats(run)))
    if (silent := in_whose_stead_not(run, by)) is not None:
        return silent
    return Denied(
        _("You are not asked at this step."),
        fix=_("%(names)s are asked now.") % {"names": names} if names else "",
    )


def in_whose_stead_not(run: Run, by: Actor) -> Denied | None:
    """Why an account that stands in for somebody who is asked does not speak for him; None where it may, or does not."""
    if runs.seat_of(run, by) is not None or (stead := runs.stead_of(run, by)) is None:
        return None
    if runs.has_spoken(run, by):
        return Denied(
            _(
                "You have given an opinion on this matter already, and so do not speak once more in the stead of %(name)s."
            )
            % {"name": stead.name},
            fix=_("%(name)s speaks himself, or hands the place over to somebody else.") % {"name": stead.name},
        )
    return Denied(
        _("What %(name)s signs needs somebody of that office, also in that stead.") % {"name": stead.name},
        fix=_("%(name)s speaks himself, or hands the place over to somebody who holds such an office.")
        % {"name": stead.name},
    )


def _gone() -> Conflict:
    return Conflict(
        _("This place is not asked here any more."),
        fix=_("Reload the page: somebody may have acted already."),
        code="route.seat",
    )


def is_over(matter: Matter) -> bool:
    """Is nothing more to be said on it?"""
    return matter.state not in {S.DRAFT, S.IN_REVIEW, S.RETURNED, S.SUSPENDED}
