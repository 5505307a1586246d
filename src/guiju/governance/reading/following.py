"""What is to be done about a reading, and who is told: its office, those who have not confirmed, late departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import Actor
from guiju.governance.models import Reading
from guiju.governance.reading.terms import ABOUT, FOLLOW_UP, LATE
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.workflow import days, duties
from guiju.workflow.models import Notice, Step, Task, TaskStatus

_READ = _n("Reading of “%(title)s”")
_LATE = _n("“%(title)s”: %(count)d people of %(unit)s have not confirmed")
_CLOSED = _n("The reading was closed.")


def key(row: Reading) -> str:
    """Of the task that goes with a reading."""
    return f"{ABOUT}:{row.uid}"


def ask(row: Reading, *, by: Actor) -> None:
    """The one who gives it out, or the office, sees it through until it is closed."""
    owner = Person.objects.filter(user_id=by.user_id, unit__root_id=row.unit.root_id).first() if by.user_id else None
    duties.ensure(
        [
            duties.Duty(
                key=key(row), unit=row.unit, title=_in(settings.LANGUAGE_CODE, _READ, title=row.title),
                title_en=_in("en", _READ, title=row.title), due_on=row.due_on, role=Role.COMPLIANCE_STAFF, about=ABOUT,
                about_uid=row.uid, owner=owner,
            )
        ],
        by=by,
    )  # fmt: skip


def tell(row: Reading, users: Sequence[int], *, on: date) -> int:
    """A notice for each account, at most one a day; returns how many are new."""
    task = Task.objects.filter(key=key(row)).first()
    if task is None or not users:
        return 0
    left = days.of(row.unit.root_id or row.unit.pk).between(on, row.due_on)
    there = set(
        Notice.objects.filter(task=task, step=Step.ASKED, days=left, user_id__in=users).values_list(
            "user_id", flat=True
        )
    )
    fresh = [
        Notice(user_id=user, task=task, step=Step.ASKED, days=left, made_at=clock.now())
        for user in users
        if user not in there
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return len(fresh)


def read(row: Reading, user: int) -> None:
    """Whoever has confirmed has read what he was told."""
    found = Notice.objects.filter(task__key=key(row), user_id=user, step=Step.ASKED, read_at__isnull=True)
    found.update(read_at=clock.now())


def escalate(row: Reading, counted: Iterable[tuple[Unit, int]], *, on: date, by: Actor) -> int:
    """After the last day: the head of each department or unit with people missing; closed when nobody is."""
    wanted = {_late_key(row, unit): (unit, count) for unit, count in counted if count}
    held = Task.objects.filter(about=LATE, about_uid=row.uid, status=TaskStatus.OPEN).values_list("key", flat=True)
    done = [one for one in held if one not in wanted]
    if done:
        duties.close(done, by=by, on=on)
    heads = _heads([unit for unit, _count in wanted.values()])
    due = days.of(row.unit.root_id or row.unit.pk).add(on, FOLLOW_UP)
    there = dict(Task.objects.filter(key__in=wanted).values_list("key", "due_on"))
    found = [
        _late(row, unit, count, due=there.get(name, due), owner=heads.get(unit.pk))
        for name, (unit, count) in wanted.items()
    ]
    return duties.ensure(found, by=by)


def _late(row: Reading, unit: Unit, count: int, *, due: date, owner: Person | None) -> duties.Duty:
    words = {"title": row.title[:80], "count": count, "unit": unit.label}
    return duties.Duty(
        key=_late_key(row, unit), unit=unit, title=_in(settings.LANGUAGE_CODE, _LATE, **words),
        title_en=_in("en", _LATE, **words), due_on=due, role=Role.DEPARTMENT_OFFICER, about=LATE, about_uid=row.uid,
        owner=owner,
    )  # fmt: skip


def _late_key(row: Reading, unit: Unit) -> str:
    return f"{LATE}:{row.uid}:{unit.pk}"


def _heads(units: Sequence[Unit]) -> dict[int, Person]:
    """Who leads a department by the post entered, where just one does; otherwise its office answers."""
    found: dict[int, list[Person]] = {}
    rows = Person.objects.filter(department__in=units, user__isnull=False, left_on__isnull=True)
    for person in rows.exclude(post__startswith="副").filter(post__regex=r"(部长|经理|主任|处长|科长|负责人)$"):
        if "副" not in person.post and person.department_id is not None:
            found.setdefault(person.department_id, []).append(person)
    return {unit: people[0] for unit, people in found.items() if len(people) == 1}


def settle(row: Reading, *, by: Actor) -> None:
    """The reading is closed: nothing is to be done about it any more."""
    late = list(
        Task.objects.filter(about=LATE, about_uid=row.uid, status=TaskStatus.OPEN).values_list("key", flat=True)
    )
    duties.close([key(row)], by=by)
    if late:
        duties.drop(late, by=by, reason=_in(settings.LANGUAGE_CODE, _CLOSED))


def _in(language: str, msgid: str, **words: object) -> str:
    with translation.override(language):
        return (_(msgid) % words)[:200]
