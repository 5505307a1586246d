"""Words for what a pack holds, for people who read it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: What a document's words became, in the order in which they are told.
KINDS: dict[str, Promise] = {
    "indicator": _("Indicators"),
    "clause": _("Clauses"),
    "task": _("Tasks"),
    "milestone": _("Milestones"),
    "duty": _("Duties"),
    "field": _("Fields"),
    "definition": _("Definitions"),
    "date": _("Dates"),
    "no_duty": _("No duty"),
    "form": _("Forms"),
    "cell": _("Cells of forms"),
}

#: Why words of a document ask nothing of anybody.
WHY: dict[str, Promise] = {
    "title": _("Title or number of the document"),
    "heading": _("Heading"),
    "background": _("Background: why the document was written"),
    "purpose": _("Purpose: what the document is for"),
    "principle": _("Principle or slogan without an act of its own"),
    "reference": _("Points to another place or document"),
    "address": _("To whom the document is sent"),
    "signature": _("Signature, seal or contact"),
    "attachment_list": _("List of attachments"),
    "numbering": _("Numbering or page"),
    "explanation": _("Explains what was said before"),
    "example": _("Example"),
    "announcement": _("What the issuer itself will do or announces"),
    "repeated": _("Repeats what stands elsewhere"),
}

#: To whom something is said when it is not the unit.
ADDRESSEES: dict[str, Promise] = {
    "unit": pgettext_lazy("addressee", "The unit"),
    "evaluator": pgettext_lazy("addressee", "Whoever evaluates"),
    "authority": pgettext_lazy("addressee", "The authority"),
    "association": pgettext_lazy("addressee", "The association"),
    "none": pgettext_lazy("addressee", "Nobody"),
}

CYCLES: dict[str, Promise] = {
    "month": _("every month"),
    "quarter": _("every quarter"),
    "half": _("every half-year"),
    "year": _("every year"),
}


def held(counts: Mapping[str, int]) -> str:
    """`Clauses 12, Dates 3`."""
    return ", ".join(f"{KINDS.get(kind, kind)} {count}" for kind, count in _ordered(counts))


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    order = list(KINDS)
    return sorted(counts.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


#: One thing of a kind, as the word behind a stretch of text.
KIND: dict[str, Promise] = {
    "requirement": pgettext_lazy("kind", "Requirement"),
    "form": pgettext_lazy("kind", "Form"),
    "date": pgettext_lazy("kind", "Date"),
    "definition": pgettext_lazy("kind", "Definition"),
    "no_duty": pgettext_lazy("kind", "No duty"),
    "none": pgettext_lazy("kind", "Not marked yet"),
}

#: The same as `WHY` in a word or two.
WHY_SHORT: dict[str, Promise] = {
    "title": pgettext_lazy("why", "Title"),
    "heading": pgettext_lazy("why", "Heading"),
    "background": pgettext_lazy("why", "Background"),
    "purpose": pgettext_lazy("why", "Purpose"),
    "principle": pgettext_lazy("why", "Principle"),
    "reference": pgettext_lazy("why", "Reference"),
    "address": pgettext_lazy("why", "Addressee"),
    "signature": pgettext_lazy("why", "Signature"),
    "attachment_list": pgettext_lazy("why", "Attachments"),
    "numbering": pgettext_lazy("why", "Number"),
    "explanation": pgettext_lazy("why", "Explanation"),
    "example": pgettext_lazy("why", "Example"),
    "announcement": pgettext_lazy("why", "The issuer's own"),
    "repeated": pgettext_lazy("why", "Repeated"),
}

#: What a cell of a form is.
CELLS: dict[str, Promise] = {
    "heading": pgettext_lazy("cell", "Title of the form"),
    "column": pgettext_lazy("cell", "Column"),
    "row": pgettext_lazy("cell", "Row"),
    "preset": pgettext_lazy("cell", "Preset words"),
    "hint": pgettext_lazy("cell", "Instruction"),
    "section": pgettext_lazy("cell", "Part to be written"),
    "note": pgettext_lazy("cell", "Note of the form"),
}

#: One requirement of a kind.
ONE: dict[str, Promise] = {
    "indicator": pgettext_lazy("one", "Indicator"),
    "clause": pgettext_lazy("one", "Clause"),
    "task": pgettext_lazy("one", "Task"),
    "milestone": pgettext_lazy("one", "Milestone"),
    "duty": pgettext_lazy("one", "Duty"),
    "field": pgettext_lazy("one", "Field"),
    "definition": pgettext_lazy("kind", "Definition"),
}
