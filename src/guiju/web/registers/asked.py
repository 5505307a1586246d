"""What an address asks of a list: unit, with or without what is below, search, filters, sorting, place, columns.

Filters stand as `f.<field>` (`f.due_on__to=2026-03-31`), the place in the list as `after`, own rows only as `below=0`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.lib.errors import NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import filters
from guiju.registers.listing import ListQuery
from guiju.registers.spec import RegisterSpec
from guiju.web import place
from guiju.web.registers.gate import VIEW, Here

PREFIX = "f."
_OWN = {"q": "q", "sort": "sort", "size": "size", "after": "cursor"}
_VERSION = re.compile(r"[0-9]{1,9}", re.ASCII)
_DROPPED = ("after", "saved")


@dataclass(frozen=True, slots=True)
class Asked:
    """One list as one person wants to see it."""

    unit: Unit
    query: ListQuery
    has_below: bool
    #: The columns were chosen in this address or remembered from another one.
    chose_columns: bool


def of(request: HttpRequest, here: Here) -> Asked:
    """Read the address; 404 for a unit out of reach."""
    unit = unit_of(request, here)
    params = plain(here.spec, request.GET)
    columns = _columns(request, here.spec)
    has_below = here.spec.storage != "org.unit" and place.has_below(unit)
    alone = has_below and request.GET.get("below") == "0"
    found = ListQuery.from_params(here.spec, {**params, "columns": ",".join(columns)}, within=unit)
    shown = found.columns or here.spec.list.columns
    if has_below and not alone and not columns:
        # Beside what each row is about, so that rows of several units are told apart without scrolling.
        shown = (*shown[:1], "_unit", *shown[1:])
    return Asked(unit, replace(found, columns=shown, alone=alone), has_below, bool(columns))


def unit_of(request: HttpRequest, here: Here) -> Unit:
    """The unit that the address names, or the one somebody works in."""
    permission = here.store.permission(VIEW)
    if request.POST.get("unit"):  # a row for another unit is no reason to go there
        return check.unit(here.by, permission, request.POST["unit"])
    if request.GET.get("unit"):
        return place.open_unit(request, request.GET["unit"], permission)
    unit = place.current_unit(request)
    if not place.may(request, permission, unit):
        raise NotFound(_("There is nothing here for you."), fix=_("Choose another unit at the top of the page."))
    return unit


def plain(spec: RegisterSpec, params: QueryDict) -> dict[str, str | list[str]]:
    """The address in the words of `ListQuery`."""
    known = filters.names(spec)
    found: dict[str, str | list[str]] = {}
    for key in params:
        code = key.removeprefix(PREFIX)
        if key in _OWN:
            found[_OWN[key]] = str(params[key])
        elif code in known and (key != code or key not in {"unit", "columns", "below"}):
            found[code] = [str(text) for text in params.getlist(key) if text]
    return found


def _columns(request: HttpRequest, spec: RegisterSpec) -> list[str]:
    """Chosen columns hold for this register until others are chosen; `columns=` alone goes back to the usual ones."""
    key = f"columns:{spec.code}"
    if "columns" not in request.GET:
        return list(request.session.get(key, []))
    names = [name for text in request.GET.getlist("columns") for name in text.split(",")]
    chosen = [name for name in names if name and (spec.field(name) or name.startswith("_"))]
    if chosen != request.session.get(key, []):
        request.session[key] = chosen
    return chosen


def version(request: HttpRequest, name: str = "version", *, default: int | None = None) -> int:
    """The version that a form began with; a form that says none, or nonsense, is no longer good."""
    written = request.POST.get(name, "")
    if not written and default is not None:
        return default
    if not _VERSION.fullmatch(written):
        raise Problem("form.expired", _("This form has expired; nothing was saved."), fix=_("Open the record again."))
    return int(written)


def turn(request: HttpRequest, changes: Mapping[str, object]) -> str:
    """This address with some parameters changed (None takes one away), from the first page unless that is the change."""
    query = request.GET.copy()
    for key in _DROPPED:
        query.pop(key, None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        elif isinstance(value, list):
            query.setlist(key, value)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}" if query else "?"


def filter_keys(request: HttpRequest, spec: RegisterSpec) -> list[str]:
    """The parameters that narrow the list."""
    known = filters.names(spec)
    return [key for key in request.GET if key == "q" or (key.startswith(PREFIX) and key.removeprefix(PREFIX) in known)]
