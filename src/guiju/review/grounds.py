"""What an opinion rests on (审查依据): chosen by whoever gives it, kept with it as it read then.

offered(by, matter)          -> the risks, obligations and rules to choose from; findings, controls, points to bear in mind
read(given, matter, by)      -> what was chosen, checked; refuses what is not there for the reviewer
keep(matter, seat, chosen)   -> kept with the opinion

Chosen is a row of one of three registers, or a law that the reviewer names himself. Who sits at a step is offered what
holds for the whole unit too, though his grant covers one department alone; he reads the line, not the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Max, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Fault
from guiju.org.tree import ancestor_paths
from guiju.registers import queries as registers
from guiju.registers.directory import as_uid
from guiju.registers.models import Entry
from guiju.review import access, keeping, subjects
from guiju.review.enums import POLICIES
from guiju.review.models import Ground, Matter

RISKS, OBLIGATIONS, FINDINGS = "risk_list", "obligations", "rectifications"
CONTROLS, NODES = "controls", "process_list"
#: What an opinion may rest on, in the order of the paper.
REGISTERS = (OBLIGATIONS, POLICIES, RISKS)
#: Rows of a register that are offered, and grounds that one opinion names.
MOST, MOST_CHOSEN = 8, 40
LONGEST = 300
_FINDING_YEARS = 3


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows of the registers that speak about matters of this kind."""

    risks: list[Entry]
    obligations: list[Entry]
    findings: list[Entry]
    policies: list[Entry]
    #: Measures that keep such risks in hand, and the points of processes at which a review is set.
    controls: list[Entry]
    nodes: list[Entry]
    #: Those whose records the account may open.
    open: frozenset[UUID] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Is there none?"""
        rows = (self.risks, self.obligations, self.findings, self.policies, self.controls, self.nodes)
        return not any(rows)


@dataclass(frozen=True, slots=True)
class Chosen:
    """One ground as it is kept."""

    title: str
    source: str = ""
    register: str = ""
    entry: UUID | None = None


# --- what there is to choose from -----------------------------------------------------------------------------------


def offered(by: Actor, matter: Matter) -> Beside:
    """What the unit's own lists say in the fields and at the key link of this kind, the department's own first."""
    subject = subjects.all_of().get(matter.kind)
    touched, link = (subject.touches, subject.link) if subject is not None else ((), "")
    fields = (*touched, *(("overseas",) if matter.overseas else ()))
    since = clock.today() - timedelta(days=365 * _FINDING_YEARS)
    weight = Case(
        When(level="high", then=Value(0)), When(level="medium", then=Value(1)), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    own = Q(department_id=matter.department_id) if matter.department_id else Q(pk__lt=0)
    first = Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
    risks = _applying(by, matter, RISKS, Q(kind__in=fields)).exclude(status="closed")
    duties = _applying(by, matter, OBLIGATIONS, Q(level__in=fields)).exclude(status="lapsed")
    past = _applying(by, matter, FINDINGS, Q(level__in=fields)).filter(on__gte=since)
    rules = _applying(by, matter, POLICIES, Q(text_3__in=fields)).filter(status="issued")
    if matter.system == POLICIES and (itself := as_uid(matter.ref)):
        rules = rules.exclude(uid=itself)
    measures = _applying(by, matter, CONTROLS, Q(text_3__in=fields)).exclude(status="abolished")
    at_link = Q(kind=link) if link else Q(pk__lt=0)
    nodes = _applying(by, matter, NODES, Q(flag_1=True) & (at_link | (Q(kind="") & own))).exclude(status="abolished")
    found = (
        list(risks.order_by(first, weight, "-on", "pk")[:MOST]),
        list(duties.order_by(first, "-flag_1", "-on", "pk")[:MOST]),
        list(past.order_by(first, "-on", "pk")[:MOST]),
        list(rules.order_by(first, "-on", "pk")[:MOST]),
        list(measures.order_by(first, "-on", "pk")[:MOST]),
        list(nodes.order_by(first, "number", "pk")[:MOST]),
    )
    shown = [row.pk for rows in found for row in rows]
    opens = scope.restrict(Entry.objects.all(), by=by, permission=P.REGISTER_ENTRY_VIEW, sparse=True)
    return Beside(*found, open=frozenset(opens.filter(pk__in=shown).values_list("uid", flat=True)))


def _applying(by: Actor, matter: Matter, register: str, fitting: Q) -> QuerySet[Entry]:
    return _within_reach(by, matter, register).filter(fitting, unit_id=matter.unit_id).select_related("body")


def _within_reach(by: Actor, matter: Matter, register: str) -> QuerySet[Entry]:
    """What the account sees; who is asked for an opinion, also what holds for the unit or the department that asks."""
    seen = registers.visible(by, register, sparse=True)
    is_asked = by.token is None and access.asked(by).filter(about_uid=matter.uid).exists()
    if register == FINDINGS or not is_asked:
        return seen
    of_unit = Q(department__isnull=True) | Q(department_id=matter.department_id)
    shared = Entry.objects.filter(of_unit, register=register, unit_id=matter.unit_id)
    return Entry.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk__in=shared.values("pk")))


# --- what was chosen ------------------------------------------------------------------------------------------------


def read(given: Sequence[Mapping[str, Any]], *, matter: Matter, by: Actor) -> list[Chosen]:
    """Each `{"entry": uid}` or `{"text": words}`, in the order of the paper and once; refuses what is not there."""
    rows, faults = _rows([one["entry"] for one in given if one.get("entry")], matter, by)
    found = [_of_entry(row) for row in rows]
    for words in (letters.clean(str(one.get("text") or "")).replace("\n", " ").strip() for one in given):
        if len(words) > LONGEST:
            faults.append(
                Fault("grounds", _("A ground has more than %(most)d characters.") % {"most": LONGEST}, _("Shorten it."))
            )
        elif words:
            found.append(Chosen(words))
    if len(found) > MOST_CHOSEN:
        faults.append(Fault("grounds", _("These are more than %(most)d grounds.") % {"most": MOST_CHOSEN}))
    if faults:
        raise keeping.invalid(faults)
    return list(dict.fromkeys(found))


def _rows(wanted: Iterable[object], matter: Matter, by: Actor) -> tuple[list[Entry], list[Fault]]:
    uids = list(dict.fromkeys(as_uid(one) or "" for one in wanted))
    if not uids:
        return [], []
    units = ancestor_paths(matter.unit.path, itself=True)
    held: list[Entry] = []
    for register in REGISTERS:
        seen = _within_reach(by, matter, register).filter(unit__path__in=units)
        held += seen.filter(uid__in=[uid for uid in uids if uid]).select_related("body")
    if len(held) < len(uids):
        fix = _("Choose from the obligations, rules and risks of this unit, or write it in your own words.")
        return [], [Fault("grounds", _("A ground is not there any more, or not for you."), fix)]
    return sorted(held, key=lambda row: (REGISTERS.index(row.register), uids.index(str(row.uid)))), []


def _of_entry(row: Entry) -> Chosen:
    return Chosen(row.title[:LONGEST], source(row)[:LONGEST], row.register, row.uid)


def source(row: Entry) -> str:
    """Where an obligation stands, the number of a rule, the control of a risk, what is done or reviewed at a point."""
    if row.register == NODES:
        return str(row.body.data.get("review_content") or row.body.data.get("measures") or "")
    if row.register == CONTROLS:
        return str(row.body.data.get("measure") or "")
    if row.register == RISKS:
        return str(row.body.data.get("measure") or "")
    return row.number if row.register == POLICIES else row.text_1


def keep(matter: Matter, seat: UUID, chosen: Sequence[Chosen]) -> None:
    """Keep them with the opinion that was given at this place."""
    place = (matter.grounds.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    Ground.objects.bulk_create(
        Ground(
            matter=matter, seat=seat, ordinal=place + offset, register=one.register, entry=one.entry, title=one.title,
            source=one.source,
        )
        for offset, one in enumerate(chosen)
    )  # fmt: skip
