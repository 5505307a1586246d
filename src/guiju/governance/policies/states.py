"""The life of one version of a policy's text: the only place that says which step leads from where to where.

| step     | from                       | to         | who                                                              |
|----------|----------------------------|------------|------------------------------------------------------------------|
| submit   | draft                      | submitted  | whoever may edit the policy; there must be a text or a file      |
| back     | submitted, approved        | draft      | whoever may approve, with an opinion                             |
| approve  | submitted                  | approved   | whoever may approve and neither wrote nor submitted it           |
| enforce  | approved                   | in_force   | whoever may issue; on its day by the clock; ends the one before  |
| withdraw | draft, submitted, approved | withdrawn  | whoever may edit the policy, with a reason                       |
| replace  | in_force                   | superseded | nobody by himself: the next version's `enforce`                  |
| repeal   | in_force                   | repealed   | whoever may issue, with reason and day; ends the policy          |

A draft is begun by `actions.start`; a text that was in force before it came here begins in force (`actions.take_over`).
Of one policy at most one version is at work (draft, submitted, approved) and at most one is in force: constraints of
the table hold this too. Where rules go through review (`reviewing`) a version is approved only when its review has
passed with exactly its text; a review that returns it or does not pass it takes it back to draft.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.governance.enums import VersionState as S
from guiju.lib.errors import Conflict


@dataclass(frozen=True, slots=True)
class Step:
    """One way from states to a state."""

    code: str
    sources: tuple[S, ...]
    to: S


SUBMIT = Step("submit", (S.DRAFT,), S.SUBMITTED)
BACK = Step("back", (S.SUBMITTED, S.APPROVED), S.DRAFT)
APPROVE = Step("approve", (S.SUBMITTED,), S.APPROVED)
ENFORCE = Step("enforce", (S.APPROVED,), S.IN_FORCE)
WITHDRAW = Step("withdraw", (S.DRAFT, S.SUBMITTED, S.APPROVED), S.WITHDRAWN)
REPLACE = Step("replace", (S.IN_FORCE,), S.SUPERSEDED)
REPEAL = Step("repeal", (S.IN_FORCE,), S.REPEALED)
STEPS = {step.code: step for step in (SUBMIT, BACK, APPROVE, ENFORCE, WITHDRAW, REPLACE, REPEAL)}


def after(state: str, step: Step) -> S:
    """The state that the step leads to; a refusal where it does not begin here."""
    if state not in step.sources:
        raise Conflict(
            _("This is not possible while the version is “%(state)s”.") % {"state": S(state).label},
            fix=_("Reload the page: somebody may have moved it on already."),
            code="policy.state",
        )
    return step.to


def is_open(state: str, step: Step) -> bool:
    """Does the step begin here?"""
    return state in step.sources
