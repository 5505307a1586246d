"""Addresses that several pages lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from guiju.org.models import Unit

#: Where the pages of registers begin (`urls.py` includes them under it).
REGISTERS = "/r/"
#: The parameter that names the requirement for whose sake a row is entered.
PROVES = "proves"
#: Where the pages of units begin.
UNITS = "/u/"


def registers() -> str:
    """All registers."""
    return REGISTERS


def register(code: str, **query: Any) -> str:
    """The list of one register, filtered."""
    return _with(f"{REGISTERS}{code}/", query)


def record(code: str, uid: object) -> str:
    """One row of a register."""
    return f"{REGISTERS}{code}/{uid}/"


def new_record(
    code: str, *, unit: Unit, values: Mapping[str, Any] | None = None, proves: tuple[str, str] | None = None
) -> str:
    """The form of a new row, with what is known already and the requirement (document, code) that it is to prove."""
    given = {f"set.{name}": value for name, value in (values or {}).items() if value not in (None, "")}
    reason = {PROVES: "/".join(proves)} if proves is not None else {}
    return _with(f"{REGISTERS}{code}/new", {"unit": unit.code, **given, **reason})


def person(uid: object) -> str:
    """A person."""
    return reverse("person", args=[uid])


def unit(code: str) -> str:
    """A unit."""
    return reverse("unit", args=[code])


def posture(code: str, urn: str, **query: Any) -> str:
    """How a unit stands against a document."""
    return _with(reverse("posture-pack", args=[code, urn]), query)


def finding(code: str, urn: str, requirement: str, **query: Any) -> str:
    """One answer."""
    return _with(reverse("finding", args=[code, urn, requirement]), query)


def packs() -> str:
    """All documents."""
    return reverse("packs")


def pack(urn: str) -> str:
    """A document."""
    return reverse("pack", args=[urn])


def _with(path: str, query: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept, doseq=True)}" if kept else path
