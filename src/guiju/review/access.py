"""Who sees a matter: whoever may look at reviews of its unit or department, whoever brought it, whoever is asked
or has a condition of it to meet."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.models import Unit
from guiju.review.enums import POLICIES
from guiju.review.models import Condition, Matter
from guiju.workflow.routes import seating
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Run, Seat

ABOUT = "review"
_NOW = (SeatState.WAITING, SeatState.OPEN)


def visible(by: Actor, *, within: Unit | None = None) -> QuerySet[Matter]:
    """The matters an account may open; a token sees what its unit and scopes allow, never a seat's.

    Another system that only submits sees what it has sent, in the units for which it still submits.
    """
    rows = Matter.objects.all()
    found = scope.scope(by, P.REVIEW_MATTER_VIEW)
    seen = scope.restrict(rows, by=by, permission=P.REVIEW_MATTER_VIEW, within=within)
    if found.everything or by.user_id is None:
        return seen
    if by.token is not None:
        sent = rows.filter(account=by.user_id)
        sent = scope.restrict(sent, by=by, permission=P.REVIEW_MATTER_SUBMIT, within=within, sparse=True)
        return rows.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=sent.values("pk")))
    own = Q(owner__user_id=by.user_id) | Q(account=by.user_id) | Q(uid__in=asked(by))
    own |= Q(pk__in=Condition.objects.filter(owner__user_id=by.user_id).values("matter_id"))
    mine = rows.filter(own)
    if within is not None:
        mine = mine.filter(unit__path__startswith=within.path)
    return rows.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=mine.values("pk")))


def asked(by: Actor) -> QuerySet[Run, UUID]:
    """The matters at whose steps somebody sits or sat without stepping aside, or stands in for somebody who sits.

    A deputy sees what is asked now and what he has acted on himself, not everything the other was ever asked.
    """
    people = seating.stands_for(by.user_id, on=clock.today()) if by.user_id is not None else []
    own = Q(person_id__in=people[:1]) & ~Q(state=SeatState.RECUSED)
    stead = Q(person_id__in=people[1:]) & (Q(state__in=_NOW) | Q(acted_user=by.user_id))
    seats = Seat.objects.filter(own | stead)
    return Run.objects.filter(about=ABOUT, pk__in=seats.values("run_id")).values_list("about_uid", flat=True)


def find(by: Actor, uid: UUID | str) -> Matter:
    """One matter, or 404."""
    found = visible(by).select_related("unit", "department", "owner", "owner__user").filter(uid=uid).first()
    if found is None:
        raise NotFound(
            _("There is no such matter here."), fix=_("It may have been moved, or belongs to somebody else.")
        )
    return found


def may_manage(matter: Matter, by: Actor) -> bool:
    """May the account look after reviews of this unit (hand over, force aside, settle conditions, void)?"""
    return check.can(by, P.REVIEW_MATTER_MANAGE, matter.unit, matter.department)


def is_its_own(matter: Matter, by: Actor) -> bool:
    """Is it the account's own matter: brought by it, or of the department for which it submits?

    Whoever looks after reviews changes nobody else's matter: bringing and reviewing are two things (提交、审查分离).
    Only of what nobody with an account stands behind any more it takes care, and then gives no opinion on it. Who
    writes a rule says the library.
    """
    if by.is_system:
        return True
    if not check.can(by, P.REVIEW_MATTER_SUBMIT, matter.unit, matter.department):
        return False
    if brings(matter, by):
        return True
    if matter.system != POLICIES and may_manage(matter, by) and not is_left_behind(matter):
        return False
    return check.can(by, P.REVIEW_MATTER_VIEW, matter.unit, matter.department)


def brings(matter: Matter, by: Actor) -> bool:
    """Did the account bring the matter, or change it since?"""
    return by.user_id is not None and (by.user_id in matter.authors or matter.owner.user_id == by.user_id)


def is_left_behind(matter: Matter) -> bool:
    """Does nobody with an account stand behind the matter any more?"""
    owner = matter.owner
    has_left = owner.left_on is not None and owner.left_on < clock.today()
    return owner.user is None or not owner.user.is_active or has_left
