"""What did not pass and looks like the matter at hand: nothing comes back under another name or number unseen.

stopped(matter)        -> such matters of the unit, each with what is alike
step_added(row, look)  -> the route of what is like a vetoed matter, with the head's step where it has none
look_of(matter) · Look -> what is compared, of a matter or of a form that is being filled in

Text, number and name with its firm speak of one thing; the same other party alone is only shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from guiju.lib import pairing
from guiju.org.enums import Role
from guiju.review import subjects
from guiju.review.enums import MatterState as S
from guiju.review.leaks import splitting
from guiju.review.models import Matter, Paper
from guiju.workflow.routes import rules

#: Stopped by a veto that nobody has lifted for good; what was refused did not pass either.
VETOED = (S.SUSPENDED, S.VETOED, S.STAYED)
STATES = (*VETOED, S.REFUSED)
TEXT, NUMBER, TITLE, PARTY = "text", "number", "title", "party"
WORDS = {
    TEXT: _l("the same text"), NUMBER: _l("the same number"), TITLE: _l("a like name"), PARTY: _l("the same other party"),
}  # fmt: skip
#: How much of two names has to be the same.
_ALIKE = 0.6
#: The latest of so many are looked at, and so many shown.
_MOST, SHOWN = 2_000, 5


@dataclass(frozen=True, slots=True)
class Alike:
    """A matter that did not pass, and what both have in common."""

    matter: Matter
    why: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Do both speak of one thing? A like name does where the firms may be the same."""
        return TEXT in self.why or NUMBER in self.why or TITLE in self.why

    @property
    def is_vetoed(self) -> bool:
        """Does a veto stand against it?"""
        return self.matter.state in VETOED


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is compared. `texts` are digests, `pk` is the matter itself, where there is one already."""

    unit_id: int
    title: str
    form: Mapping[str, Any]
    system: str = ""
    ref: str = ""
    texts: frozenset[str] = frozenset()
    pk: int | None = None


def look_of(matter: Matter) -> Look:
    """Of a matter with the texts that count now."""
    texts = matter.papers.filter(role=subjects.TEXT, until_round__isnull=True).values_list("digest", flat=True)
    return Look(
        unit_id=matter.unit_id, title=matter.title, form=matter.form, system=matter.system, ref=matter.ref,
        texts=frozenset(texts), pk=matter.pk,
    )  # fmt: skip


def stopped(matter: Matter) -> list[Alike]:
    """Matters of the unit that did not pass and are like this one, those that speak of the same thing first."""
    return _stopped(look_of(matter))


def _stopped(look: Look) -> list[Alike]:
    rows = Matter.objects.filter(unit_id=look.unit_id, state__in=STATES).exclude(pk=look.pk or 0)
    # What waits for the minutes by which the leading body signed was stopped by nobody.
    rows = rows.exclude(state=S.STAYED, lifted_item__isnull=True)
    texts = Paper.objects.filter(role=subjects.TEXT, until_round__isnull=True)
    rows = rows.prefetch_related(Prefetch("papers", queryset=texts, to_attr="texts")).order_by("-pk")[:_MOST]
    found = [Alike(row, why) for row in rows if (why := tuple(_why(look, row)))]
    return sorted(found, key=lambda one: (not one.is_same, not one.is_vetoed))


def _why(look: Look, other: Matter) -> Iterator[str]:
    if look.texts & {one.digest for one in getattr(other, "texts", ())}:
        yield TEXT
    if _numbers(look) & _numbers(other):
        yield NUMBER
    own, its = str(look.form.get("party") or ""), str(other.form.get("party") or "")
    if pairing.is_same_firm(own, its) and splitting.is_like(look.title, other.title, _ALIKE):
        yield TITLE
    if own and its and pairing.is_same_firm(own, its):
        yield PARTY


def _numbers(one: Look | Matter) -> set[tuple[str, str]]:
    """Its number in its system, and the number of its contract, whichever system it came from."""
    given = {("contract", str(one.form.get("contract_number") or "")), (one.system, one.ref)}
    return {(whose, key) for whose, written in given if (key := pairing.number_key(written))}


def told(found: Iterable[Alike]) -> str:
    """What both have in common, in words."""
    return "、".join(dict.fromkeys(str(WORDS[code]) for one in found for code in one.why))


def step_added(row: rules.Row, look: Look) -> rules.Row:
    """Whoever may veto for the house looks at it again, though its amount or kind would spare it the head's step."""
    if any(step.part in {rules.HEAD, rules.BODY} for step in row.steps):
        return row
    same = next((one for one in _stopped(look) if one.is_same and one.is_vetoed), None)
    if same is None:
        return row
    step = rules.Step(
        code="alike", part=rules.HEAD, role=Role.COMPLIANCE_HEAD, days=2, veto=True,
        name=_("Compliance head, as it is like %(number)s") % {"number": same.matter.number},
        note=_("It is like %(number)s, which was vetoed.") % {"number": same.matter.number},
    )  # fmt: skip
    return replace(row, steps=(*row.steps, step))
