"""The gate: may the thing another system is about to do be done? One question, one answer with its reason.

Codes of refusals: unknown (never reviewed), under_review, returned, suspended, vetoed, stayed (the resolution that lifted
its veto, or by which the leading body signed, is being changed), refused, withdrawn, void, revoked, expired, changed
(审A签B), attachment (reviewed, but not as the text to be signed), condition (to be met before); of a pass that is shown:
malformed, unknown_key, forged, foreign (another system's or unit's); of a doing that is told afterwards: before (done before
its pass was issued), used.

Of several matters under one number the latest that was decided counts, so that a veto of today is not walked round
with the pass of last year. What lies outside the scope of whoever asks is as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org.models import LAST
from guiju.review import keeping, ledger, passes, subjects
from guiju.review.enums import SETTLED_CONDITIONS, UseKind
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition, Matter, Pass, PassDigest, PassUse
from guiju.trail.events import Action

_SHA256 = 64
_HEX = frozenset("0123456789abcdef")
#: Told of a doing afterwards: it was done before its pass was issued, which never speaks for it.
BEFORE = "before"
#: So many matters under one number are looked at, the latest first.
_MOST = 50
#: A later matter in these states stops what an earlier one allowed; in the others it is only on its way, or over.
_STOPS = frozenset({S.SUSPENDED, S.VETOED, S.REFUSED, S.VOID, S.PASSED, S.STAYED})
#: What an answer needs: the gate is asked more often than anything else.
_MATTER = ("uid", "number", "state", "reason", "unit_id")
_PASS = ("uid", "matter_id", "code", "expires_on", "revoked_at", "reason")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate says. `code` is `cleared` or why not; `why` the sentence for people."""

    cleared: bool
    code: str
    why: str
    matter: Matter | None = None
    issued: Pass | None = None

    def said(self) -> dict[str, Any]:
        """As JSON."""
        matter, issued = self.matter, self.issued
        return {
            "cleared": self.cleared,
            "code": self.code,
            "why": self.why,
            "number": matter.number if matter else "",
            "matter": str(matter.uid) if matter else "",
            "state": str(matter.state) if matter else "",
            "pass": issued.code if issued else "",
            "expires_on": issued.expires_on.isoformat() if issued else "",
        }


def ask(*, system: str, ref: str, digest: str, by: Actor, shown: str = "", unit: str = "") -> Answer:
    """May this be done? `digest` is the SHA-256 of the very document that is about to be sealed, signed or issued.

    `shown` is a pass that somebody presents, its text or its short code: then exactly this one has to hold. A pass of a
    matter that came from no other system is bound to no number, and counts only where it is shown. `unit`
    narrows the question where several units of the caller's use the same numbers.
    """
    system, ref, digest = letters.word(system), letters.word(ref), digest.strip().lower()
    _require(system, ref, digest)
    found = scope.scope(by, P.REVIEW_GATE_ASK)
    presented = _presented(shown.strip(), system, ref, found) if shown.strip() else None
    if isinstance(presented, Answer):
        return presented
    if presented is not None and not presented.ref:
        return judge(presented, digest)  # brought on the pages, bound to its document alone
    answer = _judged(_matters(system, ref, unit.strip(), found), digest)
    if presented is not None and answer.issued is not None and answer.issued.pk != presented.pk:
        return judge(presented, digest) if presented.revoked_at else _foreign()
    return answer


def judge(issued: Pass, digest: str, *, on: date | None = None) -> Answer:
    """What a pass says of one document on a day."""
    matter, day = issued.matter, on or clock.today()
    if matter.state != S.PASSED:
        return Answer(False, *_state(matter), matter, issued)
    role, waiting = _facts(issued, digest)
    checks = (
        (issued.revoked_at is None, "revoked", _("The pass was withdrawn: %(reason)s") % {"reason": issued.reason}),
        (
            issued.expires_on >= day,
            "expired",
            _("The pass held until %(day)s.") % {"day": issued.expires_on.isoformat()},
        ),
        (bool(role), "changed", _("This document is not the one that was reviewed.")),
        (
            role == subjects.TEXT,
            "attachment",
            _("This document was an attachment of the review; it is not the text that was to be signed."),
        ),
        (not waiting, "condition", _("A condition has to be met before: %(text)s") % {"text": waiting}),
    )
    for holds, code, why in checks:
        if not holds:
            return Answer(False, code, why, matter, issued)
    why = _("Reviewed under %(number)s; the pass holds until %(day)s.")
    return Answer(
        True, "cleared", why % {"number": matter.number, "day": issued.expires_on.isoformat()}, matter, issued
    )


def _facts(issued: Pass, digest: str) -> tuple[str, str]:
    """The role of the document in the pass, and the first condition that has to be met before."""
    if hasattr(issued, "role"):
        return str(issued.role or ""), str(getattr(issued, "waiting", "") or "")
    role = issued.digests.filter(digest=digest).values_list("role", flat=True).first() or ""
    return role, _unmet(Q(matter_id=issued.matter_id)).values_list("text", flat=True).first() or ""


def _unmet(whose: Q) -> QuerySet[Condition]:
    rows = Condition.objects.filter(whose, before=True).exclude(state__in=SETTLED_CONDITIONS)
    return rows.order_by("ordinal")


def _matters(system: str, ref: str, unit: str, found: scope.Scope) -> list[Matter]:
    """Matters under this number within the scope, the latest first: one question, along the index of numbers."""
    rows = Matter.objects.filter(system=system, ref=ref).exclude(ref="").filter(_within(found))
    if unit:
        rows = rows.filter(unit__code=unit)
    return list(rows.only(*_MATTER).order_by("-pk")[:_MOST])


def _within(found: scope.Scope) -> Q:
    """The scope as a condition on rows that were found by their number already."""
    if found.everything:
        return Q()
    q = Q(root_id__in=found.roots) | Q(unit_id__in=found.nodes)
    for path in found.subtrees:
        q |= Q(unit__path__gte=path, unit__path__lt=path + LAST)
    for part in found.parts:
        below = Q(department__path__gte=part.path, department__path__lt=part.path + LAST)
        q |= Q(below if part.with_below else Q(department_id=part.unit_id), unit_id=part.company_id)
    return q


def _judged(rows: list[Matter], digest: str) -> Answer:
    """The answer of the unit that allows it, else that of the latest matter."""
    if not rows:
        return Answer(False, "unknown", _("This has never been submitted for review."))
    held = _passes(rows, digest)
    answers = [_one(list(group), held, digest) for group in _by_unit(rows)]
    return next((answer for answer in answers if answer.cleared), answers[0])


def _by_unit(rows: Iterable[Matter]) -> list[list[Matter]]:
    groups: dict[int, list[Matter]] = {}
    for row in rows:
        groups.setdefault(row.unit_id, []).append(row)
    return list(groups.values())


def _one(rows: list[Matter], held: dict[int, Pass], digest: str) -> Answer:
    """Of the matters of one unit the latest that was decided; while none was, the latest."""
    matter = next((one for one in rows if one.state in _STOPS), rows[0])
    issued = held.get(matter.pk)
    if issued is None:
        code, why = _state(matter)
        return Answer(False, code, why, matter)
    issued.matter = matter
    return judge(issued, digest)


def _passes(rows: list[Matter], digest: str) -> dict[int, Pass]:
    """The latest pass of each matter, with what `judge` asks of it."""
    role = PassDigest.objects.filter(issued=OuterRef("pk"), digest=digest).values("role")[:1]
    waiting = _unmet(Q(matter_id=OuterRef("matter_id"))).values("text")[:1]
    found = Pass.objects.filter(matter_id__in=[row.pk for row in rows if row.state in _STOPS]).only(*_PASS)
    found = found.annotate(role=Subquery(role), waiting=Subquery(waiting)).order_by("pk")
    return {one.matter_id: one for one in found}


def _state(matter: Matter) -> tuple[str, str]:
    words = {
        S.DRAFT: ("unknown", _("It has not been submitted for review yet.")),
        S.IN_REVIEW: ("under_review", _("It is under review.")),
        S.RETURNED: ("returned", _("It was returned to be changed.")),
        S.SUSPENDED: ("suspended", _("A veto was entered; nothing may be done.")),
        S.VETOED: ("vetoed", _("It was vetoed.")),
        S.STAYED: ("stayed", _("Its pass is suspended: %(reason)s") % {"reason": matter.reason}),
        S.REFUSED: ("refused", _("It was not passed.")),
        S.WITHDRAWN: ("withdrawn", _("Its review was withdrawn.")),
        S.VOID: ("void", _("Its pass was withdrawn: %(reason)s") % {"reason": matter.reason}),
        S.PASSED: ("unknown", _("Its pass was issued for something else.")),
    }
    return words[S(matter.state)]


def _require(system: str, ref: str, digest: str) -> None:
    faults = []
    if not system:
        faults.append(Fault("system", _("Say which system asks.")))
    if not ref:
        faults.append(Fault("ref", _("Say what is asked about: the number that the system gives it.")))
    if len(digest) != _SHA256 or not set(digest) <= _HEX:
        faults.append(Fault("digest", _("The digest is the SHA-256 of the document, 64 hexadecimal digits.")))
    if faults:
        raise Problem("gate.invalid", _("The gate cannot answer this."), faults=faults, status=422)


# --- a pass that is shown -------------------------------------------------------------------------------------------


def _presented(shown: str, system: str, ref: str, found: scope.Scope) -> Pass | Answer:
    """The pass that was shown, if this installation issued it for this; else why it does not count."""
    uid, code = None, shown.upper()
    if "." in shown:
        try:
            said = passes.read(shown, passes.known())
            uid = UUID(str(said["jti"]))
        except Problem as problem:
            return Answer(False, problem.code.removeprefix("pass."), problem.what)
        except ValueError:  # signed with a key of ours, but by nothing of ours
            return Answer(False, "malformed", _("This is no review pass."))
    rows = Pass.objects.select_related("matter", "matter__unit", "matter__department")
    row = rows.filter(uid=uid).first() if uid else rows.filter(code=code[:12]).first()
    if uid and row is not None and row.token != "".join(shown.split()):  # our key, but not our words: it was stolen
        return Answer(False, "forged", _("The signature does not fit: the pass was changed."))
    if row is None or (row.ref and (row.system, row.ref) != (system, ref)):
        return _foreign()
    return row if found.covers_row(row.matter.unit, row.matter.department) else _foreign()


def _foreign() -> Answer:
    """The same for a pass of another unit, of another system, and for one that nobody knows."""
    return Answer(False, "foreign", _("This pass was not issued for what is asked about."))


# --- carrying out ---------------------------------------------------------------------------------------------------


@transaction.atomic
def use(
    *,
    system: str,
    ref: str,
    digest: str,
    kind: str,
    doing: str,
    by: Actor,
    shown: str = "",
    unit: str = "",
    at: datetime | None = None,
) -> tuple[Answer, PassUse | None]:
    """Tell that it is being done: asked once more, and kept. The same doing told twice is the same; another is refused.

    Payments come in parts: each under its own number. Everything else is done once.
    """
    called = _called(kind, doing)
    again = partial(ask, system=system, ref=ref, digest=digest, by=by, shown=shown, unit=unit)
    answer = again()
    if answer.issued is None or answer.matter is None:
        return answer, None
    if answer.cleared:
        matter = keeping.locked(answer.matter)
        answer = again()  # as it stands under the lock
    exact = digest.strip().lower()
    if at is not None and (then := _then(answer, exact, at)) is not None:
        return then, None
    held = PassUse.objects.filter(issued=answer.issued, kind=kind, doing=called).first()
    if held is not None and held.digest == exact:
        return answer, held
    if not answer.cleared or answer.issued is None:
        return answer, None
    held = held or PassUse.objects.filter(issued=answer.issued, kind=kind).exclude(kind=UseKind.PAY).first()
    if held is not None:
        raise _used(held)
    row = PassUse(
        issued=answer.issued, kind=kind, digest=exact, used_at=at or clock.now(), doing=called, by=by.name[:80]
    )
    return answer, keep(matter, row, by=by)


def _then(answer: Answer, digest: str, at: datetime) -> Answer | None:
    """Of what was done at an earlier moment that the pass does not speak for: what holds of it; else None."""
    issued, matter, day = answer.issued, answer.matter, clock.day_of(at)
    if not answer.cleared or issued is None or matter is None:
        return None
    if at < issued.issued_at:
        earlier = Pass.objects.filter(
            matter__unit_id=matter.unit_id, digests__digest=digest, digests__role=subjects.TEXT, issued_at__lte=at,
            expires_on__gte=day, system=issued.system, ref=issued.ref,
        )  # fmt: skip
        if issued.ref and earlier.exclude(revoked_at__lte=at).exists():
            return answer  # one before it spoke for it then; it is no use of this one
        return Answer(False, BEFORE, _("It was done before the pass was issued."), matter, issued)
    late = matter.conditions.filter(before=True, settled_on__gt=day).order_by("ordinal").first()
    if late is None:
        return None
    why = _("A condition had to be met before, and was not yet: %(text)s") % {"text": late.text}
    return Answer(False, "condition", why, matter, issued)


def _called(kind: str, doing: str) -> str:
    if kind not in UseKind.values:
        raise Problem("gate.kind", _("Say what is done: seal, sign, pay, issue or other."), where="kind", status=422)
    called = doing.strip()[:120]
    if not called:
        raise Problem("gate.doing", _("Give the number of what is done."), where="doing", status=422)
    return called


def keep(matter: Matter, row: PassUse, *, by: Actor, on: date | None = None) -> PassUse:
    """Keep what was done on the ground of a pass, under the lock of its matter; `on` is its day where that is another."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _used(PassUse.objects.filter(issued=row.issued, kind=row.kind).latest("pk")) from error
    run = keeping.last_run(matter) if matter.done_on is None else None
    if run is not None:
        matter.done_on = on or clock.day_of(row.used_at)
        ledger.write(matter, run, by=by)
    keeping.save(matter, Action.REVIEW_CARRIED_OUT, by=by, about={"kind": row.kind, "doing": row.doing})
    return row


def _used(held: PassUse) -> Conflict:
    return Conflict(
        _("This pass has been used already: %(doing)s on %(day)s.")
        % {"doing": held.doing, "day": clock.day_of(held.used_at).isoformat()},
        fix=_("One pass serves one doing; have the next one reviewed."),
        code="gate.used",
    )
