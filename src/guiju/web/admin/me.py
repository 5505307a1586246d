"""The own account: roles held, language, password, tokens for other systems."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access import actions as access
from guiju.access import scope
from guiju.access.models import ApiToken, User
from guiju.access.permissions import Permission
from guiju.access.policy import needs, public, signed_in
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.web import forms as shared
from guiju.web import phrases, place

P = Permission


def own(request: HttpRequest) -> User:
    """The signed-in account."""
    return cast("User", request.user)


@signed_in("the own account")
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """What this account is and may do."""
    user = own(request)
    person = getattr(user, "person", None)
    held = [(row, ROLES[row.role]) for row in access.open_grants(user) if row.role in ROLES]
    context = {
        "title": _("My account"),
        "account": user,
        "facts": {
            "title": _("Who I am"),
            "rows": [
                {"label": _("Full name"), "text": user.name},
                {"label": _("Account"), "text": user.username},
                {"label": _("E-mail"), "text": user.email, "missing": not user.email},
                {"label": _("Person"), "text": person.name if person else "", "missing": person is None},
            ],
        },
        "roles": [{"grant": row, "label": spec.label, "description": spec.description} for row, spec in held],
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
        "tokens": _tokens(user),
        "can_issue": place.may(request, P.ADMIN_TOKEN_MANAGE),
        "today": clock.today(),
    }
    return render(request, "admin/me.html", context)


def _tokens(user: User) -> list[ApiToken]:
    return list(user.tokens.filter(revoked_at__isnull=True).select_related("unit").order_by("-created_at"))


@signed_in("changes the own language only")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on, on every computer."""
    wanted = _known_language(request)
    user = own(request)
    user.language = wanted
    user.save(update_fields=["language"])
    return _remembered(redirect("me"), wanted)


@public("chooses the language of the sign-in page")
@require_POST
def language_here(request: HttpRequest) -> HttpResponse:
    """Speak another language on this computer, before anybody has signed in."""
    return _remembered(redirect(settings.LOGIN_URL), _known_language(request))


def _known_language(request: HttpRequest) -> str:
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Problem("language.unknown", _("This language is not known here."), fix=_("Choose one of the list."))
    return wanted


def _remembered(answer: HttpResponse, wanted: str) -> HttpResponse:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86_400, samesite="Lax", secure=settings.HTTPS
    )
    return answer


class TokenForm(forms.Form):
    """What another system may do in this account's name."""

    name = forms.CharField(
        label=_l("What it is for"), max_length=80, help_text=_l("For instance: OA, contract approval.")
    )
    unit = forms.ChoiceField(label=_l("Only below this unit"), widget=shared.picker())
    scopes = forms.MultipleChoiceField(label=_l("It may"), widget=forms.CheckboxSelectMultiple)
    expires_on = forms.DateField(label=_l("Until"), widget=shared.day())

    def __init__(self, units: list[Unit], permissions: list[P], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(row.code, f"{row.name}（{row.code}）") for row in units]  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [(item.value, phrases.PERMISSIONS[item]) for item in permissions]  # type: ignore[attr-defined]


def _own_permissions(request: HttpRequest) -> list[P]:
    held = {item for grant in place.grants(request) for item in ROLES[grant.role].permissions}
    return [item for item in P if item in held]


@needs(P.ADMIN_TOKEN_MANAGE)
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token; its secret is shown once, on the answer to this request."""
    by = place.by(request)
    units = list(scope.units(by, P.ADMIN_TOKEN_MANAGE).order_by("path")[:500])
    initial = {"expires_on": (clock.today() + timedelta(days=365)).isoformat()}
    form = TokenForm(units, _own_permissions(request), request.POST or None, initial=initial)
    problem: Problem | None = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        chosen = given.pop("unit")
        unit = next(row for row in units if row.code == chosen)
        try:
            token, secret = access.issue_token(user=own(request), unit=unit, by=by, **given)
        except Problem as refused:
            problem = refused
        else:
            context = {"title": _("Token issued"), "token": token, "secret": secret, "trail": _trail()}
            answer = render(request, "admin/token.html", context)
            answer["Cache-Control"] = "no-store"
            return answer
    context = {
        "title": _("New token"),
        "trail": _trail(),
        "form": form,
        "problem": problem,
        "back": reverse("me"),
        "submit": _("Issue the token"),
        "aside": _("Whoever holds the token acts in your name, within what you tick here. Give each system its own."),
    }
    return render(request, "admin/form.html", context, status=422 if form.errors or problem else 200)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("My account"), "url": reverse("me")}]


@signed_in("revokes own tokens only")
@require_POST
def revoke(request: HttpRequest, uid: str) -> HttpResponse:
    """The token opens nothing from this moment."""
    token = own(request).tokens.filter(uid=uid, revoked_at__isnull=True).select_related("unit").first()
    if token is None:
        raise NotFound(_("You have no such token."), fix=_("Choose it on the page of your account."))
    access.revoke_token(token=token, by=place.by(request))
    messages.success(request, _("The token opens nothing any more."))
    return redirect("me")
