"""Accounts, grants and tokens: everything that changes who may do what."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.models import ApiToken, Grant, User
from guiju.access.permissions import Permission
from guiju.access.roles import ROLES
from guiju.lib import clock
from guiju.lib.errors import Denied, Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.trail import log as trail
from guiju.trail.events import Action

TOKEN_PREFIX = "gj_"


def account_content(user: User) -> dict[str, Any]:
    """What the trail commits to of an account."""
    return {"columns": {"username": user.username, "name": user.name, "is_active": user.is_active}}


def grant_content(row: Grant) -> dict[str, Any]:
    """What the trail commits to of a grant."""
    return {
        "columns": {
            "user": row.user.username,
            "role": row.role,
            "unit": str(row.unit.uid),
            "with_subtree": row.with_subtree,
            "from_on": row.from_on,
            "to_on": row.to_on,
            "withdrawn": row.withdrawn_at is not None,
        }
    }


def _require_account_admin(by: Actor) -> None:
    if not by.is_system and not check.can_anywhere(by, Permission.ADMIN_ACCOUNT_MANAGE):
        raise Denied(_("Accounts are made by a system administrator."))


@transaction.atomic
def create_account(*, username: str, name: str, password: str, by: Actor, email: str = "", hashed: str = "") -> User:
    """Make an account without any right; the password must satisfy the installed rules.

    `hashed` is this password as `make_password` gave it: many accounts with one password are hashed once.
    """
    _require_account_admin(by)
    user = User(username=username.strip(), name=name.strip(), email=email)
    _set_password(user, password, hashed)
    try:
        with transaction.atomic():
            user.full_clean()
            user.save()
    except (IntegrityError, ValidationError):
        raise Problem(
            "account.invalid",
            _("The account “%(name)s” cannot be made: the name is empty or taken.") % {"name": username},
            fix=_("Choose another account name."),
            where="username",
            status=409,
        ) from None
    _record_account(Action.ACCOUNT_CREATED, user, by=by)
    return user


def _set_password(user: User, password: str, hashed: str = "") -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        faults = [Fault("password", message) for message in error.messages]
        raise Problem("account.password", _("This password is not good enough."), faults=faults) from None
    if hashed:
        user.password = hashed
    else:
        user.set_password(password)


def _record_account(action: Action, user: User, *, by: Actor, reason: str = "") -> None:
    trail.record(
        action,
        by=by,
        unit=None,
        object_type="account",
        object_id=str(user.pk),
        object_version=1,
        title=user.name,
        content=account_content(user),
        reason=reason,
    )


@transaction.atomic
def disable_account(*, user: User, by: Actor, reason: str) -> None:
    """The account may not sign in any more; its sessions and tokens end at once."""
    _require_account_admin(by)
    if not accounts(by).filter(pk=user.pk).exists():
        raise NotFound(
            _("There is no such account among those that you look after."),
            fix=_("Ask the system administrator of the unit in which it holds a role."),
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    for session in Session.objects.filter(expire_date__gte=clock.now()):
        if str(session.get_decoded().get("_auth_user_id")) == str(user.pk):
            session.delete()
    user.tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    _record_account(Action.ACCOUNT_CHANGED, user, by=by, reason=reason)


def accounts(by: Actor, *, permission: Permission = Permission.ADMIN_ACCOUNT_MANAGE) -> QuerySet[User]:
    """The accounts that this administrator looks after: without any role, or with roles only in the own units.

    Several firms may share an installation; the administrator of one has no hand on the accounts of another.
    With `ADMIN_GRANT_MANAGE`: those to which a security administrator may give a role. A role given to another
    firm's account would take it out of the hand of that firm's administrator.
    """
    if by.is_system:
        return User.objects.all()
    own = scope.units(by, permission)
    elsewhere = Grant.objects.filter(withdrawn_at__isnull=True).exclude(unit__in=own)
    elsewhere = elsewhere.filter(Q(to_on__isnull=True) | Q(to_on__gte=clock.today()))
    return User.objects.exclude(pk__in=elsewhere.values("user_id"))


def open_grants(user: User) -> list[Grant]:
    """The grants that hold today."""
    held = Grant.objects.holding(clock.today()).filter(user=user)
    return list(held.select_related("unit").order_by("unit__path", "role"))


@transaction.atomic
def grant(
    *,
    user: User,
    role: str,
    unit: Unit,
    by: Actor,
    reason: str,
    with_subtree: bool = True,
    from_on: date | None = None,
    to_on: date | None = None,
) -> Grant:
    """Give a role on a unit. Never to oneself, and never two administrator duties to one account (三员分立)."""
    if role not in ROLES:
        raise Problem(
            "grant.role", _("There is no role “%(role)s”.") % {"role": role}, fix=", ".join(sorted(ROLES)), where="role"
        )
    check.require(by, Permission.ADMIN_GRANT_MANAGE, unit)
    if with_subtree and not scope.scope(by, Permission.ADMIN_GRANT_MANAGE).covers_below(unit):
        raise Denied(
            _("Your own role holds on %(unit)s alone, so you cannot give one with everything below.")
            % {"unit": unit.name},
            fix=_("Give the role on this unit alone."),
        )
    if by.user_id == user.pk:
        raise Denied(_("Nobody grants rights to himself."), fix=_("Ask another security administrator."))
    if not accounts(by, permission=Permission.ADMIN_GRANT_MANAGE).filter(pk=user.pk).exists():
        raise NotFound(_("There is no such account among those to which you may give roles."))
    _keep_duties_apart(user, role, from_on=from_on or clock.today(), to_on=to_on)
    try:
        with transaction.atomic():
            row = Grant.objects.create(
                user=user,
                role=role,
                unit=unit,
                with_subtree=with_subtree,
                from_on=from_on or clock.today(),
                to_on=to_on,
                granted_by=by.name,
                reason=reason,
                granted_at=clock.now(),
            )
    except IntegrityError:
        raise Problem(
            "grant.twice",
            _("%(name)s already holds this role here.") % {"name": user.name},
            fix=_("Withdraw the old grant first."),
            status=409,
        ) from None
    _record_grant(Action.GRANT_GIVEN, row, by=by, reason=reason)
    return row


def _keep_duties_apart(user: User, role: str, *, from_on: date, to_on: date | None) -> None:
    """Over the whole time of the new grant: one that begins later counts as well as one that holds today."""
    User.objects.select_for_update().get(pk=user.pk)  # two administrators at once must see each other's grant
    others = Grant.objects.filter(user=user, withdrawn_at__isnull=True, role__in=ROLES)
    others = others.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    if to_on is not None:
        others = others.filter(from_on__lte=to_on)
    duty = ROLES[role].admin_duty
    if {ROLES[code].admin_duty for code in others.values_list("role", flat=True)} - {duty}:
        raise Denied(
            _("System, security and audit administration and business work are kept in separate accounts."),
            fix=_("Use another account for this role."),
        )


def _record_grant(action: Action, row: Grant, *, by: Actor, reason: str) -> None:
    trail.record(
        action,
        by=by,
        unit=row.unit,
        object_type="grant",
        object_id=str(row.uid),
        object_version=2 if row.withdrawn_at else 1,
        title=row.user.name,
        content=grant_content(row),
        reason=reason,
        happened_on=row.from_on,
    )


@transaction.atomic
def withdraw(*, row: Grant, by: Actor, reason: str) -> None:
    """End a grant today; it holds no longer from this moment."""
    check.require(by, Permission.ADMIN_GRANT_MANAGE, row.unit)
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    _record_grant(Action.GRANT_WITHDRAWN, row, by=by, reason=reason)


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: list[str], unit: Unit, expires_on: date, by: Actor
) -> tuple[ApiToken, str]:
    """A bearer token with part of the account's rights; the secret is shown once and kept only as a digest."""
    if not by.is_system and by.user_id != user.pk:
        raise Denied(_("A token is issued to the own account only."))
    check.require(by, Permission.ADMIN_TOKEN_MANAGE, unit)
    known = {permission.value for permission in Permission}
    unknown = [one for one in scopes if one not in known]
    if unknown or not scopes:
        raise Problem(
            "token.scope",
            _("Unknown or empty scopes: %(scopes)s.") % {"scopes": ", ".join(unknown)},
            fix=_("Choose from: %(known)s.") % {"known": ", ".join(sorted(known))},
            where="scopes",
        )
    if expires_on <= clock.today():
        raise Problem("token.expired", _("The last day must lie in the future."), where="expires_on")
    if by.token and not (set(scopes) <= set(by.token.scopes) and expires_on <= by.token.expires_on):
        raise Denied(
            _("A token cannot issue one that opens more or lives longer than itself."),
            fix=_("Issue it on the page of the own account."),
        )
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, prefix=secret[:10], digest=digest(secret), scopes=scopes, unit=unit, expires_on=expires_on
    )
    _record_token(Action.TOKEN_ISSUED, token, by=by)
    return token, secret


def _record_token(action: Action, token: ApiToken, *, by: Actor) -> None:
    trail.record(
        action,
        by=by,
        unit=token.unit,
        object_type="token",
        object_id=str(token.uid),
        title=token.name,
        content={"columns": {"scopes": token.scopes, "unit": token.unit.code, "expires_on": token.expires_on}},
    )


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor) -> None:
    """The token opens nothing from this moment."""
    if not by.is_system and by.user_id != token.user_id:
        check.require(by, Permission.ADMIN_TOKEN_MANAGE, token.unit)
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    _record_token(Action.TOKEN_REVOKED, token, by=by)


def digest(secret: str) -> str:
    """How a secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_actor(secret: str, *, request_id: str = "") -> Actor | None:
    """The actor behind a bearer secret, or None when it opens nothing."""
    token = (
        ApiToken.objects.select_related("user", "unit")
        .filter(digest=digest(secret), revoked_at__isnull=True, expires_on__gte=clock.today(), user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_on != clock.today():
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=clock.today())
    return Actor(name=token.user.name, user=token.user, token=token, request_id=request_id)
