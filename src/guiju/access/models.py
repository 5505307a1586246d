"""Accounts, grants and API tokens."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guiju.lib import clock


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is no superuser, because rights come from grants alone."""

    def create_user(self, username: str, password: str | None = None, *, name: str = "", email: str = "") -> User:
        user = self.model(username=username, name=name or username, email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. It may do nothing until somebody grants it a role on a unit."""

    username = models.CharField(_("Account"), max_length=60, unique=True)
    name = models.CharField(pgettext_lazy("person", "Name"), max_length=60)
    email = models.EmailField(_("E-mail"), blank=True)
    is_active = models.BooleanField(_("May sign in"), default=True)
    language = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """No account has the run of the house; libraries that ask get no."""
        return False

    @property
    def is_superuser(self) -> bool:
        """Rights come from grants alone."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used; see `access.check`."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Django's own permissions are not used; see `access.check`."""
        return False


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants by what holds."""

    def holding(self, on: date) -> GrantQuerySet:
        """The grants that hold on a day."""
        return self.filter(withdrawn_at__isnull=True, from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))


class Grant(models.Model):
    """A role held by an account on a unit, with or without everything below it, from-to.

    A withdrawn grant stays as history and holds nothing; read grants through `holding`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("Role"), max_length=40)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="grants")
    with_subtree = models.BooleanField(_("With everything below"), default=True)
    from_on = models.DateField(_("From"))
    to_on = models.DateField(_("Until"), null=True, blank=True)
    granted_by = models.CharField(max_length=80)
    reason = models.CharField(_("Reason"), max_length=200)
    granted_at = models.DateTimeField(default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_ends_after_start",
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                name="grant_once",
                fields=["user", "role", "unit"],
                condition=Q(to_on__isnull=True, withdrawn_at__isnull=True),
                violation_error_message=_("This person already holds this role here."),
            ),
        ]


class ApiToken(models.Model):
    """A bearer token of another system or a script: an account's rights, cut down to scopes and one unit's subtree."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("What it is for"), max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_on = models.DateField(_("Until"))
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class IdempotencyKey(models.Model):
    """The stored answer to a write, so that a repeated request has one effect."""

    token = models.ForeignKey(ApiToken, models.CASCADE)
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    response = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotency_key_once", fields=["token", "key"])]
