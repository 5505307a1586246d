"""What other parts add beside the record of a register: ways on, and what it repeats.

A part registers for the register that it works on; the page of the record asks all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest

from guiju.registers.records import Record

#: Gives `ways` (label, address, icon) and whatever else `registers/record.html` knows to draw.
Provider = Callable[[HttpRequest, Record], Mapping[str, Any]]

_providers: dict[str, list[Provider]] = {}


def register(code: str, provider: Provider) -> None:
    """Let a part add to the page of this register's records."""
    held = _providers.setdefault(code, [])
    if provider not in held:
        held.append(provider)


def context(request: HttpRequest, record: Record) -> dict[str, Any]:
    """What stands beside a record; ways of several parts one after the other."""
    found: dict[str, Any] = {}
    ways: list[Any] = []
    for provider in _providers.get(record.spec.code, ()):
        given = dict(provider(request, record))
        ways += given.pop("ways", [])
        found |= given
    return {**found, "ways": ways} if ways else found
