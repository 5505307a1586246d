"""Whose hand takes a step that not everybody who looks after reviews may take.

is_head(matter, by), is_secretary(matter, by), decided(matter) -> who somebody is to the matter today
may_void(matter, by)                                           -> the head of compliance, or who decided
refuse_hand_over(fresh, run, seat, to, by)                     -> whose place may be given away, by whom and to whom
takers(run, seat)                                              -> who may take a place that an office holds
(who may make somebody step aside: `aside`)

A signature belongs to its holder: the head's, the leading body's, one that may veto. He alone hands it over or has somebody
stand in, and only to somebody of such an office. Where he is gone, is shut out or has let his day pass, the house moves the
place, but only to whom the route itself would ask next.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Denied
from guiju.org.enums import Role
from guiju.org.models import Person
from guiju.review import keeping, leading, resolutions
from guiju.review.models import Matter
from guiju.workflow.owners import CHAINS, Offices
from guiju.workflow.routes import runs, seating
from guiju.workflow.routes.enums import SeatKind, SeatState
from guiju.workflow.routes.models import Run, Seat


def is_head(matter: Matter, by: Actor) -> bool:
    """Does the account head compliance in the unit, or stand next where nobody with an account heads it?"""
    if by.user_id is None:
        return by.is_system
    offices = Offices([matter.unit_id], on=clock.today())
    for role in CHAINS[Role.COMPLIANCE_HEAD]:
        users = {one.user_id for one in offices.people(matter.unit_id, role) if _is_able(one.person_id)}
        if users:
            return by.user_id in users
    return False


def _is_able(pk: int) -> bool:
    return seating.is_able(Person(pk=pk), on=clock.today())


def is_secretary(matter: Matter, by: Actor) -> bool:
    """Does the account keep the minutes of a leading body that answers for the matter?"""
    own = Person.objects.filter(user_id=by.user_id).values_list("pk", flat=True).first() if by.user_id else None
    bodies = resolutions.answering(matter, also=[by.name])
    late = leading.late_members(matter, [one.uid for one in bodies], also=[by.name])
    good = [one.uid for one in bodies if own not in late.get(one.uid, set())]
    return own is not None and own in leading.secretaries(good)


def decided(matter: Matter) -> set[int]:
    """The accounts that decided at the last step of the last round."""
    run = keeping.last_run(matter)
    if run is None:
        return set()
    last = run.seats.filter(step=len(run.steps) - 1, state=SeatState.SPOKEN, acted_user__isnull=False)
    return {
        pk
        for pk in last.exclude(kind__in=[SeatKind.ADDED, SeatKind.COUNSEL]).values_list("acted_user", flat=True)
        if pk
    }


def may_void(matter: Matter, by: Actor) -> bool:
    """The head of compliance withdraws a pass, or whoever decided that it be given; nobody who brought the matter."""
    if by.user_id is not None and by.user_id in matter.authors:
        return False
    return is_head(matter, by) or (by.user_id is not None and by.user_id in decided(matter))


# --- places that belong to their holder -----------------------------------------------------------------------------


def is_movable(run: Run, seat: Seat, by: Actor) -> bool:
    """May somebody else than its holder hand the place over now?"""
    return seat.person is None or not runs.signs(run, seat) or _is_own(seat, by) or _is_given_up(run, seat)


def _is_own(seat: Seat, by: Actor) -> bool:
    return seat.person is not None and by.user_id is not None and seat.person.user_id == by.user_id


def _is_given_up(run: Run, seat: Seat) -> bool:
    """Its holder is gone, is shut out of the matter, or has let the day pass by which he was asked."""
    today = clock.today()
    if seat.person is None or seat.person_id in run.shut_out or not seating.is_able(seat.person, on=today):
        return True
    return seat.due_on is not None and seat.due_on < today


def refuse_hand_over(run: Run, seat: Seat, to: Person, by: Actor) -> None:
    """What its holder signs he hands over himself; the house only for somebody who is gone, and to whom the route names."""
    if _is_own(seat, by) or not runs.signs(run, seat):
        return
    if not _is_given_up(run, seat):
        raise Denied(
            _("What %(name)s signs is handed over by nobody else.") % {"name": seat.name},
            fix=_(
                "Ask %(name)s. Once the day for it has passed, or the account is closed, it goes to whom the route asks next."
            )
            % {"name": seat.name},
        )
    chosen = runs.choice(run, seat)
    if to.pk in {one.person.pk for one in chosen}:
        return
    names = "、".join(one.person.name for one in chosen)
    raise Denied(
        _("In the place of %(name)s only whom the route asks next may sign.") % {"name": seat.name},
        fix=_("Choose %(names)s.") % {"names": names} if names else nobody(),
    )


def nobody() -> str:
    """What to do where nobody else holds an office that may sign."""
    return _(
        "Nobody else holds such an office: have somebody appointed in the register of appointments, or report the "
        "matter to the leading body."
    )


def takers(run: Run, seat: Seat, by: Actor) -> list[Person] | None:
    """Who may take the place from this hand; None where it is open to everybody who can be asked."""
    if not (runs.binds(run, seat) or runs.signs(run, seat)):
        return None
    if runs.signs(run, seat) and not _is_own(seat, by):
        return [one.person for one in runs.choice(run, seat)]
    return runs.fitting(run, seat) if runs.binds(run, seat) else None
