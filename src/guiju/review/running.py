"""That reviews run in a system, and how often, is on record by itself (001 任务11): rows of `system_features`.

A unit that has entered such a feature by hand, of this system or another, keeps it; nothing is added beside it.
"""

from __future__ import annotations

from datetime import timedelta

from guiju.access.actor import system
from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.review import subjects
from guiju.review.models import Matter

REGISTER = "system_features"
#: What the register calls the review of each kind that it tells apart.
FEATURES = {
    "policy": "review_policy", "contract": "review_contract", "decision": "review_decision", "project": "review_project",
}  # fmt: skip
SYSTEM = "规矩"
LIVE = "live"
_HALF_A_YEAR = timedelta(days=183)
HOUSE = system("guiju")


def used(matter: Matter) -> None:
    """A matter was decided here: the feature is live, and was used today; counted anew once a day."""
    subject = subjects.all_of().get(matter.kind)
    feature = FEATURES.get(matter.kind) or FEATURES.get(subject.rate if subject is not None else "")
    if feature is None:
        return
    today = clock.today()
    rows = Entry.objects.filter(register=REGISTER, unit=matter.unit, kind=feature, status=LIVE)
    held = rows.filter(text_1=SYSTEM).select_related("unit", "body").first()
    if (held is not None and held.date_1 == today) or (held is None and rows.exists()):
        return
    kinds = [
        code for code, one in subjects.all_of().items() if (FEATURES.get(code) or FEATURES.get(one.rate)) == feature
    ]
    mine = Matter.objects.filter(unit=matter.unit, kind__in=kinds, submitted_at__isnull=False)
    count = mine.filter(decided_at__gte=clock.now() - _HALF_A_YEAR).exclude(pk=matter.pk).count() + 1
    values = {"uses": count, "used_on": today.isoformat()}
    if held is not None:
        registers.update(entry=held, values=values, version=held.version, by=HOUSE, reason=matter.number)
        return
    writing.lock_value(REGISTER, matter.unit_id, feature)
    first = mine.order_by("submitted_at").values_list("submitted_at", flat=True).first()
    live_on = clock.day_of(first) if first is not None else today
    item = {"name": f"{_label(feature)}审查流程", "kind": feature, "system": SYSTEM, "live_on": live_on.isoformat()}
    registers.create(register=REGISTER, unit=matter.unit, values={**item, **values}, by=HOUSE, reason=matter.number)


def _label(feature: str) -> str:
    code = next(code for code, one in FEATURES.items() if one == feature)
    return subjects.get(code).label
