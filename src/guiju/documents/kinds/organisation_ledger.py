"""合规管理组织情况：001台账任务8至10的“现状”，集团和子企业分别填写。"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents import ledger_part
from guiju.documents.paper import Paper
from guiju.documents.reports import Report, register
from guiju.governance.duties import ledger
from guiju.governance.policies import library
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """Counted at the end of the period, or today while it runs."""
    seat, on = places.seat(by, unit.code), min(period.end, clock.today())
    rows = ledger.rows(by=by, seat=seat, below=library.has_levels(seat), on=on)
    return ledger_part.paper(unit, "合规管理组织情况", rows, on=on)


register(
    Report(
        "organisation-ledger",
        _("Leading body, head and officers in the words of the ledger"),
        build,
        periods=("year", "quarter", "month"),
        help=_("The leading body and its meetings, the general counsel as head, the officers of the departments."),
        registers=("bodies", "meetings", "appointments", "appraisals", "trainings"),
    )
)
