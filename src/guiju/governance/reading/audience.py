"""To whom a rule is given out: an audience in words, and the people who belong to it on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.governance.reading.terms import KINDS
from guiju.lib.errors import Fault, Problem
from guiju.org.enums import Role
from guiju.org.models import LAST, Person, Unit
from guiju.org.tree import subtree
from guiju.registers import choices
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry

_STAFF = (Role.COMPLIANCE_HEAD, Role.COMPLIANCE_STAFF)
_OFFICES: Mapping[str, Sequence[str]] = {
    "officers": (*_STAFF, Role.DEPARTMENT_OFFICER),
    "compliance_staff": _STAFF,
    "department_officer": (Role.DEPARTMENT_OFFICER,),
    "managers": (
        Role.FIRST_RESPONSIBLE,
        Role.LEGAL_REPRESENTATIVE,
        Role.COMPLIANCE_HEAD,
        Role.GENERAL_COUNSEL,
    ),
}
#: Posts that lead: what stands in the entry of a person ends so, perhaps with what it leads in brackets.
_LEADING = (
    "董事长", "董事", "监事", "总经理", "部门经理", "部经理", "公司经理", "项目经理", "总监", "总裁",
    "部长", "主任", "书记", "处长", "科长", "所长", "厂长", "院长", "校长", "店长",
    "主席", "负责人", "主管", "总会计师", "总工程师", "总法律顾问",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Audience:
    """`departments` are uids of departments or branches; `joiners`: whoever joins while it is open is asked too."""

    kind: str = "all"
    since: date | None = None
    departments: tuple[str, ...] = ()
    below: bool = False
    joiners: bool = False

    def stored(self) -> dict[str, Any]:
        """As the reading keeps it."""
        return {
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "departments": list(self.departments),
            "below": self.below,
            "joiners": self.joiners,
        }


def of(stored: Mapping[str, Any]) -> Audience:
    """As it was kept."""
    since = stored.get("since") or ""
    return Audience(
        kind=str(stored.get("kind") or "all"),
        since=date.fromisoformat(since) if since else None,
        departments=tuple(stored.get("departments") or ()),
        below=bool(stored.get("below")),
        joiners=bool(stored.get("joiners")),
    )


def checked(audience: Audience, unit: Unit) -> Audience:
    """Refuses what cannot be found among people."""
    faults = []
    if audience.kind not in KINDS:
        faults.append(Fault("kind", _("There is no such audience."), _("Choose one from the list.")))
    if audience.kind == "new_hires" and audience.since is None:
        faults.append(Fault("since", _("The day is missing."), _("Say since which day somebody counts as new.")))
    known = departments(unit).filter(uid__in=audience.departments).count() if audience.departments else 0
    if known != len(set(audience.departments)):
        faults.append(
            Fault("departments", _("Not all of these are departments of this unit."), _("Choose them from the list."))
        )
    if audience.departments and audience.below:
        faults.append(
            Fault(
                "below",
                _("Departments are chosen of one unit; units below have their own."),
                _("Choose departments, or ask all units below."),
            )
        )
    if faults:
        raise Problem(
            "reading.audience", _("It is not clear who is asked."), faults=faults, where=faults[0].where, status=422
        )
    return audience


def departments(unit: Unit) -> QuerySet[Unit]:
    """Departments and branches that can be chosen."""
    return subtree(unit).filter(kind__in=DEPARTMENT_KINDS, closed_on__isnull=True).exclude(pk=unit.pk).order_by("path")


def labels() -> dict[str, str]:
    """The audiences on offer, by code."""
    found = {choice.code: choice.label() for choice in choices.options("taxonomy.audience")}
    return {code: found[code] for code in KINDS}


def words(audience: Audience, unit: Unit) -> str:
    """In one line: who is asked."""
    parts = [labels().get(audience.kind, audience.kind)]
    if audience.since is not None and audience.kind == "new_hires":
        parts.append(_("joined since %(day)s") % {"day": audience.since.isoformat()})
    if audience.departments:
        names = Unit.objects.filter(uid__in=audience.departments).order_by("path").values_list("name", flat=True)
        parts.append("、".join(names))
    else:
        parts.append(_("%(unit)s and all units below") % {"unit": unit.label} if audience.below else unit.label)
    return _(", ").join(parts)


def people(audience: Audience, unit: Unit, *, on: date) -> QuerySet[Person]:
    """Those who work there on the day and belong to the audience; people from outside are not asked."""
    rows = here(audience, unit, on=on).filter(is_external=False)
    match audience.kind:
        case "managers":
            return rows.filter(_led() | Q(pk__in=_holders(_OFFICES["managers"], on)))
        case "key_posts":
            held = Entry.objects.filter(register="posts", status="used", flag_1=True, person__isnull=False)
            return rows.filter(pk__in=held.values("person_id"))
        case "new_hires":
            return rows.filter(joined_on__gte=audience.since)
        case "all":
            return rows
    return rows.filter(pk__in=_holders(_OFFICES[audience.kind], on))


def here(audience: Audience, unit: Unit, *, on: date) -> QuerySet[Person]:
    """Everybody of the units or departments asked, whatever their office, those from outside too."""
    rows = Person.objects.filter(Q(joined_on__isnull=True) | Q(joined_on__lte=on))
    rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=on))
    if audience.departments:
        found = Q(pk__in=[])
        chosen = Unit.objects.filter(uid__in=audience.departments, path__gte=unit.path, path__lt=unit.path + LAST)
        for path in chosen.values_list("path", flat=True):
            found |= Q(department__path__gte=path, department__path__lt=path + LAST)
            found |= Q(unit__path__gte=path, unit__path__lt=path + LAST)
        return rows.filter(found)
    units = subtree(unit).filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))
    if audience.below:
        return rows.filter(unit__in=units)
    return rows.filter(unit_id__in=_own(unit))


def _own(unit: Unit) -> list[int]:
    """The unit and its departments and branches, without the companies below and what belongs to those."""
    rows = list(subtree(unit).order_by("path").values_list("pk", "path", "kind"))
    companies = tuple(path for _pk, path, kind in rows if kind not in DEPARTMENT_KINDS and path != unit.path)
    return [pk for pk, path, _kind in rows if not path.startswith(companies)] if companies else [row[0] for row in rows]


def _holders(roles: Sequence[str], on: date) -> QuerySet[Any]:
    held = Entry.objects.filter(register="appointments", kind__in=roles, on__lte=on, person__isnull=False)
    return held.filter(Q(done_on__isnull=True) | Q(done_on__gte=on)).values("person_id")


def _led() -> Q:
    found = Q(pk__in=[])
    for word in _LEADING:
        found |= Q(post__endswith=word)
    return found
