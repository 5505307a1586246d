"""合规管理运行机制和信息化情况：001台账任务6、7、11的“现状”，集团和子企业分别填写。"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents import ledger_part
from guiju.documents import mechanism_part as mechanism
from guiju.documents.paper import Paper
from guiju.documents.reports import Report, register
from guiju.governance.policies import library
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Unit


def build(unit: Unit, period: Period, by: Actor) -> Paper:
    """Counted at the end of the period, or today while it runs."""
    seat, on = places.seat(by, unit.code), min(period.end, clock.today())
    rows = mechanism.rows(by=by, seat=seat, below=library.has_levels(seat), on=on)
    return ledger_part.paper(unit, "合规审查和协同运行情况", rows, on=on)


register(
    Report(
        "mechanism-ledger",
        _("Reviews, coordination and the system in the words of the ledger"),
        build,
        periods=("year", "quarter", "month"),
        help=_("Reviews of the three key works with their rates, work done together, lists and reviews in systems."),
        registers=("reviews", "policies", "meetings", "system_features"),
    )
)
