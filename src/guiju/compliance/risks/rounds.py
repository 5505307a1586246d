"""Assessment rounds: opened for a unit or all levels, rated risk by risk, closed with what nobody rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission
from guiju.compliance.enums import RoundState
from guiju.compliance.models import Assessment, Round
from guiju.compliance.risks import filling, matrix, reach
from guiju.lib import clock, period
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow import duties
from guiju.workflow.models import Task, TaskStatus

ROUND = Permission.COMPLIANCE_ROUND_EDIT
ABOUT = "round"
_GIVEN = ("inherent_level", "level", "priority", "trend", "reason")
_SHAPING = ("status", "department_id", "unit_id")


@transaction.atomic
def open_round(*, unit: Unit, title: str, period_code: str, due_on: date, all_levels: bool, by: Actor) -> Round:
    """Begin a round and give each department (or unit) with risks its task."""
    check.require(by, ROUND, unit)
    today = clock.today()
    writing.lock_value("round", unit.pk, period_code)
    _refuse(unit, title, period_code, due_on, today)
    row = Round.objects.create(
        unit=unit, title=title.strip(), period=period_code, all_levels=all_levels, opened_on=today, due_on=due_on,
        made_at=clock.now(), made_by=by.name[:80],
    )  # fmt: skip
    _record(Action.ROUND_OPENED, row, by=by)
    tasks(row, reach.counts(row), by=by)
    return row


def _refuse(unit: Unit, title: str, period_code: str, due_on: date, today: date) -> None:
    faults = []
    if not 2 <= len(title.strip()) <= 200:
        faults.append(Fault("title", _("The title has 2 to 200 characters."), _("Say which assessment it is.")))
    try:
        period.parse(period_code)
    except Problem as problem:
        faults.append(Fault("period", problem.what, problem.fix))
    if due_on < today:
        faults.append(Fault("due_on", _("The last day lies before today."), _("Choose a day from today on.")))
    if not faults and Round.objects.filter(unit=unit, period=period_code, state=RoundState.OPEN).exists():
        faults.append(
            Fault("period", _("A round of this period is open already."), _("Go on with it, or close it first."))
        )
    if faults:
        raise Problem("round.invalid", _("The round was not opened."), faults=faults, status=422)


def content(row: Round) -> dict[str, Any]:
    """What the trail commits to."""
    names = ("title", "period", "all_levels", "opened_on", "due_on", "closed_on")
    told = {name: getattr(row, name) for name in names}
    return {**told, "unit": str(row.unit.uid), "state": str(row.state), "unrated": [one["risk"] for one in row.unrated]}


def _record(action: Action, row: Round, *, by: Actor, reason: str = "") -> None:
    trail.record(
        action, by=by, unit=row.unit, object_type="round", object_id=str(row.uid), object_version=row.version,
        title=row.title, content=content(row), reason=reason,
    )  # fmt: skip


def key(row: Round, answers: int) -> str:
    """The task of one department or unit."""
    return f"round:{row.uid}:{answers}"


def tasks(row: Round, counts: Mapping[int, tuple[int, int]], *, by: Actor) -> None:
    """One open task for each that has something left, none for who is done."""
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=counts)}
    waiting = {pk for pk, (_rated, left) in counts.items() if left}
    done = [key(row, pk) for pk in units if pk not in waiting]
    wanted = [_duty(row, units[pk]) for pk in sorted(waiting) if pk in units]
    if done:
        duties.close(done, by=by)
    if wanted:
        duties.reopen([duty.key for duty in wanted], by=by, reason=_("There are risks to be assessed again."))
        duties.ensure(wanted, by=by)


def _duty(row: Round, unit: Unit) -> duties.Duty:
    return duties.Duty(
        key=key(row, unit.pk),
        unit=unit,
        title=f"合规风险评估：{row.title}"[:200],
        title_en=f"Risk assessment: {row.title}"[:200],
        due_on=max(row.due_on, row.opened_on),
        starts_on=row.opened_on,
        role=Role.DEPARTMENT_OFFICER if unit.kind in reach.PARTS else Role.COMPLIANCE_STAFF,
        about=ABOUT,
        about_uid=row.uid,
        period=row.period,
        lead=60,
    )


def held(uid: UUID | str) -> Round:
    """The round, against other writers until the end of the transaction."""
    row = Round.objects.select_for_update(of=("self",)).select_related("unit").filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such round here."))
    return row


@transaction.atomic
def close_round(*, round_: Round, version: int, by: Actor, reason: str = "") -> Round:
    """End a round: what was rated stays, what was not is listed."""
    row = held(round_.uid)
    check.require(by, ROUND, row.unit)
    _refuse_closed(row)
    if row.version != version:
        raise Conflict(_("Somebody else has changed the round in the meantime."), fix=_("Look again."))
    left = (
        reach.unrated(row)
        .order_by("unit__path", "number", "pk")
        .values_list("uid", "title", "department_id", "unit_id")
    )
    row.unrated = [{"risk": str(uid), "title": title, "at": part or unit} for uid, title, part, unit in left]
    row.state, row.closed_on, row.version = RoundState.CLOSED, clock.today(), row.version + 1
    row.save()
    _record(Action.ROUND_CLOSED, row, by=by, reason=reason)
    open_ = Task.objects.filter(about=ABOUT, about_uid=row.uid, status=TaskStatus.OPEN).values_list("key", flat=True)
    duties.drop(list(open_), by=by, reason=_("The round was closed."))
    return row


def _refuse_closed(row: Round) -> None:
    if row.state != RoundState.OPEN:
        raise Conflict(
            _("The round “%(title)s” is closed.") % {"title": row.title},
            fix=_("What was rated in it stays. Open a new round to assess again."),
            code="round.closed",
        )


# --- one risk -------------------------------------------------------------------------------------------------------


@transaction.atomic
def assess(*, round_: Round, risk: Entry, values: Mapping[str, Any], version: int, by: Actor) -> Assessment:
    """Rate one risk: level by the matrix or, with a reason, by hand; the risk itself follows."""
    row = held(round_.uid)
    _refuse_closed(row)
    answers = reach.risks(row).filter(pk=risk.pk).values_list("answers", flat=True).first() if risk.pk else None
    if answers is None:
        raise NotFound(_("This risk does not belong to the round."), fix=_("It may have been closed or removed."))
    check.require(by, Permission.REGISTER_ENTRY_EDIT, risk.unit, risk.department)
    given = rating(risk, values)
    entry = registers.update(entry=risk, values=_with_trend(row, risk, given), version=version, by=by, reason=row.title)
    made = _keep(row, entry, by=by)
    left = reach.unrated(row).filter(answers=answers).exists()
    if not left:
        duties.close([key(row, answers)], by=by)
    return made


def rating(risk: Entry, values: Mapping[str, Any]) -> dict[str, Any]:
    """The checked rating with what the matrix gives."""
    grid, faults = matrix.of(risk.unit), list[Fault]()
    numbers = {name: _step(values.get(name), name, faults) for name in filling.RATING}
    for name in ("probability", "impact"):
        if numbers[name] is None and not any(fault.where == name for fault in faults):
            faults.append(Fault(name, _("Rate probability and impact from 1 to 5.")))
    if (numbers["residual_probability"] is None) != (numbers["residual_impact"] is None):
        faults.append(Fault("residual_impact", _("The rating after measures needs both probability and impact.")))
    given = matrix.level_from(grid, numbers)
    level = str(values.get("level") or "") or given
    reason = str(values.get("level_reason") or "").strip()[:300]
    if level not in matrix.RANK and not faults:
        faults.append(Fault("level", _("There is no such level."), _("Choose high, medium or low.")))
    if level != given and not reason:
        faults.append(Fault("level_reason", _("The level differs from the matrix."), _("Say why.")))
    priority = _order(values.get("priority"), faults)
    if faults:
        raise Problem("assessment.invalid", _("The rating was not saved."), faults=faults, status=422)
    return {
        **numbers,
        "inherent_level": matrix.inherent_from(grid, numbers),
        "level": level,
        "level_reason": reason if level != given else None,
        "priority": priority,
        "assessed_on": clock.today(),
    }


def _step(value: Any, name: str, faults: list[Fault]) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if text not in {"1", "2", "3", "4", "5"}:
        faults.append(Fault(name, _("Rate from 1 to 5.")))
        return None
    return int(text)


def _order(value: Any, faults: list[Fault]) -> int | None:
    text = str(value if value is not None else "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 100_000:
        faults.append(Fault("priority", _("The order is a whole number from 1.")))
        return None
    return int(text)


def last(risks: Iterable[UUID], *, besides: Round) -> dict[UUID, Assessment]:
    """How each risk was rated in the round before: one query."""
    earlier = Assessment.objects.filter(risk__in=list(risks)).exclude(round=besides)
    earlier = earlier.filter(Q(round__opened_on__lt=besides.opened_on) | Q(round__pk__lt=besides.pk))
    return {row.risk: row for row in earlier.order_by("round__opened_on", "round__pk")}


def trend(before: Assessment | None, level: str, score: int) -> str:
    """Against the round before: by level, and within one level by probability times impact."""
    if before is None:
        return "new"
    now, then = (matrix.RANK.get(level, 0), score), (matrix.RANK.get(before.level, 0), _score(before))
    return "same" if now == then else "up" if now > then else "down"


def _score(row: Assessment) -> int:
    return (row.residual_probability or row.probability) * (row.residual_impact or row.impact)


def _with_trend(row: Round, risk: Entry, given: dict[str, Any]) -> dict[str, Any]:
    score = (given["residual_probability"] or given["probability"]) * (given["residual_impact"] or given["impact"])
    return {**given, "trend": trend(last([risk.uid], besides=row).get(risk.uid), given["level"], score)}


def _keep(row: Round, entry: Entry, *, by: Actor) -> Assessment:
    data = entry.body.data
    made = Assessment.objects.filter(round=row, risk=entry.uid).first() or Assessment(
        round=row, risk=entry.uid, version=0
    )
    made.unit, made.department = entry.unit, entry.department
    for name in (*filling.RATING, "inherent_level", "level", "trend"):
        setattr(made, name, data.get(name) if name in filling.RATING else data.get(name) or "")
    made.priority, made.reason = data.get("priority"), (data.get("level_reason") or "")[:300]
    made.at, made.by, made.version = clock.now(), by.name[:80], made.version + 1
    made.save()
    trail.record(
        Action.ASSESSMENT_MADE, by=by, unit=entry.unit, object_type="assessment", object_id=str(made.uid),
        object_version=made.version, title=entry.title, reason=made.reason,
        content=content_of(made),
    )  # fmt: skip
    return made


def content_of(row: Assessment) -> dict[str, Any]:
    """What the trail commits to of one rating."""
    told = {name: getattr(row, name) for name in (*filling.RATING, *_GIVEN)}
    return {"round": str(row.round.uid), "risk": str(row.risk), **told}


def again(*, round_: Round, risk: Entry, version: int, by: Actor) -> Assessment:
    """Rate a risk as it was rated last: by its own present values."""
    data = risk.body.data
    names = (*filling.RATING, "level", "level_reason", "priority")
    return assess(round_=round_, risk=risk, values={name: data.get(name) for name in names}, version=version, by=by)


# --- risks that come and go -----------------------------------------------------------------------------------------


def on_rows(changes: Sequence[Change]) -> None:
    """A risk that comes, goes or changes hands moves the tasks of the open rounds it belongs to."""
    if not changes or changes[0].register != filling.REGISTER:
        return
    moved = [change for change in changes if change.register == filling.REGISTER and _is_shaped(change)]
    if not moved:
        return
    units = Unit.objects.filter(pk__in={change.unit_id for change in moved}).values_list("path", flat=True)
    paths = {path for own in units for path in ancestor_paths(own, itself=True)}
    for row in Round.objects.filter(state=RoundState.OPEN, unit__path__in=paths).select_related("unit"):
        concerned = {
            columns["department_id"] or columns["unit_id"]
            for change in moved
            for columns in (change.before, change.after)
            if columns is not None
        }
        counts = reach.counts(row)
        tasks(row, {pk: counts.get(pk, (0, 0)) for pk in concerned}, by=system("guiju"))


def _is_shaped(change: Change) -> bool:
    if change.before is None or change.after is None:
        return True
    return any(change.before.get(name) != change.after.get(name) for name in _SHAPING)
