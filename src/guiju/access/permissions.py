"""The one vocabulary of permissions: `scope:resource:action`, alphabetical."""

from enum import StrEnum


class Permission(StrEnum):
    """What somebody may do. A role lists these; nothing else grants anything."""

    ADMIN_ACCOUNT_MANAGE = "admin:account:manage"
    ADMIN_GRANT_MANAGE = "admin:grant:manage"
    ADMIN_GRANT_VIEW = "admin:grant:view"
    ADMIN_PACK_VIEW = "admin:pack:view"
    ADMIN_TOKEN_MANAGE = "admin:token:manage"
    AUDIT_TRAIL_VIEW = "audit:trail:view"
    ORG_ATTRIBUTE_EDIT = "org:attribute:edit"
    ORG_PERSON_EDIT = "org:person:edit"
    ORG_PERSON_VIEW = "org:person:view"
    ORG_UNIT_EDIT = "org:unit:edit"
    ORG_UNIT_VIEW = "org:unit:view"
    POSTURE_ADOPTION_EDIT = "posture:adoption:edit"
    POSTURE_FINDING_VIEW = "posture:finding:view"
    POSTURE_JUDGEMENT_EDIT = "posture:judgement:edit"
    REGISTER_ENTRY_CREATE = "register:entry:create"
    REGISTER_ENTRY_EDIT = "register:entry:edit"
    REGISTER_ENTRY_EXPORT = "register:entry:export"
    REGISTER_ENTRY_IMPORT = "register:entry:import"
    REGISTER_ENTRY_REMOVE = "register:entry:remove"
    REGISTER_ENTRY_VIEW = "register:entry:view"
    WORKFLOW_CALENDAR_EDIT = "workflow:calendar:edit"
    WORKFLOW_TASK_EDIT = "workflow:task:edit"
    WORKFLOW_TASK_VIEW = "workflow:task:view"
