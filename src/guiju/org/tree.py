"""Paths of the unit tree: one fixed-width base-36 step per level."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.org.models import LAST, STEP, Unit

__all__ = ["MAX_DEPTH", "STEP", "ancestor_paths", "ancestors", "next_path", "step", "subtree"]

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_DEPTH = 19


def step(number: int) -> str:
    """The path step of the n-th child, e.g. 37 -> "0011"."""
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text.rjust(STEP, "0")


def next_path(parent: Unit | None) -> str:
    """The path of one more child (or root). The caller holds a transaction; the unique index settles races."""
    base = parent.path if parent else ""
    siblings = Unit.objects.filter(parent=parent) if parent else Unit.objects.filter(parent__isnull=True)
    last = siblings.order_by("-path").values_list("path", flat=True).first()
    number = int(last[-STEP:], 36) + 1 if last else 1
    if number >= 36**STEP or len(base) // STEP >= MAX_DEPTH:
        raise Problem("unit.too_many", _("This tree has no room for another unit at this place."))
    return base + step(number)


def subtree(unit: Unit) -> QuerySet[Unit]:
    """The unit and everything below it, as one range of paths."""
    return Unit.objects.filter(path__gte=unit.path, path__lt=unit.path + LAST)


def ancestor_paths(path: str, *, itself: bool = False) -> list[str]:
    """The paths of all units above, nearest last."""
    end = len(path) + (STEP if itself else 0)
    return [path[:length] for length in range(STEP, end, STEP)]


def ancestors(unit: Unit, *, itself: bool = False) -> QuerySet[Unit]:
    """The units above, from the root down."""
    return Unit.objects.filter(path__in=ancestor_paths(unit.path, itself=itself)).order_by("path")
