"""Words and tones of reviews as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext, pgettext_lazy

from guiju.org.enums import Role
from guiju.review import subjects
from guiju.review.enums import SETTLED_CONDITIONS, ConditionState, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition
from guiju.review.queries import One
from guiju.web.templatetags.ui import amount as in_yuan
from guiju.workflow.routes import rules

TONES: dict[str, str] = {
    S.DRAFT: "na",
    S.IN_REVIEW: "info",
    S.RETURNED: "partly",
    S.SUSPENDED: "unmet",
    S.VETOED: "unmet",
    S.PASSED: "met",
    S.STAYED: "unmet",
    S.REFUSED: "unmet",
    S.WITHDRAWN: "na",
    S.VOID: "na",
}
STAND_TONES: dict[str, str] = {
    Stand.AGREE: "met",
    Stand.CONDITIONS: "partly",
    Stand.REVISE: "person",
    Stand.MATERIAL: "person",
    Stand.DISAGREE: "unmet",
    Stand.VETO: "unmet",
}
CONDITION_TONES: dict[str, str] = {
    ConditionState.OPEN: "partly",
    ConditionState.CLAIMED: "person",
    ConditionState.MET: "met",
    ConditionState.FAILED: "unmet",
    ConditionState.DROPPED: "na",
}
#: What each stand does to the matter, under its button.
STAND_HELP: dict[str, Promise] = {
    Stand.AGREE: _l("It goes on."),
    Stand.CONDITIONS: _l("It goes on; what you name has to be done and confirmed."),
    Stand.REVISE: _l("It goes back to be changed and begins a new round."),
    Stand.MATERIAL: _l("It goes back until the missing papers are there."),
    Stand.DISAGREE: _l("Your opinion stands against it; at the last step it is not passed."),
    Stand.VETO: _l("Everything stops at once; you report it to the leading body."),
}
#: The same at the last step, where it decides.
LAST_HELP: dict[str, Promise] = {
    Stand.AGREE: _l("It is passed, and its pass is issued."),
    Stand.CONDITIONS: _l("It is passed; what you name has to be done and confirmed."),
    Stand.DISAGREE: _l("It is not passed and may not be carried out."),
}
PARTS: dict[str, Promise] = {
    rules.FIRST: pgettext_lazy("route", "First line of the department"),
    rules.COUNTERSIGN: pgettext_lazy("route", "Countersigning"),
    rules.COUNSEL: pgettext_lazy("route", "Outside counsel"),
    rules.COMPLIANCE: pgettext_lazy("route", "Compliance department"),
    rules.HEAD: pgettext_lazy("route", "Compliance head"),
    rules.BODY: pgettext_lazy("route", "Leading body"),
}


def state(value: str) -> dict[str, str]:
    """The word and tone of a matter's state."""
    return {"code": str(value), "label": str(S(value).label), "tone": TONES[value]}


def unmet(one: One) -> list[Condition]:
    """Of what has passed the conditions that stop it still: to be met and confirmed before it is carried out."""
    if one.matter.state != S.PASSED:
        return []
    return [row for row in one.conditions if row.before and row.state not in SETTLED_CONDITIONS]


def to_meet(rows: Sequence[Condition]) -> str:
    """Conditions with who meets them, by when."""
    said = _("%(text)s (%(name)s, by %(day)s)")
    found = [
        said % {"text": row.text.rstrip("。."), "name": row.owner.name, "day": row.due_on.isoformat()} for row in rows
    ]
    return _("; ").join(found)


def stand(value: str) -> dict[str, str]:
    """The word and tone of an opinion."""
    return {"code": value, "label": str(Stand(value).label), "tone": STAND_TONES[value]}


def kind(code: str) -> str:
    """The label of a kind of matter; its code where its pack is gone."""
    found = subjects.all_of().get(code)
    return subjects.said(found) if found is not None else code


def role(code: str) -> str:
    """The name of an office."""
    return str(Role(code).label) if code in Role.values else ""


def who(step: rules.Step, names: dict[str, str] | None = None) -> str:
    """Who sits at a step, in words: people by name, an office, or whoever is named when the time comes."""
    if step.people:
        return "、".join((names or {}).get(uid, uid[:8]) for uid in step.people)
    if step.role:
        held = role(step.role)
        return (
            _("%(office)s of %(department)s") % {"office": held, "department": step.department}
            if step.department
            else held
        )
    return _("named when it comes to it") if step.part == rules.COUNSEL else role(Role.FIRST_RESPONSIBLE)


def conditions_of(when: rules.When) -> list[str]:
    """The conditions of a row, each as a few words; none for the row that takes the rest."""
    found: list[str] = []
    if when.kinds:
        found.append("、".join(kind(code) for code in when.kinds))
    found += _amounts(when.amount_from, when.amount_below)
    if when.overseas is not None:
        found.append(_("overseas") if when.overseas else _("not overseas"))
    if when.major is not None:
        found.append(_("major matters") if when.major else _("not major"))
    if when.levels:
        found.append(_("level %(levels)s") % {"levels": "、".join(when.levels)})
    if when.units:
        found.append(_("only %(units)s and below") % {"units": "、".join(when.units)})
    return found


def _amounts(low: Decimal | None, high: Decimal | None) -> list[str]:
    if low is not None and high is not None:
        return [_("%(low)s up to less than %(high)s") % {"low": in_yuan(low), "high": in_yuan(high)}]
    if low is not None:
        return [_("%(low)s and more") % {"low": in_yuan(low)}]
    return [_("less than %(high)s") % {"high": in_yuan(high)}] if high is not None else []


def within(days: int) -> str:
    """A time limit."""
    return ngettext("within %(n)d working day", "within %(n)d working days", days) % {"n": days}


def step_row(step: rules.Step, names: dict[str, str] | None = None) -> dict[str, Any]:
    """One step as lists of routes show it."""
    more = [
        word
        for holds, word in (
            (step.need == rules.ALL, _("everybody speaks")),
            (step.evidence, _("with a file")),
            (step.veto, _("may veto")),
        )
        if holds
    ]
    return {
        "name": step.name,
        "part": PARTS.get(step.part, ""),
        "who": who(step, names),
        "within": within(step.days),
        "note": step.note,
        "more": more,
    }
