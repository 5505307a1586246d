"""To which part of the organisation check a requirement belongs, and whose duty it is: read from what its tests count.

Nothing names a document: one more document finds its place by its tests, its offices and its words for who must act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from guiju.governance.duties import terms
from guiju.org.enums import Role
from guiju.packs.models import Requirement
from guiju.posture.queries import Line

#: The relations that records of the organisation feed, and the part they stand for.
RELATIONS: Mapping[str, str] = {
    "body": terms.LEAD,
    "body_member": terms.LEAD,
    "appointment": terms.OFFICES,
    "resource": terms.MEANS,
    "recusal": terms.MEANS,
    "meeting": terms.WORK,
    "objective": terms.RESULTS,
    "appraisal": terms.RESULTS,
    "accountability": terms.RESULTS,
}
#: Tests whose relation serves other purposes too.
_TESTS: Mapping[str, str] = {
    "decision.reviewed": terms.AUTHORITY,
    "veto.reported": terms.AUTHORITY,
    "department.officers": terms.DEPARTMENTS,
    "officers.report": terms.PEOPLE,
}
#: Whatever else would prove it, a mandate is what it is about.
_MANDATES = frozenset({"appointment.authorised", "body.mandated"})
#: What is asked of one mechanism among many (a budget for monitoring) belongs to that mechanism.
_WHOLE = frozenset({"", "all", "whole"})
#: Words by which documents name who must act, the narrower before the wider: 合规管理部门 is no 管理层.
_WORDS: tuple[tuple[str, str], ...] = (
    ("主要负责人", Role.FIRST_RESPONSIBLE),
    ("第一责任人", Role.FIRST_RESPONSIBLE),
    ("合规管理负责人", Role.COMPLIANCE_HEAD),
    ("合规负责人", Role.COMPLIANCE_HEAD),
    ("首席合规官", Role.COMPLIANCE_HEAD),
    ("总法律顾问", Role.COMPLIANCE_HEAD),
    ("合规委员会", terms.COMMITTEE),
    ("合规管理委员会", terms.COMMITTEE),
    ("合规领导", terms.COMMITTEE),
    ("纪检", terms.THIRD),
    ("审计", terms.THIRD),
    ("监事", terms.THIRD),
    ("合规管理部门", terms.COMPLIANCE),
    ("牵头部门", terms.COMPLIANCE),
    ("牵头）部门", terms.COMPLIANCE),
    ("合规管理机构", terms.COMPLIANCE),
    ("合规管理人员", Role.COMPLIANCE_STAFF),
    ("合规专员", Role.COMPLIANCE_STAFF),
    ("合规员", Role.COMPLIANCE_STAFF),
    ("合规联络员", Role.DEPARTMENT_OFFICER),
    ("合规管理员", Role.DEPARTMENT_OFFICER),
    ("党委", terms.PARTY),
    ("党组", terms.PARTY),
    ("董事会", terms.BOARD),
    ("经理层", terms.MANAGEMENT),
    ("领导人员", terms.MANAGEMENT),
    ("管理层", terms.MANAGEMENT),
    ("业务", terms.BUSINESS),
    ("职能部门", terms.BUSINESS),
    ("部门", terms.BUSINESS),
    ("全员", terms.EVERYBODY),
    ("员工", terms.EVERYBODY),
)


def holder(requirement: Requirement, *, instead: Mapping[str, str] = MappingProxyType({})) -> str:
    """Whose duty it is: the office that the document names, else what its words name; empty for the firm itself.

    `instead`: who answers where the firm has no such body.
    """
    role = str(requirement.extra.get("role") or "")
    if role in terms.HOLDERS:
        return instead.get(role, role)
    who = str(requirement.extra.get("who") or "")
    if who.endswith("的企业"):
        return ""
    found = next((code for word, code in _WORDS if word in who), "")
    return instead.get(found, found)


def aspect(line: Line) -> str:
    """The part of the organisation check, empty where it is about something else."""
    if any(instance.test.name in _MANDATES for instance in line.asks):
        return terms.MEANS
    for instance in line.asks:
        params = instance.params.model_dump()
        if str(params.get("mechanism") or "") not in _WHOLE:
            continue
        found = _TESTS.get(instance.test.name) or _by_relation(line, instance.test.reads[0].relation, params)
        if found:
            return found
    return terms.PEOPLE if line.requirement.extra.get("role") else ""


def _by_relation(line: Line, relation: str, params: Mapping[str, object]) -> str:
    found = RELATIONS.get(relation, "")
    if found == terms.OFFICES and list(_listed(params.get("roles"))) == [Role.DEPARTMENT_OFFICER]:
        return terms.DEPARTMENTS
    if found == terms.LEAD and list(_listed(params.get("kinds"))) == ["department"]:
        return terms.OFFICES
    return found


def _listed(value: object) -> Iterable[str]:
    return value if isinstance(value, list | tuple) else ()


def sorted_out(lines: Iterable[Line]) -> dict[int, str]:
    """Requirement id -> part, of those that belong to the check.

    A clause that only opens a list (6.2 above 6.2 a) and asks nothing of its own goes with what it opens.
    """
    rows = list(lines)
    found = {line.requirement.pk: part for line in rows if (part := aspect(line))}
    for line in rows:
        if line.asks or line.requirement.pk in found:
            continue
        below = (
            found[other.requirement.pk]
            for other in rows
            if other.pack.pk == line.pack.pk
            and other.requirement.pk in found
            and other.code.startswith((f"{line.code}.", f"{line.code}-"))
        )
        part = next(below, "")
        if part:
            found[line.requirement.pk] = part
    return found
