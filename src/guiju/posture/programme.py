"""The dates of a document under an adoption: shifted to its base date, as programme, stages and deadlines.

A deadline is the last day on which something is in time; on that day itself it is not late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from guiju.lib import period
from guiju.packs.models import Pack

if TYPE_CHECKING:
    from guiju.posture.models import Adoption

_DAY = timedelta(days=1)


class Terms(NamedTuple):
    """What an adoption makes of a document's dates: the day they count from, and since when it holds."""

    base_date: date | None
    from_on: date


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of a programme."""

    code: str
    title: str
    title_en: str
    from_on: date
    to_on: date


@dataclass(frozen=True, slots=True)
class Programme:
    """A document that runs from a day to a day."""

    base_date: date
    from_on: date
    to_on: date
    stages: tuple[Stage, ...] = ()

    def shifted(self, to_base: date | None) -> Programme:
        """The programme as it runs for somebody who counts from another day."""
        if to_base is None or to_base == self.base_date:
            return self
        moved = [
            replace(
                stage,
                from_on=shift(stage.from_on, self.base_date, to_base),
                to_on=shift(stage.to_on, self.base_date, to_base),
            )
            for stage in self.stages
        ]
        start, end = (shift(day, self.base_date, to_base) for day in (self.from_on, self.to_on))
        return Programme(to_base, start, end, tuple(moved))


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due, as the document says it (`when` of a pack), without its words."""

    due_on: date | None = None
    cycle: str = ""
    day: int | None = None
    after: int = 0
    from_on: date | None = None
    until_on: date | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a document itself says about its time."""

    base_date: date | None
    programme: Programme | None


class Deadline(NamedTuple):
    """One time at which something is due: the period it is for (empty when due once), its first day, the last day."""

    period: str
    starts_on: date
    due_on: date


# --- shifting ---------------------------------------------------------------------------------------------------------


def shift(day: date, from_base: date, to_base: date) -> date:
    """The day that lies to `to_base` as `day` lies to `from_base`.

    By whole months where both bases stand at the same day of their month (or both at its end), so that the end of
    a month stays one; else by as many days as lie between the bases.
    """
    if from_base == to_base:
        return day
    if from_base.day != to_base.day and not (_is_month_end(from_base) and _is_month_end(to_base)):
        return day + (to_base - from_base)
    months = (to_base.year - from_base.year) * 12 + to_base.month - from_base.month
    return in_month(day.year, day.month + months, None if _is_month_end(day) else day.day)


def in_month(year: int, month: int, day: int | None) -> date:
    """A day of a month, which may be counted beyond the year; its last day where there is none so late, or for None."""
    years, index = divmod(month - 1, 12)
    last = _month_end(year + years, index + 1)
    return last if day is None or day >= last.day else last.replace(day=day)


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - _DAY


def _is_month_end(day: date) -> bool:
    return (day + _DAY).day == 1


# --- reading packs ----------------------------------------------------------------------------------------------------


def calendar(pack: Pack) -> Calendar:
    """The document's own dates. Without a programme they count from the day on which it came into force."""
    found = of(pack)
    if found is not None:
        return Calendar(found.base_date, found)
    return Calendar(_date(pack.header.get("effective_on") or pack.header.get("issued_on")), None)


def of(pack: Pack) -> Programme | None:
    """The programme of a document with its own dates; None when it holds until it is repealed."""
    written = pack.header.get("programme")
    if not written:
        return None
    stages = tuple(
        Stage(
            row["code"],
            row["title"],
            row.get("title_en") or "",
            date.fromisoformat(row["from_on"]),
            date.fromisoformat(row["to_on"]),
        )
        for row in written.get("stages") or ()
    )
    base, start, end = (date.fromisoformat(written[name]) for name in ("base_date", "from_on", "to_on"))
    return Programme(base, start, end, stages)


def under(adoption: Adoption) -> Programme | None:
    """The programme of an adopted document, with the dates that hold for this unit."""
    found = of(adoption.pack)
    return None if found is None else found.shifted(adoption.base_date)


def terms(adoption: Adoption) -> Terms:
    """What the adoption makes of the document's dates."""
    return Terms(adoption.base_date, adoption.from_on)


def rule(extra: Mapping[str, Any]) -> Rule | None:
    """The clock's part of `Requirement.extra`; None when nothing there says when."""
    when = extra.get("when")
    if not when:
        return None
    return Rule(
        due_on=_date(when.get("due_on")),
        cycle=when.get("cycle") or "",
        day=when.get("day"),
        after=when.get("after") or 0,
        from_on=_date(when.get("from_on")),
        until_on=_date(when.get("until_on")),
        is_open=bool(when.get("open")),
    )


def _date(written: str | date | None) -> date | None:
    if not written:
        return None
    return written if isinstance(written, date) else date.fromisoformat(written)


# --- deadlines --------------------------------------------------------------------------------------------------------


def first_due(asked: Rule | None, its: Calendar, agreed: Terms) -> date | None:
    """The last day on which nobody can say that this is late; None when it may be asked for at any time.

    Nothing is late before the programme has begun, whatever says when.
    """
    programme = its.programme.shifted(agreed.base_date) if its.programme is not None else None
    eve = programme.from_on - _DAY if programme is not None else None
    if asked is None:
        return eve
    first = next(deadlines(asked, its, agreed), None)
    if first is not None:
        return first.due_on if eve is None else max(first.due_on, eve)
    if asked.is_open and not asked.cycle and programme is not None:
        # The day is left to a later notice: until it has come, nobody is late.
        return programme.to_on
    return eve


def deadlines(asked: Rule, its: Calendar, agreed: Terms) -> Iterator[Deadline]:
    """The times at which something is due under an adoption, the earliest first; without `until_on` for ever.

    What is due once is due on its day, even if the adoption began later. What is due in every period begins with
    the first deadline after both the document's beginning and the adoption's.
    """

    def moved(day: date) -> date:
        if its.base_date is None or agreed.base_date is None:
            return day
        return shift(day, its.base_date, agreed.base_date)

    programme = its.programme.shifted(agreed.base_date) if its.programme is not None else None
    begin = moved(asked.from_on) if asked.from_on is not None else programme.from_on if programme is not None else None
    if not asked.cycle:
        if asked.due_on is not None:
            due = moved(asked.due_on)
            yield Deadline("", min(begin, due) if begin is not None else min(agreed.from_on, due), due)
        return
    start = agreed.from_on if begin is None else max(begin, agreed.from_on)
    last = moved(asked.until_on) if asked.until_on is not None else programme.to_on if programme is not None else None
    step = period.of(start, asked.cycle)
    while last is None or step.start <= last:
        end = step.end
        due = in_month(end.year, end.month + asked.after, asked.day)
        if due >= start:
            yield Deadline(str(step), step.start, due)
        if step.year >= _LAST_YEAR:
            return
        step = step.next


_LAST_YEAR = 2400
