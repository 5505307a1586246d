"""Whom a picker of these pages offers: people with an account, of the own firm, or as far as somebody looks further.

Who only administers the installation is asked about no matter, and so is not offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.models import Grant
from guiju.access.permissions import Permission as P
from guiju.access.policy import signed_in
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.models import Person, Unit
from guiju.org.tree import own_units
from guiju.registers.models import Entry
from guiju.review import access, resolutions
from guiju.review.models import Matter
from guiju.web import place
from guiju.web.registers.picks import Option, person_option
from guiju.web.review import here
from guiju.workflow.owners import REGISTER as APPOINTMENTS
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Seat

_SHOWN, _FIRST = 30, 40
#: Roles of the separated administrators (三员).
_ADMINISTERS = frozenset(code for code, role in ROLES.items() if role.admin_duty)
#: `?to=body`: the picker asks for whom a veto is reported to.
BODY = "body"


@require_GET
@signed_in("answers with people of the group for whoever reviews the matter, of its firm for whoever else may open it")
def reviewers(request: HttpRequest, uid: UUID) -> JsonResponse:
    """People who can be asked about a matter, those of its unit first; of a report those who hear it first."""
    by = place.by(request)
    matter = access.find(by, uid)
    rows = _able(matter.root_id)
    if (
        not check.can(by, P.REVIEW_MATTER_VIEW, matter.unit)
        and not access.asked(by).filter(about_uid=matter.uid).exists()
    ):
        rows = rows.filter(unit__in=_firm(matter.unit))
    if request.GET.get("to") == BODY:
        q = request.GET.get("q", "").strip()[:40]
        members = [one for one, person in _receivers(matter, by) if _fits(person, q)]
        return _answer(rows, request, matter.unit_id, before=members)
    return _answer(rows, request, matter.unit_id)


@require_GET
@signed_in("answers with people of the own firm, and of units whose routes the account looks after")
def deputies(request: HttpRequest) -> JsonResponse:
    """People who can stand in, for whoever may be asked for an opinion or arranges it for others; nobody else is told."""
    by = place.by(request)
    me = here.person_of(by)
    if me is None or not may_arrange(by, me):
        raise NotFound(_("There is nothing to choose from here."))
    near = Q(unit__in=_firm(me.unit)) | Q(unit__in=scope.units(by, P.WORKFLOW_ROUTE_EDIT).values("pk"))
    return _answer(_able(me.unit.root_id or me.unit_id).filter(near), request, me.unit_id)


def may_arrange(by: Actor, me: Person) -> bool:
    """Is somebody ever asked for an opinion, so that a deputy makes sense, or does he arrange it for others?

    Whoever holds an office, whoever sits at a step, and whoever looks after routes.
    """
    today = clock.today()
    offices = Entry.objects.filter(register=APPOINTMENTS, person=me, on__lte=today)
    return (
        offices.filter(Q(done_on__isnull=True) | Q(done_on__gte=today)).exists()
        or Seat.objects.filter(person=me, state__in=[SeatState.WAITING, SeatState.OPEN]).exists()
        or check.can_anywhere(by, P.WORKFLOW_ROUTE_EDIT)
    )


def _firm(unit: Unit) -> QuerySet[Unit, int]:
    """The company of a unit with its departments and branches."""
    return own_units(places.company_of(unit)).values_list("pk", flat=True)


def _able(root: int) -> QuerySet[Person]:
    today = clock.today()
    rows = Person.objects.filter(Q(unit__root_id=root) | Q(unit_id=root), user__isnull=False, user__is_active=True)
    rows = rows.exclude(user__in=Grant.objects.holding(today).filter(role__in=_ADMINISTERS).values("user"))
    return rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=today)).select_related("unit", "department")


def _answer(rows: QuerySet[Person], request: HttpRequest, unit: int, *, before: Sequence[Option] = ()) -> JsonResponse:
    q = request.GET.get("q", "").strip()[:40]
    if q:
        letters = q.lower().replace(" ", "")
        sounds = Q(sort_key__regex="^" + " ?".join(letters)) | Q(sort_key__regex="^" + "[a-z]* ".join(letters))
        rows = rows.filter(Q(name__icontains=q) | (sounds if letters.isascii() and letters.isalpha() else Q(pk__in=[])))
    rows = rows.exclude(uid__in=[one["value"] for one in before])
    near = list(rows.filter(unit_id=unit).order_by("sort_key")[:_SHOWN])
    far = list(rows.exclude(unit_id=unit).order_by("sort_key")[: _SHOWN - len(near)])
    return JsonResponse({"results": [*before, *(person_option(row) for row in near + far)][:_SHOWN]})


def _fits(person: Person, q: str) -> bool:
    """Is it somebody whose name, or its sounds, begin like that?"""
    letters = q.lower().replace(" ", "")
    return not q or q in person.name or (letters.isalpha() and person.sort_key.replace(" ", "").startswith(letters))


def _receivers(matter: Matter, by: Actor) -> list[tuple[Option, Person]]:
    """Members of the bodies that answer for the matter, with or without an account; never who brought or reports it."""
    found = dict(resolutions.receivers(matter, also=[by.name]))
    held = Person.objects.select_related("unit", "department").in_bulk(list(found))
    rows = [(held[pk], body) for pk, body in found.items() if pk in held]
    return [
        ({**person_option(person), "text": f"{person.name}（{body}）"} if body else person_option(person), person)
        for person, body in rows
        if person.pk != matter.owner_id and (by.user_id is None or person.user_id != by.user_id)
    ]


def receivers(matter: Matter, by: Actor) -> list[Option]:
    """What the picker of a report offers before anything is typed: who hears of it first, then people of the unit."""
    members = [one for one, _person in _receivers(matter, by)]
    known = {one["value"] for one in members}
    return [*members, *(one for one in first(matter) if one["value"] not in known)]


def colleagues(person: Person) -> list[Option]:
    """What the picker of deputies offers before anything is typed: people of the own firm, oneself left out."""
    rows = _able(person.unit.root_id or person.unit_id).filter(unit__in=_firm(person.unit)).exclude(pk=person.pk)
    return [person_option(row) for row in rows.order_by("sort_key")[:_FIRST]]


def first(matter: Matter) -> list[Option]:
    """What a picker offers before anything is typed: people of the unit."""
    rows = _able(matter.root_id).filter(unit_id=matter.unit_id)
    return [person_option(row) for row in rows.order_by("sort_key")[:_FIRST]]
