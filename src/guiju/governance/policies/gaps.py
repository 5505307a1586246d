"""What a library plainly lacks, and what became of each gap. Pure.

A gap is told by a key: `charter`, `basic:legal`, `specific:<business>`, `guideline:<field>`. It is answered by a row of
the yearly plan that enacts the rule, or that was judged not to be needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.lib.errors import NotFound
from guiju.registers import taxonomy
from guiju.registers.models import Entry

BASIC: Final = "basic"
SPECIFIC: Final = "specific"
GUIDELINE: Final = "guideline"
CHARTER: Final = "charter"
#: Every firm is governed, keeps accounts, employs people and uses seals and papers.
EVERYWHERE = ("governance", "finance", "hr", "office")
#: How it is known that the firm works in a business; anything else is the name of a department.
BY_NATURE, BY_RULE, BY_ATTRIBUTE = "", "rule", "attribute"

_BUSINESSES = {code: (zh, en, words) for code, zh, en, words in taxonomy.BUSINESSES}
_FIELDS = {code: (zh, en) for code, zh, en, _words in taxonomy.FIELDS}


@dataclass(frozen=True, slots=True)
class Gap:
    """One rule that is missing. `known` says how it is known to be needed; `plan` is the row that answers it."""

    kind: str
    business: str = ""
    field: str = ""
    known: str = ""
    count: int = 0
    #: Systemic problems that others found there and nobody has answered.
    findings: int = 0
    plan: Entry | None = None

    @property
    def key(self) -> str:
        """How an address names it."""
        return self.kind if self.kind == CHARTER else f"{self.kind}:{self.field or self.business}"

    @property
    def level(self) -> str:
        """The level of the rule that closes it."""
        return BASIC if self.kind == CHARTER else self.kind

    @property
    def state(self) -> str:
        """open, planned or not_needed."""
        return self.plan.status if self.plan is not None else "open"

    @property
    def is_open(self) -> bool:
        """Has nobody done anything about it?"""
        return self.plan is None

    @property
    def name(self) -> str:
        """What the rule could be called, in Chinese as rules are."""
        if self.kind == CHARTER:
            return "公司章程"
        if self.kind == BASIC:
            return "合规管理基本制度"
        if self.kind == GUIDELINE:
            return f"{_FIELDS[self.field][0]}专项合规指引"
        label = _BUSINESSES[self.business][0]
        return label + ("制度" if label.endswith("管理") else "管理制度")


def parse(key: str) -> Gap:
    """The gap that a key names; 404 for one that cannot be."""
    kind, _colon, code = key.partition(":")
    if kind == CHARTER and not code:
        return Gap(CHARTER, "governance")
    if kind == BASIC and code == "legal":
        return Gap(BASIC, "legal")
    if kind == SPECIFIC and code in _BUSINESSES:
        return Gap(SPECIFIC, code)
    if kind == GUIDELINE and code in _FIELDS:
        return Gap(GUIDELINE, field=code)
    raise NotFound(_("The library knows no such gap."), fix=_("Choose one from the page of the library."))


def find(
    *,
    has_charter: bool,
    has_compliance: bool,
    specific: Collection[str],
    worked: Mapping[str, str],
    risky: Mapping[str, tuple[int, int]],
) -> list[Gap]:
    """Articles, the basic rule on compliance, businesses without a specific rule, risky fields without a guideline.

    `risky` says of each field how many risks and how many problems ask for one.
    """
    found = [] if has_charter else [Gap(CHARTER, "governance")]
    found += [] if has_compliance else [Gap(BASIC, "legal")]
    found += [Gap(SPECIFIC, code, known=known) for code, known in worked.items() if code not in specific]
    return found + guidelines(risky)


def guidelines(risky: Mapping[str, tuple[int, int]]) -> list[Gap]:
    """Fields that ask for a guideline and have none."""
    told = sorted(risky.items())
    return [Gap(GUIDELINE, field=code, count=count, findings=findings) for code, (count, findings) in told]


def answering() -> Q:
    """Rows of the plan that answer gaps: made for one, or a guideline planned for a problem of its field."""
    return Q(ref_2__isnull=True, status__in=("planned", "not_needed")) | Q(status="planned", level=GUIDELINE)


def answered(found: Sequence[Gap], plans: Sequence[Entry]) -> list[Gap]:
    """The same gaps with the rows of the plan that answer them; a planned row goes before one judged not needed."""
    by_key = {key_of(plan): plan for plan in sorted(plans, key=lambda plan: plan.status == "planned")}
    return [replace(gap, plan=by_key.get(gap.key)) for gap in found]


def key_of(plan: Entry) -> str:
    """Which gap a row of the plan answers; empty where none."""
    if plan.level == GUIDELINE:
        return f"{GUIDELINE}:{plan.text_3}" if plan.text_3 else ""
    if plan.level == BASIC and plan.text_1 == "governance" and "章程" in plan.title:
        return CHARTER
    return f"{plan.level}:{plan.text_1}" if plan.level and plan.text_1 else ""


def businesses_of(name: str) -> list[str]:
    """The businesses that the name of a department speaks of."""
    return [
        code
        for code, (zh, _en, words) in _BUSINESSES.items()
        if code != "other" and any(word in name for word in (zh, *words) if len(word) > 1)
    ]


# --- words ----------------------------------------------------------------------------------------------------------


def label(gap: Gap, businesses: Mapping[str, str], fields: Mapping[str, str]) -> str:
    """What is missing, in the reader's language; the mappings give the words of codes."""
    if gap.kind == CHARTER:
        return _("The articles of association are not in the library")
    if gap.kind == BASIC:
        return _("There is no basic rule on compliance")
    if gap.kind == GUIDELINE:
        return _("No guideline on: %(field)s") % {"field": fields.get(gap.field, gap.field)}
    return _("No specific rule on: %(business)s") % {"business": businesses.get(gap.business, gap.business)}


def why(gap: Gap) -> str:
    """How it is known that the rule is needed."""
    if gap.kind == CHARTER:
        return _("The articles stand above all other rules.")
    if gap.kind == BASIC:
        return _("It says what compliance is for, who does what, how it works and what follows from breaches.")
    if gap.kind == GUIDELINE:
        words = ngettext(
            "%(n)d open risk of the highest level is in this field.",
            "%(n)d open risks of the highest level are in this field.",
            gap.count,
        )
        problems = ngettext(
            "%(n)d systemic problem that was found there waits for a guideline.",
            "%(n)d systemic problems that were found there wait for a guideline.",
            gap.findings,
        )
        told = ((gap.count, words), (gap.findings, problems))
        return "".join(said % {"n": count} for count, said in told if count)
    if gap.known == BY_NATURE:
        return _("Every firm does this.")
    if gap.known == BY_RULE:
        return _("There are rules of other levels on it.")
    if gap.known == BY_ATTRIBUTE:
        return _("The firm does business abroad.")
    return _("The firm has a department for it: %(department)s.") % {"department": gap.known}


def ground(gap: Gap) -> str:
    """Why it is planned, as the plan says it; in Chinese, as the plan is."""
    return {
        CHARTER: "制度体系以章程为统领，制度库中没有公司章程。",
        BASIC: "制度库中没有合规管理基本制度。",
        SPECIFIC: "该业务、职能没有具体规章制度。",
        GUIDELINE: "该领域有高等级合规风险或者制度性问题，没有专项合规指引。",
    }[gap.kind]
