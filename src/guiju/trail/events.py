"""The closed vocabulary of what can happen: `resource.verb_past`, each with the sentence that tells it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What an event tells of. The label names it in filters and columns; `SENTENCES` tell it in history."""

    ACCOUNT_CHANGED = "account.changed", _("Account changed")
    ACCOUNT_CREATED = "account.created", _("Account created")
    ACCOUNT_SIGNED_IN = "account.signed_in", _("Signed in")
    ACCOUNT_SIGNED_OUT = "account.signed_out", _("Signed out")
    ACCOUNT_SIGN_IN_FAILED = "account.sign_in_failed", _("Sign-in failed")
    ADOPTION_ENDED = "adoption.ended", _("Adoption ended")
    ATTRIBUTE_SET = "attribute.set", _("Attribute set")
    ASSESSMENT_MADE = "assessment.made", _("Risk assessed")
    BOOK_KEPT = "book.kept", _("Workbook kept as a form")
    CHECK_BEGUN = "check.begun", _("Check begun")
    CHECK_FINISHED = "check.finished", _("Check finished")
    CHECK_ITEM_RECORDED = "check_item.recorded", _("Items of a check recorded")
    HEARING_CLOSED = "hearing.closed", _("Hearing closed")
    HEARING_PREPARED = "hearing.prepared", _("Hearing prepared")
    LAYOUT_DROPPED = "layout.dropped", _("Form dropped")
    LAYOUT_SET = "layout.set", _("Own form of a list changed")
    LINK_DROPPED = "link.dropped", _("Link dropped")
    LINK_REFUSED = "link.refused", _("Link refused")
    LINK_SET = "link.set", _("Link set")
    MARK_SET = "mark.set", _("Marked as touched by a change")
    MARK_SETTLED = "mark.settled", _("Mark settled")
    MATRIX_SET = "matrix.set", _("Risk matrix changed")
    ROUND_CLOSED = "round.closed", _("Assessment round closed")
    ROUND_OPENED = "round.opened", _("Assessment round opened")
    SNAPSHOT_TAKEN = "snapshot.taken", _("Version of a list frozen")
    ENTRY_CHANGED = "entry.changed", _("Entry changed")
    ENTRY_CREATED = "entry.created", _("Entry created")
    ENTRY_IMPORTED = "entry.imported", _("Entries imported")
    ENTRY_MOVED = "entry.moved", _("Entry moved on")
    ENTRY_REMOVED = "entry.removed", _("Entry removed")
    EXPORT_MADE = "export.made", _("Export made")
    FILE_STORED = "file.stored", _("File stored")
    GRANT_GIVEN = "grant.given", _("Role granted")
    GRANT_WITHDRAWN = "grant.withdrawn", _("Role withdrawn")
    JUDGEMENT_GIVEN = "judgement.given", _("Judgement given")
    JUDGEMENT_SUPERSEDED = "judgement.superseded", _("Judgement superseded")
    LOG_OPENED = "log.opened", _("Log opened")
    LOG_RESTORED = "log.restored", _("Log restored")
    PACK_ADOPTED = "pack.adopted", _("Pack adopted")
    PACK_LOADED = "pack.loaded", _("Pack loaded")
    PERSON_CHANGED = "person.changed", _("Person changed")
    PERSON_CREATED = "person.created", _("Person added")
    PERSON_LEFT = "person.left", _("Person left")
    SUPERVISION_ENDED = "supervision.ended", _("Supervision ended")
    SUPERVISION_SET = "supervision.set", _("Supervision set")
    CALENDAR_SET = "calendar.set", _("Working calendar changed")
    LADDER_SET = "ladder.set", _("Reminders and escalation changed")
    TASK_CREATED = "task.created", _("Task made")
    TASK_CHANGED = "task.changed", _("Task changed")
    TASK_DONE = "task.done", _("Task done")
    TASK_ESCALATED = "task.escalated", _("Task escalated")
    TOKEN_ISSUED = "token.issued", _("Token issued")
    TOKEN_REVOKED = "token.revoked", _("Token revoked")
    UNIT_CHANGED = "unit.changed", _("Unit changed")
    UNIT_CLOSED = "unit.closed", _("Unit closed")
    UNIT_CREATED = "unit.created", _("Unit created")
    UNIT_MOVED = "unit.moved", _("Unit moved")


#: After one of these, the object is rightly no longer among the live rows.
REMOVALS = frozenset({Action.ENTRY_REMOVED, Action.LAYOUT_DROPPED, Action.LINK_DROPPED})

#: One sentence per action; `what` is the object's title in quotation marks.
SENTENCES = {
    Action.ACCOUNT_CHANGED: _("%(by)s changed the account %(what)s."),
    Action.ACCOUNT_CREATED: _("%(by)s created the account %(what)s."),
    Action.ACCOUNT_SIGNED_IN: _("%(by)s signed in."),
    Action.ACCOUNT_SIGNED_OUT: _("%(by)s signed out."),
    Action.ACCOUNT_SIGN_IN_FAILED: _("Somebody failed to sign in as %(what)s."),
    Action.ADOPTION_ENDED: _("%(by)s ended the adoption of %(what)s."),
    Action.ATTRIBUTE_SET: _("%(by)s set an attribute of %(what)s."),
    Action.ASSESSMENT_MADE: _("%(by)s assessed %(what)s."),
    Action.BOOK_KEPT: _("%(by)s kept the workbook %(what)s as a form."),
    Action.CHECK_BEGUN: _("%(by)s began the check %(what)s."),
    Action.CHECK_FINISHED: _("%(by)s finished the check %(what)s."),
    Action.CHECK_ITEM_RECORDED: _("%(by)s recorded items of the check %(what)s."),
    Action.HEARING_CLOSED: _("%(by)s closed the hearing %(what)s."),
    Action.HEARING_PREPARED: _("%(by)s prepared the hearing %(what)s."),
    Action.LAYOUT_DROPPED: _("%(by)s dropped the form %(what)s."),
    Action.LAYOUT_SET: _("%(by)s changed the form %(what)s."),
    Action.LINK_DROPPED: _("%(by)s dropped the link %(what)s."),
    Action.LINK_REFUSED: _("%(by)s refused the link %(what)s."),
    Action.LINK_SET: _("%(by)s set the link %(what)s."),
    Action.MARK_SET: _("%(by)s marked what is touched by the change of %(what)s."),
    Action.MARK_SETTLED: _("%(by)s settled what the change of another record asked of %(what)s."),
    Action.MATRIX_SET: _("%(by)s changed the risk matrix of %(what)s."),
    Action.ROUND_CLOSED: _("%(by)s closed the assessment round %(what)s."),
    Action.ROUND_OPENED: _("%(by)s opened the assessment round %(what)s."),
    Action.SNAPSHOT_TAKEN: _("%(by)s froze the version %(what)s."),
    Action.ENTRY_CHANGED: _("%(by)s changed %(what)s."),
    Action.ENTRY_CREATED: _("%(by)s entered %(what)s."),
    Action.ENTRY_IMPORTED: _("%(by)s imported %(what)s."),
    Action.ENTRY_MOVED: _("%(by)s moved %(what)s on."),
    Action.ENTRY_REMOVED: _("%(by)s removed %(what)s."),
    Action.EXPORT_MADE: _("%(by)s exported %(what)s."),
    Action.FILE_STORED: _("%(by)s stored the file %(what)s."),
    Action.GRANT_GIVEN: _("%(by)s granted %(what)s."),
    Action.GRANT_WITHDRAWN: _("%(by)s withdrew %(what)s."),
    Action.JUDGEMENT_GIVEN: _("%(by)s judged %(what)s."),
    Action.JUDGEMENT_SUPERSEDED: _("%(by)s replaced the judgement of %(what)s."),
    Action.LOG_OPENED: _("%(by)s opened the log %(what)s."),
    Action.LOG_RESTORED: _("%(by)s restored the log %(what)s from a backup."),
    Action.PACK_ADOPTED: _("%(by)s adopted %(what)s."),
    Action.PACK_LOADED: _("%(by)s loaded the pack %(what)s."),
    Action.PERSON_CHANGED: _("%(by)s changed the entry of %(what)s."),
    Action.PERSON_CREATED: _("%(by)s added %(what)s."),
    Action.PERSON_LEFT: _("%(by)s recorded that %(what)s has left."),
    Action.SUPERVISION_ENDED: _("%(by)s ended the supervision of %(what)s."),
    Action.SUPERVISION_SET: _("%(by)s placed %(what)s under supervision."),
    Action.CALENDAR_SET: _("%(by)s changed the working calendar: %(what)s."),
    Action.LADDER_SET: _("%(by)s changed when %(what)s reminds and escalates."),
    Action.TASK_CREATED: _("%(by)s made the task %(what)s."),
    Action.TASK_CHANGED: _("%(by)s changed the task %(what)s."),
    Action.TASK_DONE: _("%(by)s closed the task %(what)s."),
    Action.TASK_ESCALATED: _("The task %(what)s was escalated."),
    Action.TOKEN_ISSUED: _("%(by)s issued the token %(what)s."),
    Action.TOKEN_REVOKED: _("%(by)s revoked the token %(what)s."),
    Action.UNIT_CHANGED: _("%(by)s changed the unit %(what)s."),
    Action.UNIT_CLOSED: _("%(by)s closed the unit %(what)s."),
    Action.UNIT_CREATED: _("%(by)s created the unit %(what)s."),
    Action.UNIT_MOVED: _("%(by)s moved the unit %(what)s."),
}
