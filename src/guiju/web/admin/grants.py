"""Roles: what each allows, who holds which where, giving and withdrawing them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import actions as access
from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import finder, phrases, place
from guiju.web import forms as shared

P = Permission
#: Grants on one page; more are found by name.
SHOWN = 200
#: Accounts offered at once; more are found by name.
OFFERED = 100
#: How soon an end is near.
SOON = 30


class GrantForm(forms.Form):
    """Who receives which role where, from when to when, and why."""

    user = forms.CharField(label=_l("Account"))
    role = forms.ChoiceField(label=_l("Role"), choices=[(spec.code, spec.label) for spec in ROLES.values()])
    unit = forms.CharField(label=_l("On the unit"))
    with_subtree = forms.BooleanField(label=_l("And on everything below it"), required=False, initial=True)
    from_on = forms.DateField(label=_l("From"), widget=shared.day())
    to_on = forms.DateField(label=_l("Until"), required=False, widget=shared.day())
    reason = forms.CharField(
        label=_l("Reason"), max_length=200, help_text=_l("For instance: appointment of 1 March 2026.")
    )

    def __init__(self, people: list[User], units: list[Unit], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(row.pk), _account_label(row)) for row in people]
        self.fields["user"].widget = shared.picker(**{"data-pick-url": reverse("grant-accounts")})
        self.fields["user"].widget.choices = [("", ""), *offered]
        chosen = [(unit.code, f"{unit.name}（{unit.code}）") for unit in units]
        self.fields["unit"].widget = shared.picker(**{"data-pick-url": reverse("grant-units")})
        self.fields["unit"].widget.choices = [("", ""), *chosen]


@needs(P.ADMIN_GRANT_VIEW)
@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """Who holds which role where, today."""
    query, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    today = clock.today()
    seen = scope.units(place.by(request), P.ADMIN_GRANT_VIEW)
    found = Grant.objects.holding(today).filter(unit__in=seen.values("pk")).select_related("user", "unit")
    if query:
        found = found.filter(
            Q(user__name__icontains=query) | Q(user__username__icontains=query) | Q(unit__name__icontains=query)
        )
    if state == "ending":
        found = found.filter(to_on__lte=today + timedelta(days=SOON))
    role = request.GET.get("role", "") if request.GET.get("role", "") in ROLES else ""
    if role:
        found = found.filter(role=role)
    rows = [
        {
            "grant": row,
            "role": ROLES[row.role].label if row.role in ROLES else row.role,
            "url": reverse("grant-withdraw", args=[row.uid]) if _may_withdraw(request, row) else "",
        }
        for row in found.order_by("unit__path", "user__name")[:SHOWN]
    ]
    context = {
        "title": _("Roles given"),
        "rows": rows,
        "can_give": place.may(request, P.ADMIN_GRANT_MANAGE),
        "search": {"value": query, "placeholder": _("Person or unit")},
        "filters": [
            {
                "code": "role",
                "label": _("Role"),
                "value": role,
                "value_label": ROLES[role].label if role else "",
                "options": [{"value": spec.code, "label": spec.label} for spec in ROLES.values()],
            }
        ],
        "cap": SHOWN,
        "count": found.count(),
    }
    return render(request, "admin/grants.html", context)


def _may_withdraw(request: HttpRequest, row: Grant) -> bool:
    return place.may(request, P.ADMIN_GRANT_MANAGE, row.unit) and row.user_id != place.by(request).user_id


@needs(P.ADMIN_GRANT_MANAGE)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Give a role; the paragraph of each role stands beside the form."""
    by = place.by(request)
    managed = scope.units(by, P.ADMIN_GRANT_MANAGE)
    given_user = request.POST.get("user", "")
    chosen = _choosable(by).filter(pk=int(given_user) if _is_number(given_user) else 0)
    typed = managed.filter(code=request.POST.get("unit", ""))
    form = GrantForm(
        list(chosen or _named(_choosable(by), request.GET.get("q", ""))),
        list(typed or managed.order_by("path")[:30]),
        request.POST or None,
        initial={"from_on": clock.today().isoformat()},
    )
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        unit, user = typed.first(), chosen.first()
        del given["unit"], given["user"]
        try:
            if user is None:
                raise NotFound(
                    _("There is no such account among those to which you may give roles."),
                    fix=_("Choose it from the list."),
                    where="user",
                )
            if unit is None:
                raise NotFound(_("There is no such unit in your charge."), fix=_("Choose it from the list."))
            access.grant(user=user, unit=unit, by=by, **given)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("%(name)s now holds the role.") % {"name": user.name})
            return redirect("grants")
    context = {
        "title": _("Give a role"),
        "trail": [{"label": _("Roles given"), "url": reverse("grants")}],
        "form": form,
        "problem": problem,
        "back": reverse("grants"),
        "submit": _("Give the role"),
        "roles": ROLES.values(),
    }
    return render(request, "admin/form.html", context, status=422 if form.errors or problem else 200)


def _choosable(by: Actor) -> QuerySet[User]:
    """Accounts to which this account may give roles; never itself."""
    return access.accounts(by, permission=P.ADMIN_GRANT_MANAGE).filter(is_active=True).exclude(pk=by.user_id or 0)


def _named(found: QuerySet[User], query: str) -> QuerySet[User]:
    query = query.strip()[:60]
    if query:
        found = found.filter(Q(name__icontains=query) | Q(username__icontains=query))
    return found.order_by("name", "pk")[:OFFERED]


def _account_label(user: User) -> str:
    return f"{user.name}（{user.username}）"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@needs(P.ADMIN_GRANT_MANAGE)
@require_safe
def grant_accounts(request: HttpRequest) -> JsonResponse:
    """The accounts to which this account may give roles, for the picker."""
    query = request.GET.get("q", "")
    results = [
        {"value": str(user.pk), "text": _account_label(user), "hint": user.username}
        for user in _named(_choosable(place.by(request)), query)
    ]
    return JsonResponse({"results": results})


@needs(P.ADMIN_GRANT_MANAGE)
@require_safe
def grant_units(request: HttpRequest) -> JsonResponse:
    """The units in whose scope this account may give roles, for the picker."""
    query = request.GET.get("q", "").strip()[:60]
    managed = scope.units(place.by(request), P.ADMIN_GRANT_MANAGE)
    found = finder.named(managed, query, "name", "short_name", "code").order_by("depth", "sort_key")[:30]
    results = [
        {"value": unit.code, "text": f"{unit.name}（{unit.code}）", "hint": f"{unit.code} {unit.sort_key} {query}"}
        for unit in found
    ]
    return JsonResponse({"results": results})


@needs(P.ADMIN_GRANT_MANAGE)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, uid: str) -> HttpResponse:
    """End a role today, with a reason."""
    by = place.by(request)
    managed = scope.units(by, P.ADMIN_GRANT_MANAGE)
    row = (
        Grant.objects.holding(clock.today())
        .filter(uid=uid, unit__in=managed.values("pk"))
        .select_related("user", "unit")
        .first()
    )
    if row is None:
        raise NotFound(_("There is no such role in your charge."), fix=_("Choose it from the list."))
    form = shared.ReasonForm(request.POST or None)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            access.withdraw(row=row, by=by, reason=form.cleaned_data["reason"])
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The role is withdrawn."))
            return redirect("grants")
    label = ROLES[row.role].label if row.role in ROLES else row.role
    context = {
        "title": _("Withdraw a role"),
        "state": f"{row.user.name} · {label} · {row.unit.name}",
        "trail": [{"label": _("Roles given"), "url": reverse("grants")}],
        "form": form,
        "problem": problem,
        "back": reverse("grants"),
        "submit": _("Withdraw the role"),
        "danger": True,
        "aside": _("It holds no longer from this moment. What was done with it stays on the trail."),
    }
    return render(request, "admin/form.html", context, status=422 if form.errors or problem else 200)


@needs(P.ADMIN_GRANT_VIEW)
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """What each role allows: the whole policy on one page."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for permission in P:
        group, _colon, _rest = permission.value.partition(":")
        groups.setdefault(group, []).append(
            {
                "label": phrases.PERMISSIONS[permission],
                "cells": [permission in spec.permissions for spec in ROLES.values()],
            }
        )
    context = {
        "title": _("What roles allow"),
        "roles": list(ROLES.values()),
        "groups": [{"label": phrases.PERMISSION_GROUPS[name], "rows": rows} for name, rows in groups.items()],
        "width": len(ROLES) + 1,
    }
    return render(request, "admin/roles.html", context)
