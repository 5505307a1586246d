"""Rules go through review where a unit, or one above it, has decided on a route of its own that takes them.

Without such a route a plain approval stays possible. With one, submitting a version has its text reviewed, and it can
be approved only when that review has passed with exactly this text. The matter is the rule's, not the version's: a
veto is not walked round by beginning the version anew.

Locks are taken in one order: first that of the matter (`hold`), then that of the record.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access.actor import Actor, system
from guiju.files import store as files
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import keeping, states, telling
from guiju.governance.policies.terms import DRAFT, REGISTER
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.review import actions as reviews
from guiju.review import queries
from guiju.review.enums import POLICIES, MatterState, UseKind
from guiju.trail.events import Action

if TYPE_CHECKING:
    from guiju.review.models import Matter

KIND = "policy"
_PASSED = _n("Compliance review %(number)s has passed, pass %(code)s.")
_VOIDED = _n("The pass of %(number)s was withdrawn: %(reason)s")
_SENT_BACK = _n("The version was sent back: %(reason)s")


@dataclass(frozen=True, slots=True)
class Standing:
    """How the review of a version stands. `fits` says whether it speaks for exactly this text."""

    matter: queries.Brought
    fits: bool

    @property
    def is_clear(self) -> bool:
        """May the version be approved?"""
        return self.fits and self.matter.has_passed


def is_asked(row: PolicyVersion) -> bool:
    """Do rules of this unit go through review?"""
    return queries.is_routed(row.unit, KIND)


def standing(row: PolicyVersion) -> Standing | None:
    """How its review stands; None where this text has nothing to do with one."""
    found = queries.brought(POLICIES, str(row.policy))
    if found is None:
        return None
    return Standing(found, found.texts == digests(row) or found.texts == _words_alone(row))


def _words_alone(row: PolicyVersion) -> frozenset[str]:
    """What was reviewed of a version that got its file from its words when it came into force."""
    words = text_file(row)
    is_held = row.state in {S.IN_FORCE, S.SUPERSEDED, S.REPEALED}
    return frozenset([sha256(words).hexdigest()]) if is_held and words else frozenset()


def hold(policy: UUID) -> None:
    """Nobody moves the review of a rule until the transaction ends; taken before the lock of its record."""
    reviews.hold(POLICIES, str(policy))


# --- what is reviewed -----------------------------------------------------------------------------------------------


def text_file(row: PolicyVersion) -> bytes:
    """The words of a version as the file that is reviewed: always the same bytes for the same title and words."""
    return f"{row.title}\n\n{row.text}\n".encode() if row.text else b""


def digests(row: PolicyVersion) -> frozenset[str]:
    """SHA-256 of everything that is issued: the words, and the files beside them."""
    words = text_file(row)
    return frozenset([*([sha256(words).hexdigest()] if words else ()), *(str(one["digest"]) for one in row.files)])


def begin(row: PolicyVersion, entry: Entry, *, by: Actor) -> None:
    """Have a version reviewed as it was just submitted."""
    if not row.reason:
        fix = _("Edit the draft and say what is made or changed, and on what ground.")
        fault = Fault("reason", _("The ground of the change is missing; the review asks for it."), fix)
        raise Problem("policy.no_reason", fault.what, fix=fix, faults=[fault], where="reason", status=422)
    held = PolicyVersion.objects.filter(policy=row.policy, state=S.IN_FORCE).first()
    last = queries.brought(POLICIES, str(row.policy))
    own = Person.objects.filter(user_id=by.user_id).exists() if by.user_id is not None else False
    reviews.bring(
        system=POLICIES, ref=str(row.policy), unit=row.unit, kind=KIND, department=entry.department,
        values={
            "title": row.title, "summary": row.reason,
            "form": {"action": "enact" if entry.status == DRAFT else "amend"},
        },
        papers=list(_papers(row, by)), owner=None if own else entry.owner, authors=row.authors, by=by,
        # The pass of the version in force ends with that version, not with the review of the next one.
        replaces=last is None or held is None or not last.texts & digests(held),
    )  # fmt: skip


def _papers(row: PolicyVersion, by: Actor) -> Iterable[dict[str, Any]]:
    if words := text_file(row):
        yield _paper("text", row.title, words, by)
    for one in row.files:
        yield {"role": "text", "digest": one["digest"], "name": one["name"]}
    said = _house(_n("Ground of the change"))
    yield _paper("explain", f"{row.title} {said}", f"{row.title}\n\n{said}\n{row.reason}\n".encode(), by)


_FORBIDDEN = str.maketrans('\\/:*?"<>|\t\n', "___________")


def _paper(role: str, title: str, words: bytes, by: Actor) -> dict[str, Any]:
    name = f"{title.translate(_FORBIDDEN)[:90].strip(' .') or 'policy'}.txt"
    stored = files.save(io.BytesIO(words), name=name, by=by)
    return {"role": role, "digest": stored.digest, "name": name}


# --- what it decides ------------------------------------------------------------------------------------------------


def require(row: PolicyVersion) -> str:
    """The line that the approval keeps of the review; refuses while it has not passed with exactly this text."""
    if not is_asked(row):
        return ""
    found = standing(row)
    if found is None:
        raise _refusal(
            _("Version %(number)d has not been reviewed.") % {"number": row.number},
            _("Return it and have it submitted again; then it goes to the review."),
        )
    said = {"review": found.matter.number, "state": MatterState(found.matter.state).label}
    if not found.fits:
        raise _refusal(
            _("Review %(review)s was about another text.") % said,
            _("Return the version and have it submitted again; its text goes to the review then."),
        )
    if not found.matter.has_passed:
        raise _refusal(
            _("Review %(review)s stands at “%(state)s”.") % said,
            _("It can be approved when the review has passed."),
        )
    return _house(_PASSED, number=found.matter.number, code=found.matter.code)


def require_live(row: PolicyVersion) -> None:
    """What was reviewed comes into force only while its pass holds and what had to be done before is done."""
    found = standing(row)
    if found is not None and found.fits and found.matter.why:
        words = {"review": found.matter.number, "why": found.matter.why}
        raise _refusal(
            _("Review %(review)s does not let it be issued: %(why)s") % words,
            _("Open the review and see what is open."),
        )


def carried_out(row: PolicyVersion, texts: frozenset[str], *, by: Actor) -> None:
    """The pass keeps that the rule was issued on its ground, with these texts; told again, nothing happens."""
    if row.issued_on is None:
        return
    number = row.document_number or _house(_n("version %(number)s"), number=str(row.number))
    reviews.carried_out(
        system=POLICIES, ref=str(row.policy), texts=texts, kind=UseKind.ISSUE,
        doing=f"{row.title[:80]} {number}", on=row.issued_on, by=by,
    )  # fmt: skip


def _refusal(what: str, fix: str) -> Conflict:
    return Conflict(what, fix=fix, code="policy.review")


def give_up(row: PolicyVersion, *, reason: str, by: Actor) -> None:
    """The version goes back or is given up: its review ends, unless somebody vetoed."""
    said = _house(_SENT_BACK, reason=reason)[:300]
    # What follows is the machine's, in the name of whoever took the step.
    reviews.give_up(system=POLICIES, ref=str(row.policy), reason=said, by=system(by.name))


# --- what becomes of it ---------------------------------------------------------------------------------------------


def on_review(matter: Matter, action: Action, by: Actor) -> None:
    """The review of a rule moved on: a version that waits for it goes on, or back to whoever drafted it."""
    if action in queries.PASSING:
        if found := _waiting(matter, (S.SUBMITTED,)):
            telling.to_approve(*found, by=by)
    elif action in queries.RETURNING:
        if found := _waiting(matter, (S.SUBMITTED,)):
            _back(*found, queries.last_words(matter), by=by)
    elif action == Action.REVIEW_VOIDED and (found := _voided(matter)):
        _back(*found, _house(_VOIDED, number=matter.number, reason=matter.reason), by=by)


def _voided(matter: Matter) -> tuple[PolicyVersion, Entry] | None:
    """A pass that only made room for a later one takes nothing with it."""
    return _waiting(matter, (S.SUBMITTED, S.APPROVED)) if matter.state == MatterState.VOID else None


def _waiting(matter: Matter, wanted: tuple[S, ...]) -> tuple[PolicyVersion, Entry] | None:
    """The version that the matter is about, held, if it stands in one of these states."""
    entry = Entry.objects.filter(register=REGISTER, uid=matter.ref).first()
    if entry is None:
        return None
    writing.lock_value(REGISTER, entry.uid)
    rows = PolicyVersion.objects.select_for_update(of=("self",)).select_related("unit")
    row = rows.filter(policy=entry.uid, state__in=wanted).first()
    return (row, registers.locked(entry)) if row is not None else None


def _back(row: PolicyVersion, entry: Entry, words: str, *, by: Actor) -> None:
    found = standing(row)
    if found is None or not found.fits:
        return
    row.state = states.after(row.state, states.BACK)
    row.opinion = words[:1000] or _house(_n("The review was withdrawn."))
    row.approved_at, row.approved_by, row.in_force_on, row.issued_on, row.document_number = None, "", None, None, ""
    keeping.save(row, Action.POLICY_VERSION_RETURNED, by=by, reason=row.opinion)
    telling.to_mend(row, entry, by=by)


def _house(msgid: str, **words: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _(msgid) % words


def set_up() -> None:
    """Follow what becomes of reviews of rules."""
    reviews.follow(POLICIES, on_review)
