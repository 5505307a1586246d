"""What must be done: tasks, late rows, requirements not met, answers about to lapse, questions for a person; one list.

One's own tasks that are late or near come first, then late rectifications, then one's later tasks; the rest is sorted
by consequence (how strongly the document asks, how weak the proof is) and then by date. What a task asks for already does
not stand a second time as a requirement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.packs.models import Pack
from guiju.posture import findings, queries, wiring
from guiju.posture.models import Status, UnitAnswers
from guiju.posture.queries import SheetRow
from guiju.web import links, phrases, place
from guiju.web.desks import due
from guiju.web.posture import counts, rows
from guiju.web.templatetags.ui import iso_date
from guiju.web.workflow import abouts, badge
from guiju.web.workflow import rows as dated
from guiju.workflow import inbox
from guiju.workflow.models import Task as DatedTask
from guiju.workflow.models import TaskStatus

#: Requirements asked for the button that starts what is missing.
MOST = 10
#: Days ahead in which an answer that lapses belongs on the desk.
LAPSES = 30
#: Days ahead in which one's own task comes before everything else; a later one comes after what is late already.
NEAR = 7
#: The register whose late rows weigh most, and how many of them stand one by one.
GRAVEST, ONE_BY_ONE = "rectifications", 4


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `tone` is a status code; `rank` sorts: consequence first, then date."""

    tone: str
    word: str
    title: str
    why: str
    url: str
    rank: tuple[int, int, int]
    on: date | None = None
    start: rows.Start | None = None
    unit: str = ""
    #: The record that it is about.
    about: UUID | None = None


def tasks(request: HttpRequest, unit: Unit, stands: list[counts.Stand]) -> list[Task]:
    """Everything for one unit's desk: one's own tasks, then the gravest first."""
    own = mine(request, unit)
    found = own + _of_deadlines(request, unit, told={task.about for task in own})
    if unit.is_legal_entity and place.may(request, Permission.POSTURE_FINDING_VIEW, unit):
        found += _of_documents(request, unit, stands)
    return sorted(found, key=lambda task: task.rank)


def mine(request: HttpRequest, unit: Unit | None, *, limit: int = 12) -> list[Task]:
    """One's own tasks, the earliest deadline first, whichever unit they are of."""
    if not badge.figures(request).tasks:
        return []
    by = place.by(request)
    return [_of_task(row, unit) for row in dated.build(inbox.mine(by=by)[:limit], by=by)]


def _of_task(row: dated.Row, here: Unit | None) -> Task:
    due_on = row.task.due_on
    is_near = due_on <= clock.today() + timedelta(days=NEAR)
    # What somebody is asked for himself begins where it is done, not at the task that tells of it.
    way = abouts.url(row.task) if abouts.is_own(row.task) else ""
    parts = [iso_date(due_on), row.level, row.document, row.source]
    return Task(
        tone=row.sign,
        word=row.left,
        title=row.title,
        why=" · ".join(part for part in parts if part),
        url=row.url,
        rank=(-1 if is_near else 0, due_on.toordinal(), row.task.pk),
        on=due_on,
        start=rows.Start(way or row.url, _("Handle")),
        unit="" if here is not None and row.task.unit_id == here.pk else row.task.unit.label,
        about=row.task.about_uid,
    )


def _of_deadlines(request: HttpRequest, unit: Unit, *, told: set[UUID | None]) -> list[Task]:
    """Rectifications one by one; of other registers, many late rows become one task. `told`: those tasks are about."""
    rows_ = [row for row in due.upcoming(request, unit, limit=60) if row.uid not in told]
    found: list[Task] = []
    for code in dict.fromkeys(row.register for row in rows_):
        late = [row for row in rows_ if row.register == code and row.days_late]
        most = ONE_BY_ONE if code == GRAVEST else 2
        single = late if len(late) <= most else late[: most if code == GRAVEST else 0]
        found += [_of_due(row, unit) for row in single]
        if len(late) > len(single):
            found.append(_many(late[len(single) :], unit))
        found += [_of_due(row, unit) for row in rows_ if row.register == code and not row.days_late][:3]
    return found


def _many(late: list[due.Due], unit: Unit) -> Task:
    """Rows of one register past their deadline, as one task."""
    first, count = late[0], len(late)
    url = links.register(first.register, unit=unit.code, sort=due.sorted_by(first.register))
    return Task(
        tone="unmet",
        word=ngettext("%(days)d day late", "%(days)d days late", first.days_late) % {"days": first.days_late},
        title=ngettext(
            "%(register)s: %(count)d row past its date", "%(register)s: %(count)d rows past their date", count
        )
        % {"register": first.what, "count": count},
        why=_("%(label)s, the oldest: %(day)s “%(title)s”")
        % {"label": first.label, "day": first.on.isoformat(), "title": first.title},
        url=url,
        rank=(0 if first.register == GRAVEST else 2, -1, 0),
        on=first.on,
        start=rows.Start(url, _("Handle")),
    )


def _of_due(row: due.Due, here: Unit) -> Task:
    late = row.days_late
    if late:
        word = ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
    elif row.days_left == 0:
        word = _("Due today")
    else:
        word = ngettext("%(days)d day left", "%(days)d days left", row.days_left) % {"days": row.days_left}
    parts = [row.what, f"{row.label} {row.on.isoformat()}", row.owner]
    return Task(
        tone="unmet" if late else "partly",
        word=word,
        title=row.title,
        why=" · ".join(part for part in parts if part),
        url=row.url,
        rank=((0 if row.register == GRAVEST else 2) if late else 4, -late, row.days_left),
        on=row.on,
        start=rows.Start(row.url, _("Handle")),
        unit="" if row.unit.pk == here.pk else row.unit.label,
    )


def _of_documents(request: HttpRequest, unit: Unit, stands: list[counts.Stand]) -> list[Task]:
    by = place.by(request)
    found: list[Task] = []
    asked = _asked_by_tasks(unit)
    for stand in stands:
        if stand.adoption is None:
            continue
        sheet = queries.sheet(by=by, unit=unit, pack=stand.pack)
        told = _with_covered(stand.pack, asked.get(stand.pack.urn, set()))
        open_rows = [row for row in sheet if row.requirement.code not in told]
        found += _open(request, unit, stand.pack, open_rows)
        found += _lapsing(unit, stand.pack, sheet)
    return found


def _asked_by_tasks(unit: Unit) -> dict[str, set[str]]:
    """What open tasks of the unit ask for by now, whoever has to do them: document -> requirements."""
    shown = DatedTask.objects.filter(unit=unit, status=TaskStatus.OPEN, shown_on__lte=clock.today())
    found: dict[str, set[str]] = {}
    for urn, code in shown.exclude(urn="").values_list("urn", "code"):
        found.setdefault(urn, set()).add(code)
    return found


def _with_covered(pack: Pack, codes: set[str]) -> set[str]:
    """A task may ask for several requirements at once."""
    if not codes:
        return codes
    by_code = wiring.one(pack).by_code
    return codes | {each for code in codes if code in by_code for each in by_code[code].covers}


def _open(request: HttpRequest, unit: Unit, pack: Pack, sheet: list[SheetRow]) -> list[Task]:
    """The gravest requirements that are not met, each with its button; one task per register to fill."""
    ranked = sorted((row for row in sheet if row.status in {Status.UNMET, Status.PARTLY}), key=_gravity)
    asked = {row.requirement.code for row in ranked[: MOST * 3]}
    people = [row for row in sheet if row.status == Status.PERSON]
    told = {item.code: item for item in findings.findings(unit, pack, codes=asked) or []}
    tasks_: list[Task] = []
    started: set[str] = set()
    for row in ranked:
        finding = told.get(row.requirement.code)
        if finding is None or len(tasks_) >= MOST:
            continue
        start = rows.start_of(request, unit, finding.gaps, proves=(pack.urn, row.requirement.code))
        if start is not None and start.fills in started:
            continue  # one row of a register often answers several requirements
        started.add(start.fills if start else "")
        tasks_.append(_task(unit, pack, row, finding.missing, start))
    if people and place.may(request, Permission.POSTURE_JUDGEMENT_EDIT, unit):
        tasks_.append(_for_people(unit, pack, people))
    return tasks_


def _gravity(row: SheetRow) -> tuple[int, int, int, int]:
    strength = int(row.strength) if row.strength else 0
    return (phrases.force_rank(row.requirement.force), row.status != Status.UNMET, strength, row.requirement.order)


def _task(unit: Unit, pack: Pack, row: SheetRow, missing: str, start: rows.Start | None) -> Task:
    force, weight = rows.force(row.requirement), phrases.force_rank(row.requirement.force)
    grave = row.status == Status.UNMET and row.requirement.force in {"must", "normally"}
    return Task(
        tone=row.status.value,
        word=force,
        title=rows.plain(row.requirement),
        why=missing or row.figure,
        url=links.finding(unit.code, pack.urn, row.requirement.code),
        rank=(1 if grave else 3, weight, row.requirement.order),
        start=start,
    )


def _for_people(unit: Unit, pack: Pack, people: list[SheetRow]) -> Task:
    count = len(people)
    title = ngettext(
        "%(count)d question only a person can answer", "%(count)d questions only a person can answer", count
    ) % {"count": count}
    return Task(
        tone="person",
        word="",
        title=title,
        why=counts.title(pack),
        url=links.posture(unit.code, pack.urn, status="person", kind=people[0].requirement.kind),
        rank=(5, 0, 0),
        start=rows.Start(
            links.finding(unit.code, pack.urn, people[0].requirement.code) + "#judge", _("Judge the first")
        ),
    )


def _lapsing(unit: Unit, pack: Pack, sheet: Iterable[SheetRow]) -> list[Task]:
    """Requirements met today whose proof lapses within the next weeks."""
    today = clock.today()
    held = UnitAnswers.objects.filter(unit=unit).first()
    if held is None:
        return []
    wired = wiring.one(pack)
    found = []
    for row in sheet:
        if row.status != Status.MET:
            continue
        ends = [held.answers.get(str(pk), {}).get("until") for pk in wired.by_code[row.requirement.code].instances]
        days = [date.fromisoformat(end) for end in ends if end]
        last = min(days, default=None)
        if last is not None and last <= today + timedelta(days=LAPSES):
            found.append((last, row))
    return [_lapse(unit, pack, last, row, today) for last, row in sorted(found, key=lambda pair: pair[0])[:3]]


def _lapse(unit: Unit, pack: Pack, last: date, row: SheetRow, today: date) -> Task:
    left = (last - today).days
    return Task(
        tone="met",
        word=ngettext("%(days)d day left", "%(days)d days left", left) % {"days": left},
        title=rows.plain(row.requirement),
        why=_("Met today; after %(day)s it will be looked at anew: %(figure)s")
        % {"day": last.isoformat(), "figure": row.figure},
        url=links.finding(unit.code, pack.urn, row.requirement.code),
        rank=(6, left, row.requirement.order),
        on=last,
        start=rows.Start(links.finding(unit.code, pack.urn, row.requirement.code), _("See the proof")),
    )
