"""Which business or function a problem belongs to, by what caused it: the rules it was found against, the department.

A guideline that answers the problem belongs there too. Where the causes do not agree, or say nothing, a person says it.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from guiju.governance.policies import gaps, keeping
from guiju.governance.policies.executing import CHECKS, FOCUS, policy_of
from guiju.governance.policies.terms import REGISTER
from guiju.registers import spec as specs
from guiju.registers.models import Entry

_QUOTED = re.compile(r"《([^《》]{2,60})》")


def businesses(finding: Entry) -> list[str]:
    """Businesses that its causes point to: the rules first; its department only where no rule says anything."""
    found = {row.text_4 for row in rules(finding) if row.text_4}
    if not found and finding.department is not None:
        found = set(gaps.businesses_of(finding.department.name))
    return sorted(found - {"other"})


def agreed(finding: Entry) -> str:
    """The one business that they agree on; empty where they do not, or say nothing."""
    found = businesses(finding)
    return found[0] if len(found) == 1 else ""


def rules(finding: Entry) -> list[Entry]:
    """The rules that a problem was found against: looked at by the check that found it, or named as its basis."""
    rows = Entry.objects.filter(register=REGISTER, root_id=finding.root_id, unit=finding.unit)
    named = {name for quoted in _QUOTED.findall(_basis(finding)) for name in keeping.spellings(quoted)}
    looked = {uid for check in _checks(finding) if (uid := policy_of(check)) is not None}
    return list(rows.filter(title__in=named)) + list(rows.filter(uid__in=looked))


def _basis(finding: Entry) -> str:
    return f"{finding.body.data.get('basis') or ''} {finding.title}"


def _checks(finding: Entry) -> list[Entry]:
    """Checks of how a rule is carried out that found this problem: in its words, at the same unit."""
    seen = Entry.objects.filter(register=CHECKS, kind=FOCUS, unit=finding.unit).exclude(level="none")
    told = seen.select_related("body").filter(body__data__problem=finding.title)
    return list(told[:20])


def question(finding: Entry) -> str:
    """What a person is asked where the causes do not agree."""
    found = businesses(finding)
    if not found:
        return _("Nothing about the problem says which business or function it belongs to. Please choose it.")
    labels = {option.code: option.label() for option in specs.get(REGISTER).by_code["business"].options}
    names = "、".join(labels[code] for code in found)
    return _("What caused the problem points to more than one business or function: %(names)s. Please choose one.") % {
        "names": names
    }
