"""Reading reviews, for pages and the API: lists by the page, one matter with all of it, figures of a desk.

listing(by, Ask(...), within)  -> Listing: lines with who is asked, by when
one(by, uid)                   -> One: the matter, its rounds with people and papers, conditions, passes
twins(by, matter)              -> other matters about the same text or the same contract, so that nothing is reviewed twice
alike(by, matter)              -> what was vetoed or refused in the unit and looks like it
beside(by, matter)             -> the risks, obligations, rules and past findings that a reviewer bears in mind
figures(by, within)            -> what waits for me, is under way, late, suspended, has conditions overdue
told(where, homes)             -> of the rows of the register since when each says what it says, and whether it speaks

brought, is_routed, last_words -> `inside`: what lives in this installation

The number of questions to the database depends on none of the rows. What may be done next says `doings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.org.models import LAST, Unit
from guiju.review import access, keeping, lookalikes, subjects
from guiju.review.entered import told
from guiju.review.enums import SETTLED_CONDITIONS, UNDER_WAY, ConditionState
from guiju.review.enums import MatterState as S
from guiju.review.grounds import Beside
from guiju.review.grounds import offered as beside
from guiju.review.inside import PASSING, RETURNING, Brought, brought, is_routed, last_words
from guiju.review.lookalikes import Alike
from guiju.review.models import Condition, Ground, Matter, Paper, Pass
from guiju.workflow.routes import rules, seating
from guiju.workflow.routes.enums import RunState, SeatState
from guiju.workflow.routes.models import Run, Seat

__all__ = [
    "PASSING", "RETURNING", "Ask", "Beside", "Brought", "Figures", "Line", "Listing", "One", "Round", "alike", "beside",
    "brought", "departments", "figures", "is_routed", "last_words", "listing", "one", "own_counts", "told", "twins",
]  # fmt: skip

ASKED, MINE, MINE_OPEN, OPEN, DECIDED, ALL = "asked", "mine", "mine_open", "open", "decided", "all"
TABS = (ASKED, MINE, MINE_OPEN, OPEN, DECIDED, ALL)
#: What may be past its day: an opinion that is asked for, a condition.
LATE_OPINION, LATE_CONDITION = "opinion", "condition"
PAGE, COUNTED = 50, 1_000
_OVER = (S.PASSED, S.STAYED, S.REFUSED, S.VETOED, S.WITHDRAWN, S.VOID)
_JOINED = ("unit", "department", "owner", "owner__user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What of a list somebody wants to see. `after` and `before` are places that a page before has given."""

    tab: str = ALL
    kind: str = ""
    state: str = ""
    department: str = ""
    past: str = ""
    q: str = ""
    after: int = 0
    before: int = 0
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Line:
    """One matter of a list, with the step that is asked now."""

    matter: Matter
    step: str = ""
    place: int = 0
    steps: int = 0
    asked: tuple[str, ...] = ()
    due_on: date | None = None
    is_mine: bool = False

    @property
    def is_late(self) -> bool:
        """Has the day passed by which somebody was asked to speak?"""
        return self.due_on is not None and self.due_on < clock.today()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `count` goes no further than one beyond `COUNTED`."""

    lines: list[Line]
    count: int
    next: int = 0
    previous: int = 0


# --- lists ----------------------------------------------------------------------------------------------------------


def listing(by: Actor, ask: Ask, *, within: Unit | None = None, personal: bool = False) -> Listing:
    """One page of matters, the latest first; with `personal` only those in which the account has a part."""
    people = _people(by)
    rows = _narrowed(_mine(by, people) if personal else access.visible(by, within=within), ask, by, people)
    count = len(rows.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    found, has_before, has_after = _page(rows, ask)
    return Listing(
        _lines(found, people),
        count,
        next=found[-1].pk if has_after and found else 0,
        previous=found[0].pk if has_before and found else 0,
    )


def _page(rows: QuerySet[Matter], ask: Ask) -> tuple[list[Matter], bool, bool]:
    size = min(max(ask.size, 1), 200)
    rows = rows.select_related(*_JOINED)
    if ask.before:
        turned = list(rows.filter(pk__gt=ask.before).order_by("pk")[: size + 1])
        return turned[:size][::-1], len(turned) > size, True
    later = rows.filter(pk__lt=ask.after) if ask.after else rows
    found = list(later.order_by("-pk")[: size + 1])
    return found[:size], bool(ask.after), len(found) > size


def _narrowed(rows: QuerySet[Matter], ask: Ask, by: Actor, people: Sequence[int]) -> QuerySet[Matter]:
    if ask.tab == ASKED:
        rows = rows.filter(_waiting(by, people))
    elif ask.tab in {MINE, MINE_OPEN}:
        rows = rows.filter(owner__user_id=by.user_id or 0, **({"state__in": UNDER_WAY} if ask.tab == MINE_OPEN else {}))
    elif ask.tab == OPEN:
        rows = rows.filter(state__in=UNDER_WAY)
    elif ask.tab == DECIDED:
        rows = rows.filter(state__in=_OVER)
    if ask.kind:
        rows = rows.filter(kind=ask.kind)
    if ask.state:
        rows = rows.filter(state=ask.state)
    if ask.department:
        rows = rows.filter(department__code=ask.department)
    if ask.past == LATE_OPINION:
        rows = rows.filter(state=S.IN_REVIEW, uid__in=_late_runs().values("about_uid"))
    elif ask.past == LATE_CONDITION:
        rows = rows.filter(pk__in=_late_conditions().values("matter_id"))
    if words := letters.clean(ask.q):
        rows = rows.filter(Q(title__icontains=words) | Q(number__icontains=words) | Q(ref__icontains=words))
    return rows


def _people(by: Actor) -> list[int]:
    """Whom the account may speak for today; a token speaks for nobody."""
    if by.user_id is None or by.token is not None:
        return []
    return seating.stands_for(by.user_id, on=clock.today())


def _mine(by: Actor, people: Sequence[int]) -> QuerySet[Matter]:
    """What somebody brought, is or was asked about, or has a condition to meet of."""
    held = Condition.objects.filter(owner_id__in=people[:1]).values("matter_id")
    return Matter.objects.filter(Q(owner_id__in=people[:1]) | Q(uid__in=access.asked(by)) | Q(pk__in=held))


def _waiting(by: Actor, people: Sequence[int]) -> Q:
    """What waits for this account: to speak, to mend, to report a veto, to meet a condition."""
    seats = Seat.objects.filter(
        person_id__in=people, state=SeatState.OPEN, run__about=access.ABOUT, run__state=RunState.OPEN
    )
    unmet = Condition.objects.filter(
        owner_id__in=people[:1], state__in=[ConditionState.OPEN, ConditionState.FAILED], matter__state__in=_RUNNING
    )
    found = Q(state=S.IN_REVIEW, uid__in=seats.values("run__about_uid")) | Q(pk__in=unmet.values("matter_id"))
    found |= Q(state__in=[S.RETURNED, S.DRAFT], owner_id__in=people[:1])
    return found | Q(state=S.SUSPENDED, veto__user=by.user_id)


def _lines(rows: Sequence[Matter], people: Sequence[int]) -> list[Line]:
    held = Run.objects.filter(about=access.ABOUT, about_uid__in=[row.uid for row in rows if row.state in UNDER_WAY])
    seats = Prefetch("seats", Seat.objects.filter(state=SeatState.OPEN).order_by("step", "ordinal"))
    runs = {run.about_uid: run for run in held.exclude(state=RunState.ENDED).prefetch_related(seats)}
    return [_line(row, runs.get(row.uid), people) for row in rows]


def _line(row: Matter, run: Run | None, people: Sequence[int]) -> Line:
    if run is None or run.position >= len(run.steps):
        return Line(row)
    paused = run.state == RunState.PAUSED
    asked = [] if paused else list(run.seats.all())
    return Line(
        row,
        step=str(run.steps[run.position].get("name") or ""),
        place=run.position + 1,
        steps=len(run.steps),
        asked=tuple(dict.fromkeys(one.name for one in asked)),
        due_on=min((one.due_on for one in asked if one.due_on), default=None),
        is_mine=any(one.person_id in people for one in asked),
    )


def departments(unit: Unit) -> list[tuple[str, str]]:
    """The departments whose matters there are below a unit, as (code, name)."""
    rows = Matter.objects.filter(unit__path__gte=unit.path, unit__path__lt=unit.path + LAST, department__isnull=False)
    found = rows.order_by("department__path").values_list("department__code", "department__name").distinct()
    return [(str(code), str(name)) for code, name in found[:60]]


# --- figures --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of a desk; each leads to the list that it counts."""

    waiting: int
    under_way: int
    late: int
    suspended: int
    conditions_late: int
    #: Passes that are suspended while a resolution is being changed.
    stayed: int = 0


def figures(by: Actor, *, within: Unit | None = None) -> Figures:
    """What of reviews waits, is under way and late, as far as the account sees it."""
    people = _people(by)
    seen = access.visible(by, within=within)
    numbers = (
        seen.filter(state__in=UNDER_WAY)
        .order_by()
        .aggregate(
            under_way=Count("pk", filter=~Q(state=S.DRAFT)),
            late=Count("pk", filter=Q(state=S.IN_REVIEW, uid__in=_late_runs().values("about_uid"))),
            suspended=Count("pk", filter=Q(state=S.SUSPENDED)),
        )
    )
    return Figures(
        waiting=Matter.objects.filter(_waiting(by, people)).count() if people else 0,
        **numbers,
        conditions_late=_late_conditions().filter(matter__in=seen.values("pk")).count(),
        stayed=seen.filter(state=S.STAYED).count(),
    )


def _late_runs() -> QuerySet[Run]:
    held = Run.objects.filter(about=access.ABOUT, state=RunState.OPEN)
    return held.filter(seats__state=SeatState.OPEN, seats__due_on__lt=clock.today())


def _late_conditions() -> QuerySet[Condition]:
    held = Condition.objects.filter(due_on__lt=clock.today(), matter__state__in=_RUNNING)
    return held.exclude(state__in=SETTLED_CONDITIONS)


def own_counts(by: Actor) -> tuple[int, int]:
    """How many matters wait for the account itself, and how many that it brought are under way; two questions."""
    people = _people(by)
    if not people:
        return 0, 0
    brought = Matter.objects.filter(owner__user_id=by.user_id or 0, state__in=UNDER_WAY)
    return Matter.objects.filter(_waiting(by, people)).count(), brought.count()


# --- one matter -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Round:
    """One round of review: its steps with the people at each, and the papers it saw."""

    run: Run
    steps: tuple[rules.Step, ...]
    seats: tuple[Seat, ...]
    papers: tuple[Paper, ...]

    def at(self, step: int) -> list[Seat]:
        """Everybody at one step, in order."""
        return [one for one in self.seats if one.step == step]

    @property
    def open(self) -> list[Seat]:
        """Whoever is asked now; nobody while the round is suspended or over."""
        return [one for one in self.seats if one.state == SeatState.OPEN] if self.run.state == RunState.OPEN else []


@dataclass(frozen=True, slots=True)
class One:
    """One matter with everything that belongs to it."""

    matter: Matter
    papers: list[Paper]
    rounds: list[Round]
    conditions: list[Condition]
    passes: list[Pass]
    previous: Matter | None = None
    later: list[Matter] = field(default_factory=list)
    #: What the opinions rest on, those of all rounds.
    grounds: list[Ground] = field(default_factory=list)

    @property
    def round(self) -> Round | None:
        """The round under way, or the last one."""
        return self.rounds[-1] if self.rounds else None

    @property
    def live(self) -> Pass | None:
        """The pass that was not withdrawn."""
        return next((one for one in self.passes if one.revoked_at is None), None)


def one(by: Actor, uid: UUID | str) -> One:
    """One matter, or 404."""
    matter = access.find(by, uid)
    papers = list(matter.papers.order_by("ordinal"))
    people = Prefetch(
        "seats", Seat.objects.select_related("person", "person__user", "person__department").order_by("step", "ordinal")
    )
    runs = Run.objects.filter(about=access.ABOUT, about_uid=matter.uid).order_by("round")
    others = access.visible(by).filter(Q(previous=matter.uid) | Q(uid=matter.previous))
    known = list(others.order_by("pk"))
    return One(
        matter,
        [one for one in papers if one.until_round is None],
        [_round(run, papers) for run in runs.select_related("unit", "department", "route").prefetch_related(people)],
        list(matter.conditions.select_related("owner", "owner__user").order_by("ordinal")),
        list(matter.passes.prefetch_related("digests", "uses").order_by("-pk")),
        next((one for one in known if one.uid == matter.previous), None),
        [one for one in known if one.previous == matter.uid],
        list(matter.grounds.order_by("ordinal")),
    )


_TWINS = 5
_SPOKEN_FOR = (S.IN_REVIEW, S.RETURNED, S.SUSPENDED, S.VETOED, S.PASSED, S.STAYED)
#: Conditions run on while a pass is suspended.
_RUNNING = (S.PASSED, S.STAYED)


def twins(by: Actor, matter: Matter) -> list[Matter]:
    """Matters of the unit under review or passed with the very text, or under the same name, that are not its own past."""
    texts = [one.digest for one in keeping.current_papers(matter) if one.role == subjects.TEXT]
    same = Paper.objects.filter(digest__in=texts, role=subjects.TEXT, until_round__isnull=True).values("matter_id")
    rows = Matter.objects.filter(unit_id=matter.unit_id, state__in=_SPOKEN_FOR).exclude(uid=matter.uid)
    rows = rows.filter(Q(pk__in=same) | Q(kind=matter.kind, title=matter.title)).exclude(previous=matter.uid)
    if matter.previous is not None:
        rows = rows.exclude(uid=matter.previous)
    seen = access.visible(by).filter(pk__in=list(rows.order_by("-pk").values_list("pk", flat=True)[:_TWINS]))
    return list(seen.select_related("unit").order_by("-pk"))


def alike(by: Actor, matter: Matter) -> list[tuple[Alike, bool]]:
    """What did not pass and looks like a matter on its way, each with whether the account may open it.

    Who reviews the matter learns of the others by their numbers; the one in whose place it stands is told elsewhere.
    """
    if matter.state not in {S.DRAFT, S.RETURNED, S.IN_REVIEW}:
        return []
    found = [one for one in lookalikes.stopped(matter) if one.matter.uid != matter.previous][: lookalikes.SHOWN]
    seen = set(access.visible(by).filter(pk__in=[one.matter.pk for one in found]).values_list("pk", flat=True))
    reviews = bool(found) and (access.may_manage(matter, by) or access.asked(by).filter(about_uid=matter.uid).exists())
    return [(one, one.matter.pk in seen) for one in found if reviews or one.matter.pk in seen]


def _round(run: Run, papers: Iterable[Paper]) -> Round:
    seen = (
        one
        for one in papers
        if one.since_round <= run.round and (one.until_round is None or one.until_round >= run.round)
    )
    return Round(run, tuple(rules.step_of(step) for step in run.steps), tuple(run.seats.all()), tuple(seen))
