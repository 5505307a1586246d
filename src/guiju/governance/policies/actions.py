"""What people do with the text of a policy. Steps and states stand in `states`, reading in `queries`.

start(policy=None|entry, unit=, title=, text=, files=, reason=, values=, plan=, by=) -> draft; None begins a new policy
take_over(entry=, text=, files=, by=)            -> version 1 in force, for a rule that was in force before it came here
edit(draft=, values=, version=, by=)             -> title, text, files, reason of a draft
submit / approve / send_back / withdraw(draft=, by=, version=, opinion= or reason=)
issue(draft=, number=, issued_on=, in_force_on=, by=, version=) -> in force, or approved until its day comes
repeal(entry=, on=, number=, reason=, by=)       -> ends the policy and its version in force
current(entry_uid)                               -> the version in force, or None

`files` are those of a record: [{"digest", "name", "size", "media_type"}]. Without `text` it is read from the first file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.governance.enums import AT_WORK
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import effects, enforcing, keeping, reviewing, states, telling, texts
from guiju.governance.policies.terms import ISSUED, REGISTER, REPEALED
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers import rows as rules
from guiju.registers import writing
from guiju.registers.models import Entry
from guiju.trail.events import Action

VIEW, EDIT, CREATE = P.REGISTER_ENTRY_VIEW, P.REGISTER_ENTRY_EDIT, P.REGISTER_ENTRY_CREATE
APPROVE, ISSUE = P.GOVERNANCE_POLICY_APPROVE, P.GOVERNANCE_POLICY_ISSUE
#: What the record of a new rule needs and nobody has said yet.
_PLAIN = {"mechanism": "business"}
Files = Sequence[Mapping[str, object]]


def current(entry_uid: UUID) -> PolicyVersion | None:
    """The version in force of a policy; None where it has none or its text was never taken over."""
    held = PolicyVersion.objects.select_related("unit").filter(policy=entry_uid, state=S.IN_FORCE)
    return held.first()


# --- drafting -------------------------------------------------------------------------------------------------------


def start(
    *,
    policy: Entry | None,
    unit: Unit,
    by: Actor,
    title: str = "",
    text: str = "",
    files: Files = (),
    reason: str = "",
    values: Mapping[str, object] | None = None,
    plan: UUID | None = None,
) -> PolicyVersion:
    """Begin a new rule (`policy` None; `values` are fields of its record), or the revision of one in force.

    A revision without text and files begins with the words in force.
    """
    title, reason, words = letters.clean(title), letters.clean(reason), texts.words(text, files)
    if policy is not None:
        return _revision(policy, title=title, text=words, files=files, reason=reason, plan=plan, by=by)
    return _new(unit, title=title, text=words, files=files, reason=reason, values=values or {}, plan=plan, by=by)


@transaction.atomic
def _new(
    unit: Unit,
    *,
    title: str,
    text: str,
    files: Files,
    reason: str,
    values: Mapping[str, object],
    plan: UUID | None,
    by: Actor,
) -> PolicyVersion:
    given = {**_PLAIN, **values, "name": title.strip()}
    if plan is None:
        keeping.refuse_begun(unit, title.strip())
    entry = registers.create(register=REGISTER, unit=unit, values=given, status="draft", by=by, reason=reason)
    if plan is not None:
        effects.tie(plan, entry, by=by)
    return _begin(entry, title=entry.title, text=text, files=files, reason=reason, plan=plan, by=by)


@transaction.atomic
def _revision(
    policy: Entry, *, title: str, text: str, files: Files, reason: str, plan: UUID | None, by: Actor
) -> PolicyVersion:
    entry = _locked(policy, EDIT, by)
    if entry.status == REPEALED:
        raise Conflict(
            _("“%(title)s” has been repealed.") % {"title": entry.title},
            fix=_("Draft a new rule in its place."),
            code="policy.repealed",
        )
    _refuse_second(entry)
    held = enforcing.stock(entry, by=by) if entry.status == ISSUED else None
    if held is not None and not text and not files:
        text = held.text
    if plan is not None:
        effects.tie(plan, entry, by=by)
    return _begin(entry, title=title.strip() or entry.title, text=text, files=files, reason=reason, plan=plan, by=by)


def _refuse_second(entry: Entry) -> None:
    going = PolicyVersion.objects.filter(policy=entry.uid, state__in=AT_WORK).first()
    if going is not None:
        problem = Conflict(
            _("Version %(number)d of “%(title)s” is being worked on already.")
            % {"number": going.number, "title": entry.title},
            fix=_("Go on with that one, or withdraw it first."),
            code="policy.at_work",
        )
        problem.data = {"draft": str(going.uid)}
        raise problem


def _begin(
    entry: Entry, *, title: str, text: str, files: Files, reason: str, plan: UUID | None, by: Actor
) -> PolicyVersion:
    draft = PolicyVersion(
        unit=entry.unit,
        policy=entry.uid,
        number=keeping.next_number(entry.uid),
        title=keeping.checked_title(title),
        text=keeping.checked_text(text),
        files=keeping.checked_files(files),
        reason=_reason(reason),
        plan=plan,
        drafted_by=by.name[:80],
        authors=[by.user_id] if by.user_id is not None else [],
        version=0,
    )
    keeping.save(draft, Action.POLICY_VERSION_STARTED, by=by)
    return draft


def take_over(*, entry: Entry, by: Actor, text: str = "", files: Files = (), read: bool = False) -> PolicyVersion:
    """Version 1 in force of a rule that was in force before it came here; the one there is where it was done before.

    With `read` its words are read from the record's file where nobody has given any. No approval goes before it, so
    it takes the right to issue.
    """
    check.require(by, ISSUE, entry.unit, entry.department)
    held = list(files) or list(entry.body.data.get("files") or [])
    return _take_over(entry, texts.words(text, held) if read else text, files, by=by)


@transaction.atomic
def _take_over(entry: Entry, text: str, files: Files, *, by: Actor) -> PolicyVersion:
    fresh = _locked(entry, ISSUE, by)
    if fresh.status != ISSUED:
        raise Conflict(
            _("Only the text of a rule in force is taken over; “%(title)s” is not.") % {"title": fresh.title},
            fix=_("Begin a draft and submit it."),
            code="policy.not_in_force",
        )
    return enforcing.stock(fresh, by=by, text=text, files=files)


def edit(
    *, draft: PolicyVersion, values: Mapping[str, Any], version: int, by: Actor, read: bool = False
) -> PolicyVersion:
    """Change title, text, files or reason of a draft; refuses with both sides when somebody else was quicker.

    With `read` an empty text is read from the files.
    """
    given = dict(values)
    if read and "text" in given:
        given["text"] = texts.words(str(given["text"]), given.get("files", draft.files))
    return _edit(draft, given, version, by=by)


@transaction.atomic
def _edit(draft: PolicyVersion, values: Mapping[str, Any], version: int, *, by: Actor) -> PolicyVersion:
    fresh, entry = _found(draft, EDIT, by)
    given = _read(values)
    if fresh.version != version:
        clashing = {code: value for code, value in given.items() if value != getattr(fresh, code)}
        if clashing:
            raise _stale(fresh, clashing)
    if fresh.state != S.DRAFT:
        raise Conflict(
            _("Version %(number)d is “%(state)s”; only a draft is changed.")
            % {"number": fresh.number, "state": S(fresh.state).label},
            fix=_("Have it sent back first, or begin the next version."),
            code="policy.state",
        )
    changed = {code: value for code, value in given.items() if value != getattr(fresh, code)}
    if not changed:
        return fresh
    for code, value in changed.items():
        setattr(fresh, code, value)
    _sign(fresh, by)
    keeping.save(fresh, Action.POLICY_VERSION_CHANGED, by=by, changed=sorted(changed))
    if "title" in changed and entry.status == "draft" and entry.title != fresh.title:
        registers.update(entry=entry, values={"name": fresh.title}, version=entry.version, by=by)
    return fresh


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    return {code: _READERS[code](values[code]) for code in _READERS if code in values}


def _reason(written: object) -> str:
    return letters.clean(str(written))[:1000]


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": keeping.checked_title,
    "text": keeping.checked_text,
    "files": keeping.checked_files,
    "reason": _reason,
}


def _stale(fresh: PolicyVersion, yours: Mapping[str, Any]) -> Conflict:
    problem = Conflict(
        _("%(by)s has changed this version in the meantime; nothing was saved.") % {"by": fresh.by},
        fix=_("Compare both below, then save again."),
        code="policy.conflict",
    )
    problem.data = {
        "version": fresh.version,
        "current": {code: getattr(fresh, code) for code in yours},
        "yours": dict(yours),
    }
    return problem


def _sign(fresh: PolicyVersion, by: Actor) -> None:
    """Whoever wrote or submitted a version does not approve it."""
    if by.user_id is not None and by.user_id not in fresh.authors:
        fresh.authors = [*fresh.authors, by.user_id]


# --- review ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, draft: PolicyVersion, by: Actor, version: int | None = None) -> PolicyVersion:
    """Hand a draft in for approval; where rules go through review its text is reviewed first."""
    reviewing.hold(draft.policy)
    fresh, entry = _found(draft, EDIT, by, version)
    fresh.state = states.after(fresh.state, states.SUBMIT)
    if not fresh.text and not fresh.files:
        fault = Fault("text", _("There is no text yet."), _("Type it or attach a file."))
        raise Problem("policy.empty", _("An empty draft is not submitted."), faults=[fault], where="text", status=422)
    held = current(entry.uid)
    if held is not None and (held.text, held.files, held.title) == (fresh.text, fresh.files or held.files, fresh.title):
        raise Problem(
            "policy.unchanged",
            _("The draft says what the version in force says."),
            fix=_("Change the text first, or withdraw the draft."),
            where="text",
            status=422,
        )
    _sign(fresh, by)
    fresh.submitted_at, fresh.submitted_by, fresh.opinion = clock.now(), by.name[:80], ""
    keeping.save(fresh, Action.POLICY_VERSION_SUBMITTED, by=by)
    if reviewing.is_asked(fresh):
        telling.settle(fresh, by=by)
        reviewing.begin(fresh, entry, by=by)
        found = reviewing.standing(fresh)
        if found is None or not found.is_clear:
            return fresh
    telling.to_approve(fresh, entry, by=by)
    return fresh


@transaction.atomic
def approve(*, draft: PolicyVersion, by: Actor, version: int | None = None, opinion: str = "") -> PolicyVersion:
    """Approve what was submitted; not by anybody who wrote or submitted it, nor before its review has passed."""
    reviewing.hold(draft.policy)
    fresh, entry = _found(draft, APPROVE, by, version)
    fresh.state = states.after(fresh.state, states.APPROVE)
    if is_author(fresh, by):
        raise Denied(
            _("Who wrote or submitted a rule does not approve it."),
            fix=_("Ask another member of the compliance office, or the first responsible person."),
        )
    reviewed = reviewing.require(fresh)
    fresh.approved_at, fresh.approved_by = clock.now(), by.name[:80]
    fresh.opinion = _reason(f"{reviewed}\n{opinion}" if reviewed else opinion)
    keeping.save(fresh, Action.POLICY_VERSION_APPROVED, by=by)
    telling.to_issue(fresh, entry, by=by)
    return fresh


def is_author(draft: PolicyVersion, by: Actor) -> bool:
    """Has this account written or submitted the version?"""
    return by.user_id is not None and by.user_id in draft.authors


@transaction.atomic
def send_back(*, draft: PolicyVersion, by: Actor, opinion: str, version: int | None = None) -> PolicyVersion:
    """Return what was submitted, or approved and not yet in force, to the one who drafted it."""
    reviewing.hold(draft.policy)
    fresh, entry = _found(draft, APPROVE, by, version)
    fresh.state = states.after(fresh.state, states.BACK)
    fresh.opinion = _said(opinion, "opinion", _("Say what is to be changed."))
    fresh.approved_at, fresh.approved_by = None, ""
    fresh.in_force_on = fresh.issued_on = None
    fresh.document_number = ""
    keeping.save(fresh, Action.POLICY_VERSION_RETURNED, by=by, reason=fresh.opinion)
    reviewing.give_up(fresh, reason=fresh.opinion, by=by)
    telling.to_mend(fresh, entry, by=by)
    return fresh


@transaction.atomic
def withdraw(*, draft: PolicyVersion, by: Actor, reason: str, version: int | None = None) -> PolicyVersion:
    """Give up a version that is not in force yet; its text stays readable."""
    reviewing.hold(draft.policy)
    fresh, _entry = _found(draft, EDIT, by, version)
    fresh.state = states.after(fresh.state, states.WITHDRAW)
    fresh.end_reason = _said(reason, "reason", _("Say why it is given up."))
    fresh.ended_on = clock.today()
    keeping.save(fresh, Action.POLICY_VERSION_ENDED, by=by, reason=fresh.end_reason)
    reviewing.give_up(fresh, reason=fresh.end_reason, by=by)
    telling.forget(fresh, by=by)
    return fresh


def _said(words: str, where: str, fix: str) -> str:
    said = _reason(words)
    if not said:
        raise rules.invalid([Fault(where, _("Please give the reason."), fix)])
    return said


# --- in force and its end -------------------------------------------------------------------------------------------


@transaction.atomic
def issue(
    *,
    draft: PolicyVersion,
    by: Actor,
    number: str = "",
    issued_on: date | None = None,
    in_force_on: date | None = None,
    version: int | None = None,
) -> PolicyVersion:
    """Issue an approved version: in force at once, or on a later day, when the clock puts it in force."""
    reviewing.hold(draft.policy)
    fresh, entry = _found(draft, ISSUE, by, version)
    states.after(fresh.state, states.ENFORCE)
    reviewing.require_live(fresh)
    issued = issued_on or clock.today()
    enforcing.set_days(fresh, number=number, issued_on=issued, in_force_on=in_force_on or issued)
    reviewing.carried_out(fresh, reviewing.digests(fresh), by=by)
    assert fresh.in_force_on is not None
    if fresh.in_force_on > clock.today():
        keeping.save(
            fresh, Action.POLICY_VERSION_CHANGED, by=by, changed=["document_number", "in_force_on", "issued_on"]
        )
        telling.settle(fresh, by=by)
        return fresh
    return enforcing.enforce(fresh, entry, by=by)


def put_in_force_due(*, on: date, by: Actor) -> list[tuple[UUID, str]]:
    """Put in force what was issued for a day that has come; returns what failed, and why."""
    return enforcing.due(on=on, by=by)


@transaction.atomic
def repeal(
    *, entry: Entry, by: Actor, reason: str, on: date | None = None, number: str = "", version: int | None = None
) -> Entry:
    """End a policy and its version in force; what is being worked on is withdrawn first."""
    values = {"repealed_on": (on or clock.today()).isoformat(), "repeal_number": number.strip() or None}
    return registers.move(entry=entry, move="repeal", values=values, version=version, by=by, reason=_reason(reason))


# --- finding --------------------------------------------------------------------------------------------------------


def _locked(entry: Entry, permission: P, by: Actor) -> Entry:
    """The record, held until the end of the transaction."""
    check.require(by, permission, entry.unit, entry.department)
    writing.lock_value(REGISTER, entry.uid)
    return registers.locked(entry)


def _found(draft: PolicyVersion, permission: P, by: Actor, version: int | None = None) -> tuple[PolicyVersion, Entry]:
    """The version and its record, held; refuses whoever has seen an older state of it."""
    entry = Entry.objects.select_related("unit", "department", "body").filter(uid=draft.policy).first()
    if entry is None:
        raise NotFound(_("There is no such policy here."), fix=_("It may have been removed."))
    entry = _locked(entry, permission, by)
    fresh = PolicyVersion.objects.select_for_update(of=("self",)).select_related("unit").get(pk=draft.pk)
    if version is not None and fresh.version != version:
        raise _stale(fresh, {})
    return fresh, entry
