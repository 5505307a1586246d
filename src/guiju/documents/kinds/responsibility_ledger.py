"""落实合规管理责任情况：001台账任务4、5的“现状”，集团和子企业分别填写。"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from guiju.access.actor import Actor
from guiju.documents import ledger_part
from guiju.documents import responsibility_part as responsibility
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
    rows = responsibility.rows(by=by, seat=seat, below=library.has_levels(seat), on=on)
    return ledger_part.paper(unit, "合规管理责任落实情况", rows, on=on)


register(
    Report(
        "responsibility-ledger",
        _("The departments' lists and the check of all levels in the words of the ledger"),
        build,
        periods=("year", "quarter", "month"),
        help=_(
            "The three lists by department, the check of all levels, the problems found and how far they are put right."
        ),
        registers=("list_versions", "checks", "rectifications", "programme_plans"),
    )
)
