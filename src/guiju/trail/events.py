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
    REVIEW_ADOPTED = "review.adopted", _("What became of the opinions entered")
    REVIEW_CARRIED_OUT = "review.carried_out", _("Carried out on the ground of a pass")
    REVIEW_CHANGED = "review.changed", _("Matter for review changed")
    REVIEW_CONDITION = "review.condition_moved", _("Condition of a review moved on")
    REVIEW_DRAFTED = "review.drafted", _("Matter for review prepared")
    REVIEW_ESCALATED = "review.escalated", _("Matter reported to the leading body")
    REVIEW_KEY_MADE = "review.key_made", _("New key signs review passes")
    REVIEW_KEY_WITHDRAWN = "review.key_withdrawn", _("Key of review passes withdrawn")
    REVIEW_LEAKS_FOUND = "review.leaks_found", _("Leaks of review looked for")
    REVIEW_LEAK_SETTLED = "review.leak_settled", _("Finding of the leak finder settled")
    REVIEW_ENDED = "review.withdrawn", _("Matter withdrawn from review")
    REVIEW_OPINION = "review.opinion_given", _("Opinion given in a review")
    REVIEW_PASSED = "review.passed", _("Review passed")
    REVIEW_REFUSED = "review.refused", _("Review not passed")
    REVIEW_RETURNED = "review.returned", _("Matter returned from review")
    REVIEW_SEATS = "review.seats_changed", _("Who is asked in a review changed")
    REVIEW_RESUMED = "review.resumed", _("Suspended review pass holds again")
    REVIEW_STAYED = "review.stayed", _("Review pass suspended")
    REVIEW_SUBMITTED = "review.submitted", _("Matter submitted for review")
    REVIEW_VETOED = "review.vetoed", _("Matter vetoed")
    REVIEW_VETO_LIFTED = "review.veto_lifted", _("Veto lifted by resolution")
    REVIEW_VETO_REPORTED = "review.veto_reported", _("Veto reported to the leading body")
    REVIEW_VETO_RESTORED = "review.veto_restored", _("Veto stands again")
    REVIEW_VETO_TAKEN_BACK = "review.veto_taken_back", _("Veto taken back")
    REVIEW_VOIDED = "review.voided", _("Review pass withdrawn")
    GATE_HOOK_SET = "gate.hook_set", _("Address told of reviews changed")
    GATE_TOLD_LATER = "gate.told_later", _("Done without asking the gate, told later")
    DELEGATION_ENDED = "delegation.ended", _("Standing in ended")
    DELEGATION_GIVEN = "delegation.given", _("Somebody asked to stand in")
    ROUTE_CHANGED = "route.changed", _("Review route changed")
    ROUTE_PUBLISHED = "route.published", _("Review route put in force")
    ARCHIVE_MADE = "archive.made", _("Archive made")
    INTAKE_BEGUN = "intake.begun", _("Stock of rules brought in")
    INTAKE_CHANGED = "intake.changed", _("Stock of rules looked through")
    INTAKE_CONFIRMED = "intake.confirmed", _("Stock of rules taken over")
    INTAKE_DROPPED = "intake.dropped", _("Stock of rules dropped")
    POLICY_VERSION_APPROVED = "policy_version.approved", _("Version of a policy approved")
    POLICY_VERSION_CHANGED = "policy_version.changed", _("Version of a policy changed")
    POLICY_VERSION_ENDED = "policy_version.ended", _("Version of a policy ended")
    POLICY_VERSION_IN_FORCE = "policy_version.put_in_force", _("Version of a policy in force")
    POLICY_VERSION_RETURNED = "policy_version.returned", _("Version of a policy returned")
    POLICY_VERSION_STARTED = "policy_version.started", _("Version of a policy drafted")
    POLICY_VERSION_SUBMITTED = "policy_version.submitted", _("Version of a policy submitted")
    READING_CHANGED = "reading.changed", _("Reading changed")
    READING_CLOSED = "reading.closed", _("Reading closed")
    READING_CONFIRMED = "reading.confirmed", _("Reading confirmed")
    READING_ISSUED = "reading.issued", _("Given out to be read")
    READING_RELEASED = "reading.released", _("No longer asked to read")
    READING_REMINDED = "reading.reminded", _("Reminded of reading")
    MEETING_KEPT = "meeting.kept", _("Minutes kept")
    MEETING_SETTLED = "meeting.settled", _("Minutes settled")
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
    Action.GATE_HOOK_SET: _("%(by)s changed the address %(what)s, which is told of reviews."),
    Action.GATE_TOLD_LATER: _("%(by)s told later what was done without asking the gate: %(what)s."),
    Action.REVIEW_ADOPTED: _("%(by)s entered what became of the opinions on %(what)s."),
    Action.REVIEW_CARRIED_OUT: _("%(by)s carried out %(what)s on the ground of its pass."),
    Action.REVIEW_CHANGED: _("%(by)s changed the matter %(what)s."),
    Action.REVIEW_CONDITION: _("%(by)s moved a condition of %(what)s on."),
    Action.REVIEW_DRAFTED: _("%(by)s prepared %(what)s for review."),
    Action.REVIEW_ESCALATED: _("%(by)s reported %(what)s to the leading body."),
    Action.REVIEW_KEY_MADE: _("%(by)s made the new key %(what)s, which signs review passes from now on."),
    Action.REVIEW_KEY_WITHDRAWN: _("%(by)s withdrew the key %(what)s of review passes."),
    Action.REVIEW_LEAKS_FOUND: _("%(by)s looked for leaks of review: %(what)s."),
    Action.REVIEW_LEAK_SETTLED: _("%(by)s settled the finding %(what)s."),
    Action.REVIEW_ENDED: _("%(by)s withdrew %(what)s from review."),
    Action.REVIEW_OPINION: _("%(by)s gave an opinion on %(what)s."),
    Action.REVIEW_PASSED: _("%(by)s passed %(what)s in review."),
    Action.REVIEW_REFUSED: _("%(by)s did not pass %(what)s in review."),
    Action.REVIEW_RETURNED: _("%(by)s returned %(what)s from review."),
    Action.REVIEW_SEATS: _("%(by)s changed who is asked about %(what)s."),
    Action.REVIEW_RESUMED: _("The minutes were settled again: the pass of %(what)s holds (%(by)s)."),
    Action.REVIEW_STAYED: _("The pass of %(what)s is suspended, as its resolution is being changed (%(by)s)."),
    Action.REVIEW_SUBMITTED: _("%(by)s submitted %(what)s for review."),
    Action.REVIEW_VETOED: _("%(by)s vetoed %(what)s."),
    Action.REVIEW_VETO_LIFTED: _("%(by)s entered the resolution that lifts the veto of %(what)s."),
    Action.REVIEW_VETO_REPORTED: _("%(by)s reported the veto of %(what)s to the leading body."),
    Action.REVIEW_VETO_RESTORED: _("The veto of %(what)s stands again (%(by)s)."),
    Action.REVIEW_VETO_TAKEN_BACK: _("%(by)s took back the veto of %(what)s."),
    Action.REVIEW_VOIDED: _("%(by)s withdrew the pass of %(what)s."),
    Action.DELEGATION_ENDED: _("%(by)s ended that somebody stands in: %(what)s."),
    Action.DELEGATION_GIVEN: _("%(by)s arranged who stands in: %(what)s."),
    Action.ROUTE_CHANGED: _("%(by)s changed the review route %(what)s."),
    Action.ROUTE_PUBLISHED: _("%(by)s put the review route %(what)s in force."),
    Action.ARCHIVE_MADE: _("%(by)s made the archive %(what)s."),
    Action.INTAKE_BEGUN: _("%(by)s brought in the stock of rules %(what)s."),
    Action.INTAKE_CHANGED: _("%(by)s looked through the stock of rules %(what)s."),
    Action.INTAKE_CONFIRMED: _("%(by)s took the stock of rules %(what)s into the library."),
    Action.INTAKE_DROPPED: _("%(by)s dropped the stock of rules %(what)s."),
    Action.POLICY_VERSION_APPROVED: _("%(by)s approved a version of %(what)s."),
    Action.POLICY_VERSION_CHANGED: _("%(by)s changed a version of %(what)s."),
    Action.POLICY_VERSION_ENDED: _("%(by)s ended a version of %(what)s."),
    Action.POLICY_VERSION_IN_FORCE: _("%(by)s put a version of %(what)s in force."),
    Action.POLICY_VERSION_RETURNED: _("%(by)s returned a version of %(what)s."),
    Action.POLICY_VERSION_STARTED: _("%(by)s drafted a version of %(what)s."),
    Action.POLICY_VERSION_SUBMITTED: _("%(by)s submitted a version of %(what)s."),
    Action.READING_CHANGED: _("%(by)s changed the reading of %(what)s."),
    Action.READING_CLOSED: _("%(by)s closed the reading of %(what)s."),
    Action.READING_CONFIRMED: _("%(by)s confirmed having read %(what)s."),
    Action.READING_ISSUED: _("%(by)s gave out %(what)s to be read."),
    Action.READING_RELEASED: _("%(by)s no longer asks people to read %(what)s."),
    Action.READING_REMINDED: _("%(by)s reminded people of reading %(what)s."),
    Action.HEARING_CLOSED: _("%(by)s closed the hearing %(what)s."),
    Action.HEARING_PREPARED: _("%(by)s prepared the hearing %(what)s."),
    Action.MEETING_KEPT: _("%(by)s kept the minutes of %(what)s."),
    Action.MEETING_SETTLED: _("%(by)s settled the minutes of %(what)s."),
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
