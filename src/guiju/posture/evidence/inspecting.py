"""What discipline inspection, audit and supervisors look at."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _l

from guiju.posture.evidence import kinds
from guiju.posture.evidence import vocabulary as known
from guiju.posture.evidence.base import Strength
from guiju.posture.facts import Inspection


class Inspected(kinds.Window):
    by: known.Inspectors = ()
    fields: known.Fields = ()


class InspectionDone(kinds.RowsTest):
    name = "inspection.done"
    label = _l("The third line inspects compliance")
    strength = Strength.DATED
    reads = (Inspection,)
    Params = Inspected
    grounds = ("number", "inspector")
    match = {"kind": "by", "field": "fields"}
    question = _l(
        "Was there at least %(need)s inspection (by: %(by)s; fields: %(fields)s) with a report in the last %(months)s"
        " months?"
    )
    ask = _l("Enter the inspection with who made it, the day of its report and the number of problems found")
