"""A requirement as it stands beside the document's text: our words, who, when, what proves it, and how a unit stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.org.enums import Role, Size
from guiju.org.models import Unit
from guiju.packs import catalogue, words
from guiju.packs.models import Pack, Requirement
from guiju.posture import wiring
from guiju.posture.findings import Finding
from guiju.posture.wiring import Wiring
from guiju.web import links
from guiju.web.posture import rows

Card = dict[str, Any]


def maker(pack: Pack, unit: Unit | None, found: Mapping[str, Finding]) -> Callable[[Requirement, int], Card]:
    """Makes the cards of one document; with findings they tell how the unit stands."""
    wired = wiring.one(pack)

    def make(row: Requirement, number: int) -> Card:
        part = wired.by_code.get(row.code)
        # A whole that is asked in parts is due when they are.
        dated = found.get(row.code) or next(
            (found[code] for code in (part.covers if part else ()) if code in found), None
        )
        return {**_card(row, number, pack, wired, unit, found.get(row.code)), "when": when(row, dated)}

    return make


def _card(row: Requirement, number: int, pack: Pack, wired: Wiring, unit: Unit | None, finding: Finding | None) -> Card:
    return {
        "number": number,
        "code": row.code,
        "kind": row.kind,
        "kind_word": words.ONE.get(row.kind, row.kind),
        "plain": rows.plain(row),
        "force": rows.force(row),
        "source": row.source,
        "note": row.note,
        "who": who(row),
        "when": when(row, finding),
        "holds_for": holds_for(row),
        "addressee": "" if row.addressee in {"unit", "none"} else addressee(row.addressee),
        "questions": questions(wired, row.code),
        "judgement": row.judgement,
        "status": finding.status.value if finding else "",
        "figure": finding.figure if finding else "",
        "missing": finding.missing if finding else "",
        "url": links.finding(unit.code, pack.urn, row.code) if unit and finding else "",
    }


def addressee(code: str) -> str:
    """To whom something is said, as a word."""
    return str(words.ADDRESSEES.get(code, code))


def who(row: Requirement) -> str:
    """The document's word for whoever has to do it, with our word for the office where it is another."""
    said, role = row.extra.get("who", ""), row.extra.get("role")
    office = str(Role(role).label) if role in Role.values else ""
    if said and office and said != office:
        return _("%(said)s (%(office)s)") % {"said": said, "office": office}
    return said or office


def when(row: Requirement, finding: Finding | None = None) -> str:
    """The document's words for the date, with the day or the period that they mean here."""
    rule = row.extra.get("when")
    if not rule:
        return ""
    day = finding.due_on.isoformat() if finding and finding.due_on else rule.get("due_on")
    meant = str(words.CYCLES[rule["cycle"]]) if rule.get("cycle") else ""
    means = _(", ").join(part for part in (meant, _("by %(day)s") % {"day": day} if day else "") if part)
    return _("%(said)s (%(means)s)") % {"said": rule["text"], "means": means} if means else str(rule["text"])


def questions(wired: Wiring, code: str) -> list[list[str]]:
    """What is asked of the records; of the questions within one place one answer is enough."""
    found = wired.by_code.get(code)
    return [[wired.instances[pk].explain for pk in place] for place in found.places] if found else []


def holds_for(row: Requirement) -> str:
    """Sizes and circumstances in which it is asked; empty when it always is."""
    return _condition({**row.applies, "sizes": [*row.sizes, *row.applies.get("sizes", [])]})


def _condition(condition: Mapping[str, Any]) -> str:
    parts: list[str] = []
    sizes = [str(Size(name).label) for name in dict.fromkeys(condition.get("sizes") or ()) if name in Size.values]
    if sizes:
        parts.append(_("、").join(sizes))
    if condition.get("attribute"):
        parts.append(_attribute(condition["attribute"], condition.get("is", True)))
    either = [_condition(part) for part in condition.get("any") or ()]
    if either:
        parts.append(_(" or ").join(either))
    return _(", ").join(parts)


def _attribute(code: str, value: object) -> str:
    spec = catalogue.attributes().get(code)
    if spec is None:
        return code
    if value is True:
        return spec.text
    if value is False:
        return _("not: %(what)s") % {"what": spec.text}
    english = (get_language() or "").startswith("en")
    named = {choice.code: (choice.label_en if english else "") or choice.label for choice in spec.choices}
    return _("%(what)s: %(value)s") % {"what": spec.text, "value": named.get(str(value), value)}
