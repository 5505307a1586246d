"""Tasks of a review: opinions, mending, reporting a veto, conditions to meet and confirm, what became of opinions; and
who is told that a pass is suspended, holds again, or that a veto stands again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.review import keeping
from guiju.review.enums import POLICIES, SETTLED_CONDITIONS, ConditionState, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Matter
from guiju.trail.reconcile import register_reconciler
from guiju.workflow import days, duties, kept
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from guiju.workflow.routes import runs
from guiju.workflow.routes.enums import RunState, SeatKind
from guiju.workflow.words import title_of

ABOUT = "review"
#: Working days to mend what was returned, to report a veto, to confirm a condition.
WITHIN, REPORT_WITHIN, CONFIRM_WITHIN = 5, 2, 5

_OPINE = _n("Review “%(title)s” (%(number)s)")
_COUNSEL = _n("Enter what %(name)s wrote on “%(title)s”")
_MEND = _n("Change “%(title)s” and submit it again")
_REPORT = _n("Report the veto of “%(title)s” to the leading body")
_MEET = _n("Meet the condition of “%(title)s”: %(text)s")
_CONFIRM = _n("Confirm that a condition of “%(title)s” is met: %(text)s")
_ADOPT = _n("Say what became of the opinions on “%(title)s”")
_STAYED = _n("Do not carry out “%(title)s”: its pass is suspended")
_MINUTES = _n("Have the minutes settled again on which “%(title)s” rests")
_RESUMED = _n("The pass of “%(title)s” holds again")
_AGAIN = _n("The veto of “%(title)s” stands again")
_FELL = _n("The pass of “%(title)s” has ended: its resolution carries it no longer")
_DONE_FELL = _n("“%(title)s” was carried out before its resolution fell: see to it")
_DONE = _n("“%(title)s” was carried out before its veto stood again: see to it")
_WITHDRAWN = _n("The matter is over.")


def ask(matter: Matter, *, by: Actor) -> None:
    """Whoever is asked now finds it among the tasks, whoever is not asked any more finds it gone."""
    run = keeping.last_run(matter)
    wanted = []
    if run is not None and run.state == RunState.OPEN and matter.state == S.IN_REVIEW:
        for one in runs.open_seats(run):
            title = _COUNSEL if one.kind == SeatKind.COUNSEL else _OPINE
            due = one.due_on or clock.today()
            wanted.append(
                _duty(
                    matter, f"seat:{one.uid}", title, due, one.role or Role.COMPLIANCE_STAFF, one.person, name=one.name
                )
            )
    _set(matter, "seat:", wanted, by=by, done=True)
    _set(matter, "mend:", [], by=by, done=True)
    _set(matter, "report:", [], by=by, done=False)


def mend(matter: Matter, opinion: str, *, by: Actor) -> None:
    """The one who brought it is asked to change it."""
    _set(matter, "seat:", [], by=by, done=True)
    if matter.system == POLICIES:
        return  # the library asks for its own text
    due = _working(matter, WITHIN)
    duty = _duty(matter, f"mend:{matter.rounds}", _MEND, due, Role.DEPARTMENT_OFFICER, matter.owner, note=opinion)
    _set(matter, "mend:", [duty], by=by, done=True)


def report(matter: Matter, *, by: Actor) -> None:
    """Whoever vetoed is asked to report it."""
    _set(matter, "seat:", [], by=by, done=True)
    person = Person.objects.filter(user_id=by.user_id).first() if by.user_id is not None else None
    due = _working(matter, REPORT_WITHIN)
    duty = _duty(matter, f"report:{matter.version}", _REPORT, due, Role.COMPLIANCE_HEAD, person)
    _set(matter, "report:", [duty], by=by, done=True)


def passed(matter: Matter, *, by: Actor) -> None:
    """The steps are over; what is left are the conditions."""
    for kind in ("seat:", "mend:", "report:"):
        _set(matter, kind, [], by=by, done=True)
    conditions(matter, by=by)
    adoption(matter, by=by)


def adoption(matter: Matter, *, by: Actor) -> None:
    """Whoever brought it says what became of opinions that asked for something: conditions, a disagreement, a veto."""
    asked = matter.state in {S.REFUSED, S.VETOED} or (matter.state == S.PASSED and matter.outcome == Stand.CONDITIONS)
    wanted = []
    if asked and matter.adopted is None and matter.system != POLICIES:
        ends = [one.due_on for one in matter.conditions.all()] if matter.state == S.PASSED else []
        due = days.of(matter.root_id).add(max(ends, default=clock.today()), WITHIN)
        wanted.append(_duty(matter, f"adopt:{matter.rounds}", _ADOPT, due, Role.DEPARTMENT_OFFICER, matter.owner))
    _set(matter, "adopt:", wanted, by=by, done=matter.adopted is not None)


def conditions(matter: Matter, *, by: Actor) -> None:
    """One task for each condition that is not met: its owner's, then whoever confirms it."""
    meeting, confirming = [], []
    if matter.state in {S.PASSED, S.STAYED}:
        for one in matter.conditions.select_related("owner").order_by("ordinal"):
            if one.state == ConditionState.CLAIMED:
                confirming.append(_confirm(matter, one))
            elif one.state not in SETTLED_CONDITIONS:
                meeting.append(_meet(matter, one))
    _set(matter, "meet:", meeting, by=by, done=True)
    _set(matter, "confirm:", confirming, by=by, done=True)


def _meet(matter: Matter, one: Condition) -> duties.Duty:
    key = f"meet:{one.uid}:{one.state}"
    return _duty(matter, key, _MEET, one.due_on, Role.DEPARTMENT_OFFICER, one.owner, text=one.text)


def _confirm(matter: Matter, one: Condition) -> duties.Duty:
    day = _working(matter, CONFIRM_WITHIN)
    return _duty(
        matter, f"confirm:{one.uid}:{matter.version}", _CONFIRM, day, Role.COMPLIANCE_STAFF, None, text=one.text
    )


def stayed(matter: Matter, *, by: Actor) -> None:
    """Whoever brought it holds it back; the compliance staff see to it that the minutes are settled again."""
    due, note = _working(matter, WITHIN), matter.reason
    key = f"stay:{matter.version}"
    own = _duty(matter, f"{key}:own", _STAYED, clock.today(), Role.DEPARTMENT_OFFICER, matter.owner, note=note)
    minutes = _duty(matter, f"{key}:minutes", _MINUTES, due, Role.COMPLIANCE_STAFF, None, note=note)
    _set(matter, "stay:", [own, minutes], by=by, done=True)


def resumed(matter: Matter, *, by: Actor) -> None:
    """It goes on; whoever brought it is told."""
    _set(matter, "stay:", [], by=by, done=True)
    _told(matter, "resumed", _RESUMED, by=by)


def vetoed_again(matter: Matter, *, by: Actor) -> None:
    """Whoever brought it is told; of what was carried out meanwhile the compliance staff take care."""
    forget(matter, by=by)
    _told(matter, "again", _AGAIN, by=by)
    _see_to_it(matter, _DONE, by=by)


def fell(matter: Matter, *, by: Actor) -> None:
    """The same where it was no veto but the leading body's signature that is gone."""
    forget(matter, by=by)
    _told(matter, "fell", _FELL, by=by)
    _see_to_it(matter, _DONE_FELL, by=by)


def _see_to_it(matter: Matter, title: str, *, by: Actor) -> None:
    if any(one.uses.exists() for one in matter.passes.all()):
        due = _working(matter, WITHIN)
        duty = _duty(matter, f"done:{matter.version}", title, due, Role.COMPLIANCE_STAFF, None, note=matter.reason)
        _set(matter, "done:", [duty], by=by, done=True)


def _told(matter: Matter, kind: str, title: str, *, by: Actor) -> None:
    """A notice; nobody has to say that it was read."""
    key, owner = f"{kind}:{matter.version}", matter.owner
    duty = _duty(matter, key, title, clock.today(), Role.DEPARTMENT_OFFICER, owner, note=matter.reason)
    duties.ensure([duty], by=by)
    duties.close([duty.key], by=by, register="reviews" if matter.entry else "", uid=matter.entry)
    if owner.user_id is not None:
        Notice.objects.get_or_create(
            user_id=owner.user_id, task=Task.objects.get(key=duty.key), step=Step.ASKED, days=0,
            defaults={"made_at": clock.now()},
        )  # fmt: skip


def forget(matter: Matter, *, by: Actor) -> None:
    """Nothing is to be done about it any more."""
    for kind in ("seat:", "mend:", "report:", "meet:", "confirm:", "stay:"):
        _set(matter, kind, [], by=by, done=False)
    adoption(matter, by=by)


def _duty(
    matter: Matter, key: str, title: str, due: date, role: str, owner: Person | None, note: str = "", **words: str
) -> duties.Duty:
    said = {"title": matter.title[:120], "number": matter.number, **{name: word[:60] for name, word in words.items()}}
    return duties.Duty(
        key=f"{ABOUT}:{matter.uid}:{key}"[:120], unit=_place(matter, role, owner), title=_in(settings.LANGUAGE_CODE, title, said),
        title_en=_in("en", title, said), due_on=max(due, clock.today()), role=role, about=ABOUT, about_uid=matter.uid,
        owner=owner, note=letters.clean(note)[:500], lead=500,
    )  # fmt: skip


def _place(matter: Matter, role: str, owner: Person | None) -> Unit:
    """What an officer of a department has to do stands there: whoever sees only the department finds it."""
    if role != Role.DEPARTMENT_OFFICER:
        return matter.unit
    held = (owner.department if owner is not None else None) or matter.department
    return held if held is not None and held.path.startswith(matter.unit.path) else matter.unit


def _in(language: str, msgid: str, words: dict[str, str]) -> str:
    with translation.override(language):
        return (_(msgid) % words)[:200]


def _working(matter: Matter, count: int) -> date:
    return days.of(matter.root_id).add(clock.today(), count)


def _set(matter: Matter, kind: str, wanted: Iterable[duties.Duty], *, by: Actor, done: bool) -> None:
    """Of this kind exactly these tasks are open: the others are closed as done, or as not needed."""
    mine = f"{ABOUT}:{matter.uid}:{kind}"
    keep = {one.key: one for one in wanted}
    held = set(
        Task.objects.filter(
            about=ABOUT, about_uid=matter.uid, status=TaskStatus.OPEN, key__startswith=mine
        ).values_list("key", flat=True)
    )
    if gone := sorted(held - keep.keys()):
        if done:
            duties.close(gone, by=by, register="reviews" if matter.entry else "", uid=matter.entry)
        else:
            with translation.override(settings.LANGUAGE_CODE):
                duties.drop(gone, by=by, reason=_(_WITHDRAWN))
    if fresh := [one for key, one in keep.items() if key not in held]:
        duties.ensure(fresh, by=by)


def _of_seat(task: Task) -> Problem | None:
    """A place at a step is handed over in the review itself, by its rules; its task follows."""
    if not task.key.startswith(f"{ABOUT}:{task.about_uid}:seat:"):
        return None
    return Conflict(
        _("“%(title)s” stands for a place in a review; who has it is decided there.") % {"title": title_of(task)},
        fix=_("Open the review and hand the place over, or step aside, there."),
        code="task.kept",
    )


# --- verification ---------------------------------------------------------------------------------------------------


def set_up() -> None:
    """Make matters known to verification of the trail; a task of a seat moves with its seat."""
    register_reconciler(keeping.OBJECT, keeping.live, ids=_ids)
    kept.register(ABOUT, _of_seat)


def _ids() -> Iterable[str]:
    return (str(uid) for uid in Matter.objects.order_by().values_list("uid", flat=True).iterator())
