"""The life of a matter under review: the only place that says which step leads from where to where.

| step     | from                        | to        | who, and what it takes                                                |
|----------|-----------------------------|-----------|-----------------------------------------------------------------------|
| submit   | draft, returned             | in_review | its department; papers complete, a route that fits, a free chair      |
| speak    | in_review                   | in_review | whoever is asked at the step; more steps follow                       |
| return   | in_review                   | returned  | whoever is asked: to be revised, or more material                     |
| pass     | in_review                   | passed    | whoever decides at the last step: agree, with or without conditions   |
| refuse   | in_review                   | refused   | whoever decides at the last step: disagree                            |
| veto     | in_review                   | suspended | whoever is asked at a step that may veto, with reasons                |
| take_back| suspended                   | in_review | the very account that vetoed, before the report, with a reason        |
| report   | suspended                   | vetoed    | who vetoed, the head, or the body's secretary: the report is on record|
| lift     | vetoed                      | passed    | a resolution of that body settled after the report, on this matter    |
| stay     | passed                      | stayed    | minutes that lifted its veto, or signed at a step, are opened again   |
| resume   | stayed                      | passed    | settled again, and the resolution carries it by the same checks       |
| restore  | stayed                      | vetoed    | settled again and does not lift it, or the item or meeting is gone    |
| withdraw | draft, in_review, returned  | withdrawn | its department, with a reason; never after a veto, never by a reviewer|
| void     | passed, stayed              | void      | the head, or who decided, with a reason; or its signature has fallen  |

Stay, resume and restore follow from the minutes alone (`staying`); nobody takes them by hand. Where the leading body has
signed at a step and its settled minutes carry that no longer, the pass ends (void). Where the veto stands again
and the same thing was brought anew meanwhile, that one is withdrawn; where that one is vetoed itself, this one is void.
Papers and form change in draft and returned only. From refused, withdrawn, vetoed and void nothing goes on; a new
matter may stand in its place and names it (`previous`), with another text where the first one was vetoed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guiju.lib.errors import Conflict
from guiju.review.enums import MatterState as S


@dataclass(frozen=True, slots=True)
class Step:
    """One way from states to a state."""

    code: str
    sources: tuple[S, ...]
    to: S


SUBMIT = Step("submit", (S.DRAFT, S.RETURNED), S.IN_REVIEW)
SPEAK = Step("speak", (S.IN_REVIEW,), S.IN_REVIEW)
RETURN = Step("return", (S.IN_REVIEW,), S.RETURNED)
PASS = Step("pass", (S.IN_REVIEW,), S.PASSED)
REFUSE = Step("refuse", (S.IN_REVIEW,), S.REFUSED)
VETO = Step("veto", (S.IN_REVIEW,), S.SUSPENDED)
TAKE_BACK = Step("take_back", (S.SUSPENDED,), S.IN_REVIEW)
REPORT = Step("report", (S.SUSPENDED,), S.VETOED)
LIFT = Step("lift", (S.VETOED,), S.PASSED)
STAY = Step("stay", (S.PASSED,), S.STAYED)
RESUME = Step("resume", (S.STAYED,), S.PASSED)
RESTORE = Step("restore", (S.STAYED,), S.VETOED)
WITHDRAW = Step("withdraw", (S.DRAFT, S.IN_REVIEW, S.RETURNED), S.WITHDRAWN)
VOID = Step("void", (S.PASSED, S.STAYED), S.VOID)
_ALL = (
    SUBMIT, SPEAK, RETURN, PASS, REFUSE, VETO, TAKE_BACK, REPORT, LIFT, STAY, RESUME, RESTORE, WITHDRAW, VOID,
)  # fmt: skip
STEPS = {step.code: step for step in _ALL}
#: Where its papers and its form may change.
OPEN_TO_CHANGE = (S.DRAFT, S.RETURNED)


def after(state: str, step: Step) -> S:
    """The state that the step leads to; a refusal where it does not begin here."""
    if state not in step.sources:
        raise Conflict(
            _("This is not possible while the matter is “%(state)s”.") % {"state": S(state).label},
            fix=_("Reload the page: somebody may have moved it on already."),
            code="review.state",
        )
    return step.to


def is_open(state: str, step: Step) -> bool:
    """Does the step begin here?"""
    return state in step.sources
