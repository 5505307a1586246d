"""Stretches of programmes for calendars: whoever knows of programmes says so here, so that workflow need not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a programme that a unit goes through. `programme` names the document, `urn` its pack."""

    unit_id: int
    urn: str
    programme: str
    code: str
    title: str
    from_on: date
    to_on: date


#: (units, first day, last day) -> the stages that touch these days.
Provider = Callable[[Iterable[int], date, date], Sequence[Stage]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let calendars ask this provider; call it from the package's `ready`."""
    if provider not in _providers:
        _providers.append(provider)


def of(unit_ids: Iterable[int], first: date, last: date) -> list[Stage]:
    """The stages of the units that touch the days, the earliest first."""
    ids = list(unit_ids)
    found = [stage for provider in _providers for stage in provider(ids, first, last)]
    return sorted(found, key=lambda stage: (stage.from_on, stage.to_on, stage.unit_id, stage.code))
