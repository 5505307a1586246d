"""Reading policies: one with its versions, its plan rows, what is being worked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import keeping, texts
from guiju.governance.policies.terms import CLAUSES, ISSUED, PLANS, REGISTER
from guiju.lib.errors import NotFound
from guiju.registers import queries
from guiju.registers.models import Entry

VIEW = P.REGISTER_ENTRY_VIEW
_MOST = 50


def find(by: Actor, uid: UUID | str, permission: P = VIEW) -> Entry:
    """A policy, or 404."""
    return queries.find(by, uid, permission, register=REGISTER)


def version(by: Actor, uid: UUID | str) -> tuple[PolicyVersion, Entry]:
    """A version with its policy, for whoever may see the policy; 404 otherwise."""
    row = PolicyVersion.objects.select_related("unit").filter(uid=uid).first()
    if row is None:
        raise NotFound(_("There is no such version here."), fix=_("Choose one from the page of the policy."))
    return row, find(by, row.policy)


def versions(entry: Entry) -> list[PolicyVersion]:
    """All versions of a policy without their texts, the latest first."""
    rows = PolicyVersion.objects.filter(policy=entry.uid).select_related("unit")
    return list(rows.defer("text").order_by("-number"))


def at_work(entry: Entry) -> PolicyVersion | None:
    """The version that is being drafted, reviewed, or waits for its day."""
    return PolicyVersion.objects.select_related("unit").filter(policy=entry.uid, state__in=AT_WORK).first()


@dataclass(frozen=True, slots=True)
class Text:
    """The words that hold of a policy, from its version or, for a stock nobody has opened, from its file."""

    words: str
    version: PolicyVersion | None


def text_of(entry: Entry) -> Text:
    """The words in force; of a draft or a repealed policy the latest ones."""
    rows = PolicyVersion.objects.select_related("unit").filter(policy=entry.uid)
    found = rows.filter(state=S.IN_FORCE).first() or rows.exclude(state=S.WITHDRAWN).order_by("-number").first()
    if found is not None:
        return Text(found.text, found)
    return Text(texts.known(entry.body.data.get("files") or []), None)


def in_force_on(policy: UUID, on: date) -> PolicyVersion | None:
    """The version that held on a day."""
    held = PolicyVersion.objects.filter(
        policy=policy, in_force_on__lte=on, state__in=(S.IN_FORCE, S.SUPERSEDED, S.REPEALED)
    )
    return held.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=on)).order_by("-number").first()


def plans(by: Actor, entry: Entry) -> list[Entry]:
    """Rows of the yearly plan about a policy, the latest first."""
    rows = Entry.objects.filter(register=PLANS, ref_1=entry.uid).order_by("-on", "-pk")
    return _seen(by, rows)


def plans_by_name(by: Actor, entry: Entry) -> list[Entry]:
    """Open rows of the plan that seem to be about it: the same name at the same unit, and no rule named yet."""
    rows = Entry.objects.filter(register=PLANS, unit=entry.unit, status="planned", ref_1__isnull=True)
    return _seen(by, rows.filter(title__in=keeping.spellings(entry.title)).order_by("due_on", "pk"))


def related(by: Actor, entry: Entry) -> list[Entry]:
    """Other records that name the policy, the latest first; its plan rows and clauses are shown elsewhere."""
    return _seen(by, queries.related(entry).exclude(register__in=(PLANS, CLAUSES)))


def _seen(by: Actor, rows: QuerySet[Entry]) -> list[Entry]:
    """Those of a few rows that somebody may see: grants are looked at once, not in the query."""
    reach = scope.scope(by, VIEW)
    found = rows.select_related("unit", "department")[:_MOST]
    return [row for row in found if reach.covers_row(row.unit, row.department)]


def same_name(entry: Entry) -> list[Entry]:
    """Other policies of the unit in force under the same name."""
    rows = Entry.objects.filter(
        register=REGISTER, unit=entry.unit, status=ISSUED, title__in=keeping.spellings(entry.title)
    )
    return list(rows.exclude(pk=entry.pk))
