"""Where somebody stands in these pages, and the addresses of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.access.roles import roles_with
from guiju.lib.errors import NotFound
from guiju.org import places
from guiju.org.enums import UnitKind
from guiju.org.models import Person, Unit
from guiju.review import access, keeping
from guiju.review.models import Matter
from guiju.web import place
from guiju.workflow.models import Task


def of_task(task: Task) -> str:
    """A task about a review leads to its matter."""
    return reverse("review-one", args=[task.about_uid])


def of_look(task: Task) -> str:
    """A task about what a look for leaks found leads to that look."""
    return f"{reverse('review-leaks', args=[task.unit.code])}?run={task.about_uid}"


def url(matter: Matter) -> str:
    """The page of a matter."""
    return reverse("review-one", args=[matter.uid])


def seen(request: HttpRequest, code: str) -> places.Seat:
    """The company or department of an address whose reviews this account sees; 404 otherwise."""
    found = places.seat(place.by(request), code, P.REVIEW_MATTER_VIEW)
    unit = found.through or found.company
    if place.may(request, P.ORG_UNIT_VIEW, unit):
        place.enter(request, unit)
    return found


def enter(request: HttpRequest, matter: Matter) -> None:
    """A matter of a unit that somebody sees is a choice of that unit."""
    if place.may(request, P.ORG_UNIT_VIEW, matter.unit):
        place.enter(request, matter.unit)


def bringing(request: HttpRequest, code: str) -> tuple[Unit, Unit | None]:
    """The company for which a matter is brought, and the department through whose address somebody came."""
    unit = check.keeper(place.by(request), P.REVIEW_MATTER_SUBMIT, code)
    company = places.company_of(unit)
    return company, unit if unit.pk != company.pk else None


def new_url(request: HttpRequest, unit: Unit | None = None) -> str:
    """Where a new matter begins for this account: here, or where it may submit at all; empty where nowhere."""
    if unit is not None and check.touches(place.by(request), P.REVIEW_MATTER_SUBMIT, unit):
        return reverse("review-new", args=[unit.code])
    allowed = roles_with(P.REVIEW_MATTER_SUBMIT)
    held = next((grant for grant in place.grants(request) if grant.role in allowed), None)
    return reverse("review-new", args=[held.unit.code]) if held is not None else ""


def person_of(by: Actor) -> Person | None:
    """The person behind an account."""
    return (
        Person.objects.select_related("unit", "department").filter(user_id=by.user_id).first() if by.user_id else None
    )


def belongs(request: HttpRequest, matter: Matter) -> bool:
    """Is it somebody of the firm who is signed in, or who sees the matter anyhow?"""
    if not request.user.is_authenticated:
        return False
    by = place.by(request)
    person = person_of(by)
    return (person is not None and person.unit_id == matter.unit_id) or access.visible(by).filter(pk=matter.pk).exists()


def trail(request: HttpRequest, unit: Unit | None) -> list[dict[str, str]]:
    """The place above a page: the reviews of the unit where they are seen, one's own elsewhere."""
    if unit is not None and place.may(request, P.REVIEW_MATTER_VIEW, unit):
        return [{"label": _("Compliance review"), "url": reverse("review-unit", args=[unit.code])}]
    return [{"label": _("My reviews"), "url": reverse("review-mine")}]


def tabs(request: HttpRequest, code: str, current: str) -> list[dict[str, Any]]:
    """The pages of this part at one unit."""
    pages = [
        ("review-mine", _("My reviews"), []),
        ("review-unit", _("Reviews of the unit"), [code]),
        ("review-routes", _("Review routes"), [code]),
        ("review-questions", _("Questions and answers"), []),
        ("review-standing", _("Standing in"), []),
    ]
    if sees_company(request):
        pages.insert(2, ("review-leaks", _("Leak finder"), [code]))
        pages.insert(-1, ("review-gate", _("Review gate"), [code]))
    return [
        {"label": label, "url": reverse(name, args=args), "current": name == current, "count": None}
        for name, label, args in pages
    ]


def sees_company(request: HttpRequest) -> bool:
    """Does the account see the reviews of a whole company, not only those of a department?"""
    allowed = roles_with(P.REVIEW_MATTER_VIEW)
    held = [grant.unit for grant in place.grants(request) if grant.role in allowed]
    return any(unit.kind == UnitKind.COMPANY for unit in held)


def known(matter: Matter, digest: str) -> str:
    """The name under which a matter holds a file; 404 where it does not."""
    for paper in matter.papers.all():
        if paper.digest == digest:
            return paper.name
    held: list[dict[str, Any]] = [one for row in matter.conditions.all() for one in row.files]
    for run in keeping.rounds(matter):
        held += [one for seat in run.seats.all() for one in seat.files]
    for one in held:
        if one.get("digest") == digest:
            return str(one.get("name") or digest[:12])
    raise NotFound(_("This file is not here."), fix=_("Open the matter again and choose the file from its list."))
