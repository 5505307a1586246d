"""What the look of a night newly finds is one task of the compliance office, not one for each finding, and asked once.

ask(run)            -> one task for what no look over the unit had found before
follow(unit)        -> such a task is done when each of its findings was settled, or is found no longer
again(unit, key)    -> a finding that is open again opens its task
"""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n
from django.utils.translation import pgettext

from guiju.access.actor import system
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.org.models import Unit
from guiju.review.enums import LeakKind, LeakState
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement
from guiju.workflow import days, duties
from guiju.workflow.models import Task, TaskStatus

ABOUT = "leak_run"
#: Working days to settle what was found.
WITHIN = 5
HOUSE = system("guiju")
_FOUND = _n("Settle what the leak finder newly found: %(what)s")
_ONE = _n("%(kind)s (%(count)d)")
_AGAIN = _n("A finding of it is open again.")


def ask(run: LeakRun) -> None:
    """Have what is new looked at; nothing where all of it was found before, or settled."""
    counts = Counter(_open(news(run)).values_list("kind", flat=True))
    if not counts:
        return
    duty = duties.Duty(
        key=_key(run.uid), unit=run.unit, title=_title(settings.LANGUAGE_CODE, counts), title_en=_title("en", counts),
        due_on=days.of(run.root_id).add(clock.today(), WITHIN), role=Role.COMPLIANCE_STAFF, about=ABOUT,
        about_uid=run.uid, lead=500,
    )  # fmt: skip
    duties.ensure([duty], by=HOUSE)


def news(run: LeakRun) -> QuerySet[LeakFinding]:
    """What no earlier look over this very unit had found."""
    before = LeakFinding.objects.filter(
        key=OuterRef("key"), unit=OuterRef("unit"), run__unit=run.unit_id, run_id__lt=run.pk
    )
    return LeakFinding.objects.filter(~Exists(before), run=run)


def _open(rows: QuerySet[LeakFinding]) -> QuerySet[LeakFinding]:
    same = LeakSettlement.objects.filter(unit=OuterRef("unit"), key=OuterRef("key"))
    return rows.filter(~Exists(same.exclude(state=LeakState.OPEN)))


def follow(unit: Unit) -> None:
    """Close the tasks of which nothing is left to settle."""
    asked = Task.objects.filter(unit=unit, about=ABOUT, status=TaskStatus.OPEN)
    runs = LeakRun.objects.filter(uid__in=asked.values("about_uid")).select_related("unit")
    done = [_key(run.uid) for run in runs if not _is_left(run)]
    if done:
        duties.close(done, by=HOUSE)


def _is_left(run: LeakRun) -> bool:
    """Is one of them open, and found by the last look over the same registers?"""
    same = LeakRun.objects.filter(unit=run.unit, below=False, period=run.period, ledgers=[])
    last = same.order_by("-made_at", "-pk").first() or run
    still = LeakFinding.objects.filter(run=last, unit=OuterRef("unit"), key=OuterRef("key"))
    return _open(news(run)).filter(Exists(still)).exists()


def again(unit: Unit, key: str) -> None:
    """The task that asked for this finding is to be done again."""
    rows = LeakFinding.objects.filter(key=key, unit=unit, run__unit=unit).order_by("run_id")
    first = rows.values_list("run__uid", flat=True).first()
    if first is not None:
        with translation.override(settings.LANGUAGE_CODE):
            duties.reopen([_key(first)], by=HOUSE, reason=_(_AGAIN))


def _key(run: UUID) -> str:
    return f"{ABOUT}:{run}"


def _title(language: str, counts: Counter[str]) -> str:
    with translation.override(language):
        kinds = [kind for kind in LeakKind.values if counts[kind]]
        each = [_(_ONE) % {"kind": LeakKind(kind).label, "count": counts[kind]} for kind in kinds]
        return (_(_FOUND) % {"what": pgettext("list", ", ").join(each)})[:200]
