"""Who and what is on the stage while the demonstration's history is played, and the steps that play it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from guiju.access import actor
from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.org.models import Person, Unit
from guiju.posture import engine

HOUSE = "演示数据装载"


@dataclass(slots=True)
class Stage:
    """What earlier steps have made, by code, name or key."""

    house: Actor = field(default_factory=lambda: actor.system(HOUSE))
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    entries: dict[tuple[str, str], int] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """The account that acts; the installation itself where nobody is named."""
        return self.actors[username] if username else self.house


@dataclass(slots=True)
class Step:
    """One action at one moment."""

    at: datetime
    label: str
    run: Callable[[Stage], None]
    #: Nights look at what the days have brought; by day nothing is asked of the records.
    is_night: bool = False
    #: Long work that keeps transactions of its own.
    is_alone: bool = False


Progress = Callable[[int, int, str], None]


def play(steps: Iterable[Step], stage: Stage, progress: Progress | None = None) -> int:
    """Run the steps in the order of time, one transaction for each day (work that is alone has its own); returns how many."""
    ordered = sorted(steps, key=lambda step: step.at)
    done = 0
    while done < len(ordered):
        today = clock.day_of(ordered[done].at)
        if ordered[done].is_alone:
            _run(ordered[done], stage)
            done += 1
            continue
        with transaction.atomic():
            while done < len(ordered) and clock.day_of(ordered[done].at) == today and not ordered[done].is_alone:
                _run(ordered[done], stage)
                done += 1
        if progress is not None:
            progress(done, len(ordered), today.isoformat())
    return done


def _run(step: Step, stage: Stage) -> None:
    with clock.simulate(step.at), nullcontext() if step.is_night else engine.deferred():
        step.run(stage)
