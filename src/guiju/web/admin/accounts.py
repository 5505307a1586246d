"""Accounts: made and disabled by a system administrator, who gives no rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_safe

from guiju.access import actions as access
from guiju.access.models import Grant, User
from guiju.access.permissions import Permission
from guiju.access.policy import needs
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.web import forms as shared
from guiju.web import place
from guiju.web.tables import Column, table
from guiju.web.templatetags.ui import iso_date

P = Permission
#: Accounts on one page; more are found by name.
SHOWN = 200


class AccountForm(forms.Form):
    """What an account begins with; roles come from the security administrator."""

    username = forms.CharField(label=_l("Account"), max_length=60, help_text=_l("What the person types to sign in."))
    name = forms.CharField(label=_l("Full name"), max_length=60)
    email = forms.EmailField(label=_l("E-mail"), required=False)
    password = forms.CharField(
        label=_l("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_l("At least ten characters; the person should change it after signing in."),
    )


@needs(P.ADMIN_ACCOUNT_MANAGE)
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody in the administrator's care who may sign in, and who no longer may."""
    state, query = request.GET.get("state", ""), request.GET.get("q", "").strip()[:60]
    found = _of_state(access.accounts(place.by(request)), state)
    if query:
        found = found.filter(Q(username__icontains=query) | Q(name__icontains=query))
    today = clock.today()
    holding = Q(grants__in=Grant.objects.holding(today))
    rows = list(found.annotate(held=Count("grants", filter=holding)).order_by("-is_active", "username")[:SHOWN])
    states = [("active", _("May sign in")), ("disabled", _("Disabled")), ("idle", _("Without any role"))]
    context = {
        "title": _("Accounts"),
        "search": {"value": query, "placeholder": _("Account or name")},
        "filters": [
            {
                "code": "state",
                "label": _("State"),
                "value": state,
                "value_label": dict(states).get(state, state),
                "options": [{"value": value, "label": label} for value, label in states],
            }
        ],
        "table": _table(rows),
        "rows": rows,
        "count": found.count(),
        "cap": SHOWN,
    }
    return render(request, "admin/accounts.html", context)


def _of_state(rows: QuerySet[User], state: str) -> QuerySet[User]:
    if state == "active":
        return rows.filter(is_active=True)
    if state == "disabled":
        return rows.filter(is_active=False)
    if state == "idle":
        held = Grant.objects.holding(clock.today()).values("user_id")
        return rows.filter(is_active=True).exclude(pk__in=held)
    return rows


def _table(rows: Sequence[User]) -> dict[str, Any]:
    columns = [
        Column("name", _("Full name"), key=True),
        Column("username", _("Account"), key=True),
        Column("state", _("State"), kind="chip", key=True),
        Column("roles", _("Roles"), kind="number"),
        Column("email", _("E-mail")),
        Column("created", _("Made on"), kind="date"),
        Column("last", _("Signed in last"), kind="date"),
    ]
    return table(
        _("Accounts"),
        columns,
        [
            (
                reverse("account", args=[row.pk]),
                {
                    "name": row.name,
                    "username": row.username,
                    "state": {"text": _("May sign in"), "tone": "met"}
                    if row.is_active
                    else {"text": _("Disabled"), "tone": "na"},
                    "roles": getattr(row, "held", 0),
                    "email": row.email,
                    "created": iso_date(row.created_at),
                    "last": iso_date(row.last_login),
                },
            )
            for row in rows
        ],
    )


@needs(P.ADMIN_ACCOUNT_MANAGE)
@require_http_methods(["GET", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account."""
    form = AccountForm(request.POST or None)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        try:
            user = access.create_account(by=place.by(request), **form.cleaned_data)
        except Problem as refused:
            problem = refused
        else:
            messages.success(request, _("The account is made. It can do nothing until it is given a role."))
            return redirect("account", user.pk)
    context = {
        "title": _("New account"),
        "trail": [{"label": _("Accounts"), "url": reverse("accounts")}],
        "form": form,
        "problem": problem,
        "back": reverse("accounts"),
        "submit": _("Make the account"),
        "aside": _(
            "An account may sign in and nothing else. What it may see and do is decided by a security administrator."
        ),
    }
    return render(request, "admin/form.html", context, status=422 if form.errors or problem else 200)


@needs(P.ADMIN_ACCOUNT_MANAGE)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account; a POST with a reason disables it."""
    user = access.accounts(place.by(request)).filter(pk=pk).first()
    if user is None:
        raise NotFound(_("There is no such account."), fix=_("Choose it from the list."))
    form = shared.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        access.disable_account(user=user, by=place.by(request), reason=form.cleaned_data["reason"])
        messages.success(request, _("%(name)s may not sign in any more.") % {"name": user.name})
        return redirect("accounts")
    context = {
        "title": user.name,
        "trail": [{"label": _("Accounts"), "url": reverse("accounts")}],
        "account": user,
        "is_self": user == request.user,
        "facts": {
            "title": _("Account"),
            "rows": [
                {"label": _("Account"), "text": user.username},
                {"label": _("E-mail"), "text": user.email, "missing": not user.email},
                {"label": _("Made on"), "text": iso_date(user.created_at)},
                {"label": _("Signed in last"), "text": iso_date(user.last_login), "missing": user.last_login is None},
                {"label": _("Roles held today"), "text": str(len(access.open_grants(user)))},
            ],
        },
        "form": form,
    }
    return render(request, "admin/account.html", context, status=422 if form.errors else 200)
