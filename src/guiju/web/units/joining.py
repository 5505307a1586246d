"""Whose account it is: without that an account signs, checks and approves in nobody's name."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.web import place


def free_accounts(by: Actor) -> QuerySet[User]:
    """Accounts that hold a role where the actor looks after people, and that are nobody's yet."""
    held = Grant.objects.holding(clock.today()).filter(unit__in=scope.units(by, P.ORG_PERSON_EDIT))
    taken = Person.objects.filter(user__isnull=False).values("user_id")
    found = User.objects.filter(is_active=True, pk__in=held.values("user_id")).exclude(pk__in=taken)
    return found.order_by("name", "username")


@needs(P.ORG_PERSON_EDIT)
@require_POST
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Say that an account is this person's."""
    by = place.by(request)
    person = Person.objects.select_related("unit", "department").filter(uid=uid).first()
    if person is None or not place.may(request, P.ORG_PERSON_EDIT, person.unit, person.department):
        raise NotFound(_("There is nobody of this address here."), fix=_("Look for the name with Ctrl K."))
    given = request.POST.get("account", "")
    user = free_accounts(by).filter(pk=given).first() if given.isdecimal() and len(given) < 12 else None
    if user is None:
        messages.error(request, _("Choose an account from the list."))
        return redirect("person", person.uid)
    try:
        org.link_account(person=person, user=user, by=by)
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        messages.error(request, f"{problem.what} {problem.fix}")
    else:
        told = _("The account “%(account)s” belongs to %(name)s now.")
        messages.success(request, told % {"account": user.username, "name": person.name})
    return redirect("person", person.uid)
