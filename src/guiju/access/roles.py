"""Roles as data: a name, a paragraph for people, and the permissions; nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.access.permissions import Permission as P


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """One role. `duties` names the separated administrator duties (三员分立) that may not meet in one account."""

    code: str
    label: Promise
    description: Promise
    permissions: frozenset[P]
    admin_duty: str = ""
    nav: str = "staff"
    tags: frozenset[str] = field(default_factory=frozenset)


_READ = frozenset(
    {
        P.GOVERNANCE_READING_CONFIRM,
        P.ORG_PERSON_VIEW,
        P.ORG_UNIT_VIEW,
        P.POSTURE_FINDING_VIEW,
        P.REGISTER_ENTRY_VIEW,
        P.REGISTER_ENTRY_EXPORT,
        P.REVIEW_MATTER_VIEW,
        P.WORKFLOW_TASK_VIEW,
    }
)
_WRITE = frozenset({P.REGISTER_ENTRY_CREATE, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_IMPORT})

ROLES: dict[str, RoleSpec] = {
    spec.code: spec
    for spec in (
        RoleSpec(
            "compliance_office",
            _("Compliance office"),
            _(
                "The compliance department or its head: sees and keeps every register of its units, looks after people, "
                "attributes and the documents a unit answers to, and answers what only a person can judge."
            ),
            _READ
            | _WRITE
            | {
                P.REGISTER_ENTRY_REMOVE,
                P.ORG_UNIT_EDIT,
                P.ORG_PERSON_EDIT,
                P.ORG_ATTRIBUTE_EDIT,
                P.POSTURE_ADOPTION_EDIT,
                P.POSTURE_JUDGEMENT_EDIT,
                P.ADMIN_PACK_VIEW,
                P.ADMIN_TOKEN_MANAGE,
                P.COMPLIANCE_CHECK_SIGN,
                P.COMPLIANCE_HEARING_EDIT,
                P.COMPLIANCE_LIST_APPROVE,
                P.COMPLIANCE_RISK_RELEASE,
                P.COMPLIANCE_ROUND_EDIT,
                P.COMPLIANCE_SETTING_EDIT,
                P.GOVERNANCE_ARCHIVE_MAKE,
                P.GOVERNANCE_POLICY_APPROVE,
                P.GOVERNANCE_POLICY_ISSUE,
                P.GOVERNANCE_READING_ISSUE,
                P.REVIEW_GATE_ASK,
                P.REVIEW_MATTER_MANAGE,
                P.REVIEW_MATTER_SUBMIT,
                P.WORKFLOW_CALENDAR_EDIT,
                P.WORKFLOW_ROUTE_EDIT,
                P.WORKFLOW_TASK_EDIT,
            },
            nav="officer",
        ),
        RoleSpec(
            "principal",
            _("Principal"),
            _(
                "The first responsible person or a member of the leading body: sees the posture and every register of "
                "the units below, and exports them; keeps no records, so that nobody reviews his own work."
            ),
            _READ | {P.ADMIN_PACK_VIEW, P.COMPLIANCE_LIST_APPROVE, P.GOVERNANCE_POLICY_APPROVE, P.WORKFLOW_TASK_EDIT},
            nav="principal",
        ),
        RoleSpec(
            "department_officer",
            _("Department officer"),
            _(
                "The compliance officer of a business department: keeps the records of the department or unit named in "
                "the grant, and sees how it stands."
            ),
            _READ | _WRITE | {P.ADMIN_PACK_VIEW, P.REVIEW_MATTER_SUBMIT},
            nav="officer",
        ),
        RoleSpec(
            "reader",
            _("Reader"),
            _("Looks at registers and posture of the units named in the grant; changes nothing."),
            _READ - {P.REGISTER_ENTRY_EXPORT},
        ),
        RoleSpec(
            "employee",
            _("Employee"),
            _("Reads what was given to him and confirms it; sees no register and nobody else's records."),
            frozenset({P.GOVERNANCE_READING_CONFIRM}),
            nav="employee",
        ),
        RoleSpec(
            "business",
            _("Business staff"),
            _(
                "Brings contracts, rules and decisions of the department named in the grant for review and sees what "
                "became of them; sees no register and nobody else's matters."
            ),
            frozenset({P.GOVERNANCE_READING_CONFIRM, P.REVIEW_MATTER_SUBMIT}),
            nav="employee",
        ),
        RoleSpec(
            "gateway",
            _("Other system"),
            _(
                "An account for the office, contract or payment system: submits matters for review and asks the gate "
                "before it seals, signs or pays; sees no register."
            ),
            frozenset({P.REVIEW_GATE_ASK, P.REVIEW_MATTER_SUBMIT, P.ADMIN_TOKEN_MANAGE}),
            nav="employee",
        ),
        RoleSpec(
            "auditor",
            _("Auditor"),
            _("Discipline, audit or inspection: reads and exports everything with its trail, changes nothing."),
            _READ | {P.AUDIT_TRAIL_VIEW, P.ADMIN_GRANT_VIEW, P.ADMIN_PACK_VIEW, P.GOVERNANCE_ARCHIVE_MAKE},
            nav="auditor",
        ),
        RoleSpec(
            "supervisor",
            _("Supervisor"),
            _(
                "Works for an authority or association: sees its own body. Supervised enterprises send submissions; "
                "their live records are never visible from here."
            ),
            frozenset({P.ORG_UNIT_VIEW, P.ORG_PERSON_VIEW, P.ADMIN_PACK_VIEW}),
            nav="supervisor",
        ),
        RoleSpec(
            "system_admin",
            _("System administrator"),
            _("Looks after accounts; sees no business records, no grants of rights and no trail."),
            frozenset({P.ADMIN_ACCOUNT_MANAGE}),
            admin_duty="system",
            nav="admin",
        ),
        RoleSpec(
            "security_admin",
            _("Security administrator"),
            _("Grants and withdraws roles, never to himself; sees no business records."),
            frozenset({P.ADMIN_GRANT_MANAGE, P.ADMIN_GRANT_VIEW, P.ORG_UNIT_VIEW}),
            admin_duty="security",
            nav="admin",
        ),
        RoleSpec(
            "audit_admin",
            _("Audit administrator"),
            _("Reads and verifies the trail of who did what; sees no business records."),
            frozenset({P.AUDIT_TRAIL_VIEW, P.ADMIN_GRANT_VIEW}),
            admin_duty="audit",
            nav="admin",
        ),
    )
}


def roles_with(permission: P) -> frozenset[str]:
    """The codes of the roles that hold a permission."""
    return frozenset(code for code, spec in ROLES.items() if permission in spec.permissions)
