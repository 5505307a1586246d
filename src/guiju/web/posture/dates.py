"""The dates of a document under an adoption, drawn: the stages as a thin bar, and what a base date moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import NamedTuple

from django.utils.translation import get_language

from guiju.packs import catalogue
from guiju.packs.models import Pack
from guiju.posture import programme
from guiju.posture.models import Adoption
from guiju.posture.programme import Programme, Stage, Terms
from guiju.web.posture import rows

#: Deadlines told before an adoption.
FIRST = 5


class Strip(NamedTuple):
    """One stage on the bar, in percent of its width."""

    title: str
    days: str
    x: str
    width: str
    state: str


@dataclass(frozen=True, slots=True)
class Course:
    """How far a programme has come."""

    from_on: date
    to_on: date
    strips: tuple[Strip, ...]
    now: str
    stage: str
    stage_left: int
    left: int
    until_begin: int
    is_over: bool


def course(adoption: Adoption, today: date) -> Course | None:
    """The programme of an adopted document; None for a document without an end."""
    its = programme.under(adoption)
    return None if its is None else of_programme(its, today)


def of_programme(its: Programme, today: date) -> Course:
    """Stages and the day they have come to."""
    days = max((its.to_on - its.from_on).days, 1)

    def percent(day: date) -> float:
        return min(max((day - its.from_on).days * 100 / days, 0.0), 100.0)

    running = [stage for stage in its.stages if stage.from_on <= today <= stage.to_on]
    strips = tuple(_strip(stage, percent(stage.from_on), percent(stage.to_on), today) for stage in its.stages)
    return Course(
        from_on=its.from_on,
        to_on=its.to_on,
        strips=strips or (Strip("", "", "0", "100", _state(its.from_on, its.to_on, today)),),
        now=f"{percent(today):.2f}" if its.from_on <= today <= its.to_on else "",
        stage=title(running[-1]) if running else "",
        stage_left=(running[-1].to_on - today).days if running else 0,
        left=(its.to_on - today).days,
        until_begin=max((its.from_on - today).days, 0),
        is_over=today > its.to_on,
    )


def _strip(stage: Stage, begin: float, end: float, today: date) -> Strip:
    days = f"{stage.from_on.isoformat()} — {stage.to_on.isoformat()}"
    width = max(end - begin - 0.4, 0.6)
    return Strip(title(stage), days, f"{begin:.2f}", f"{width:.2f}", _state(stage.from_on, stage.to_on, today))


def _state(begin: date, end: date, today: date) -> str:
    return "past" if today > end else "next" if today < begin else "now"


def title(stage: Stage) -> str:
    """The stage's name in the reader's language."""
    return (stage.title_en if _english() else "") or stage.title


def _english() -> bool:
    return (get_language() or "").startswith("en")


class Due(NamedTuple):
    """One deadline as it would be: its day, the document's words for it, and what is asked."""

    on: date
    text: str
    plain: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What an adoption with a base date would mean."""

    pack: Pack
    base_date: date | None
    own_base: date | None
    course: Course | None
    dues: tuple[Due, ...]
    due_count: int
    is_over: bool
    suggested: date | None

    @property
    def is_shifted(self) -> bool:
        """The dates count from another day than the document's own."""
        return self.base_date is not None and self.base_date != self.own_base


def preview(pack: Pack, *, from_on: date, base_date: date | None) -> Preview:
    """Programme and first deadlines, shifted to the base date; nothing is written."""
    its = programme.calendar(pack)
    shifted = its.programme.shifted(base_date) if its.programme else None
    terms = Terms(base_date, from_on)
    dues = sorted(_dues(pack, its, terms), key=lambda due: due.on)
    coming = [due for due in dues if due.on >= from_on]
    return Preview(
        pack=pack,
        base_date=base_date,
        own_base=its.base_date,
        course=of_programme(shifted, from_on) if shifted else None,
        dues=tuple(coming[:FIRST]),
        due_count=len(dues),
        is_over=shifted is not None and shifted.to_on < from_on,
        suggested=suggested(pack, from_on),
    )


def suggested(pack: Pack, start: date) -> date | None:
    """A base date with which a programme that is over would run again; None where there is no need of one."""
    its = programme.of(pack)
    if its is None or its.to_on >= start:
        return None
    base = programme.in_month(start.year, its.base_date.month, its.base_date.day)
    if its.shifted(base).to_on >= start:
        return base
    return programme.in_month(start.year + 1, its.base_date.month, its.base_date.day)


def _dues(pack: Pack, its: programme.Calendar, terms: Terms) -> Iterator[Due]:
    """The first deadline of each requirement that has one."""
    for row in catalogue.requirements(pack):
        asked = programme.rule(row.extra)
        if asked is None or row.addressee != "unit":
            continue
        for deadline in islice(programme.deadlines(asked, its, terms), 1):
            yield Due(deadline.due_on, row.extra["when"].get("text", ""), rows.plain(row))
