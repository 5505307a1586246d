"""What other parts show on the page of a policy: readings, implementation checks and the like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from guiju.registers.models import Entry


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a panel."""

    label: str
    url: str
    hint: str = ""
    tone: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A section with lines; `empty` says what would stand here, `url` and `action` begin it."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    empty: str = ""
    url: str = ""
    action: str = ""


#: Gives a panel, or nothing where there is nothing to show; a constant number of questions.
Maker = Callable[[HttpRequest, Entry], Panel | None]

_makers: list[Maker] = []


def register(maker: Maker) -> None:
    """Show a panel on the page of every policy."""
    if maker not in _makers:
        _makers.append(maker)


def of(request: HttpRequest, entry: Entry) -> list[Panel]:
    """The panels of a policy."""
    return [panel for maker in _makers if (panel := maker(request, entry)) is not None]
