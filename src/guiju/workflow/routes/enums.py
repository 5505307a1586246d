"""Closed words of routes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class RouteState(models.TextChoices):
    """Where a version of a route stands."""

    DRAFT = "draft", pgettext_lazy("route", "Draft")
    IN_FORCE = "in_force", pgettext_lazy("route", "In force")
    REPLACED = "replaced", pgettext_lazy("route", "Replaced")


class RunState(models.TextChoices):
    """Where a matter stands on its route."""

    OPEN = "open", pgettext_lazy("route", "Under way")
    PAUSED = "paused", pgettext_lazy("route", "Suspended")
    ENDED = "ended", pgettext_lazy("route", "Ended")


class SeatKind(models.TextChoices):
    """How somebody came to sit at a step."""

    ROUTE = "route", pgettext_lazy("seat", "By the route")
    ADDED = "added", pgettext_lazy("seat", "Added")
    HANDED = "handed", pgettext_lazy("seat", "Handed over to")
    COUNSEL = "counsel", pgettext_lazy("seat", "Outside counsel")


class SeatState(models.TextChoices):
    """Where one person's part stands."""

    WAITING = "waiting", pgettext_lazy("seat", "Not yet asked")
    OPEN = "open", pgettext_lazy("seat", "Asked")
    SPOKEN = "spoken", pgettext_lazy("seat", "Has spoken")
    HANDED = "handed", pgettext_lazy("seat", "Handed over")
    RECUSED = "recused", pgettext_lazy("seat", "Stepped aside")
    DROPPED = "dropped", pgettext_lazy("seat", "No longer asked")
