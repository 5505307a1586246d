"""Who was told of a task and when, and who is told next: its ladder as it was and will be climbed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.lib import clock
from guiju.workflow import days
from guiju.workflow.ladder import LEVELS, Rule
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from guiju.workflow.owners import RUNGS, Answerable, Holder, Offices


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: on which day, told to whom; `is_past` once it was climbed or cannot be any more."""

    on: date
    words: str
    who: str
    told: bool = False


def steps(task: Task, rule: Rule) -> list[Rung]:
    """What was sent, and (while the task is open) what will be sent if nobody does it."""
    past = _sent(task)
    return past if task.status != TaskStatus.OPEN else past + _coming(task, rule)


def _sent(task: Task) -> list[Rung]:
    """Notices of one step on one day stand together."""
    rows = Notice.objects.filter(task=task).exclude(step=Step.ASKED).select_related("user").order_by("made_at", "pk")
    held: dict[tuple[date, str, int], list[str]] = {}
    for row in rows:
        held.setdefault((clock.day_of(row.made_at), row.step, row.days), []).append(row.user.name)
    return [
        Rung(on, _past_words(Step(step), passed), _(", ").join(dict.fromkeys(names)), told=True)
        for (on, step, passed), names in held.items()
    ]


def _past_words(step: Step, passed: int) -> str:
    if step == Step.SOON:
        return ngettext("Reminded %(days)d working day before", "Reminded %(days)d working days before", passed) % {
            "days": passed
        }
    words = {
        Step.TODAY: _("Reminded on the day itself"),
        Step.OVERDUE: _("Told that it is late"),
        Step.HEAD: _("Escalated to the compliance head"),
        Step.PRINCIPAL: _("Escalated to the first responsible person"),
        Step.HANDED: _("Handed over"),
    }
    return words[step]


def _coming(task: Task, rule: Rule) -> list[Rung]:
    today, calendar = clock.today(), days.of(task.root_id)
    offices = Offices([task.unit_id], on=today)
    owner = Holder(task.owner.pk, task.owner.name, task.owner.user_id) if task.owner else None
    answers = offices.answerable(task.unit_id, task.role, owner)
    found = [
        Rung(calendar.add(task.due_on, -before), _before_words(before), _names(answers))
        for before in rule.before
        if calendar.add(task.due_on, -before) > today
    ]
    start = max(task.due_on, clock.day_of(task.created_at))
    above = {1: rule.head_after, 2: rule.principal_after}
    steps_ = [(max(1, after), level) for level, after in above.items() if task.level < level]
    if calendar.add(start, 1) > today:
        found.append(Rung(calendar.add(start, 1), _("Late: told once more"), _names(answers)))
    for after, level in steps_:
        if answers.height < level and calendar.add(start, after) > today:
            told = offices.answerable(task.unit_id, RUNGS[level])
            found.append(Rung(calendar.add(start, after), _late_words(level, after), _names(told)))
    return sorted(found, key=lambda rung: rung.on)


def _before_words(before: int) -> str:
    if not before:
        return _("Reminder on the day itself")
    return ngettext("Reminder %(days)d working day before", "Reminder %(days)d working days before", before) % {
        "days": before
    }


def _late_words(level: int, after: int) -> str:
    if level == LEVELS[Step.HEAD]:
        text = ngettext(
            "%(days)d working day late: the compliance head is told",
            "%(days)d working days late: the compliance head is told",
            after,
        )
    else:
        text = ngettext(
            "%(days)d working day late: the first responsible person is told",
            "%(days)d working days late: the first responsible person is told",
            after,
        )
    return text % {"days": after}


def _names(answers: Answerable) -> str:
    names = [one.name for one in answers.people]
    return _(", ").join(names) if names else _("the nearest compliance office")
