"""Matters of what lives in this installation, as the part where it lives asks about them: the rules of the library.

is_routed(unit, kind)   -> has the unit, or one above it, a route of its own that takes this kind?
brought(system, ref)    -> how the last matter of a thing stands, and for which texts it speaks
hold(system, ref)       -> that matter, locked: who locks the thing as well takes this lock first
carried_out(system, ref, ...) -> what was done with it, kept at its pass as another system would tell it
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.org.tree import ancestors
from guiju.review import gate, keeping, subjects
from guiju.review.enums import MatterState as S
from guiju.review.enums import UseKind
from guiju.review.models import Matter, Pass, PassUse
from guiju.review.routing import PURPOSE
from guiju.trail.events import Action
from guiju.workflow.routes import deciding, rules
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Seat


@dataclass(frozen=True, slots=True)
class Brought:
    """The last matter of a thing. `why` says what still stands against carrying it out; empty where nothing does."""

    uid: UUID
    number: str
    state: S
    #: SHA-256 of the texts that are, or were, reviewed.
    texts: frozenset[str]
    #: Whether it passed and its pass holds today, conditions aside.
    has_passed: bool
    why: str
    #: The short code of its pass.
    code: str


def is_routed(unit: Unit, kind: str) -> bool:
    """Has the unit, or one above it, decided on a route of its own that takes matters of this kind?"""
    route = deciding.in_force(unit, PURPOSE)
    if route is None:
        return False
    units = [one.code for one in ancestors(unit, itself=True)]
    return rules.match(rules.read(route.rows), rules.Facts(kind=kind, units=units)) is not None


def brought(system: str, ref: str) -> Brought | None:
    """How the last matter of a thing stands; None where it was never brought."""
    matter = _last(system, ref)
    if matter is None:
        return None
    issued = matter.passes.order_by("-pk").first()
    texts = _texts(matter)
    return Brought(
        matter.uid, matter.number, S(matter.state), texts, _holds(matter, issued), _why(matter, issued, texts),
        issued.code if issued is not None else "",
    )  # fmt: skip


def hold(system: str, ref: str) -> Matter | None:
    """The last matter of a thing, held until the end of the transaction."""
    last = _last(system, ref)
    return keeping.locked(last) if last is not None else None


def carried_out(
    *, system: str, ref: str, texts: Collection[str], kind: UseKind, doing: str, on: date, by: Actor
) -> bool:
    """Keep with the pass that exactly these texts were carried out; once, and only while it holds."""
    matter = hold(system, ref)
    issued = matter.passes.order_by("-pk").first() if matter is not None else None
    if matter is None or issued is None or not _holds(matter, issued) or frozenset(texts) != _texts(matter):
        return False
    if not texts or issued.uses.filter(kind=kind).exists():
        return False
    row = PassUse(
        issued=issued, kind=kind, digest=min(texts), used_at=clock.now(), doing=doing[:120], by=by.name[:80]
    )  # fmt: skip
    gate.keep(matter, row, by=by, on=on)
    return True


def speaks_for(matter: Matter, papers: Iterable[Mapping[str, object]]) -> bool:
    """Has the matter passed with exactly these texts, and does its pass still hold?"""
    given = {str(one.get("digest")) for one in papers if one.get("role") == subjects.TEXT}
    return given == _texts(matter) and _holds(matter, matter.passes.order_by("-pk").first())


def last_words(matter: Matter) -> str:
    """What was said last: the opinion that ended the round, or the reason for which the matter ended."""
    if matter.state in {S.WITHDRAWN, S.VOID}:
        return matter.reason
    spoken = Seat.objects.filter(run__about_uid=matter.uid, state=SeatState.SPOKEN)
    return spoken.order_by("-acted_at", "-pk").values_list("opinion", flat=True).first() or ""


#: What sends a thing back to where it is written, and what lets it go on.
RETURNING: Collection[Action] = (Action.REVIEW_RETURNED, Action.REVIEW_REFUSED, Action.REVIEW_ENDED)
PASSING: Collection[Action] = (Action.REVIEW_PASSED, Action.REVIEW_VETO_LIFTED)


def _last(system: str, ref: str) -> Matter | None:
    rows = Matter.objects.select_related("unit", "department", "owner").filter(system=system, ref=ref).exclude(ref="")
    return rows.order_by("-pk").first()


def _texts(matter: Matter) -> frozenset[str]:
    return frozenset(one.digest for one in keeping.current_papers(matter) if one.role == subjects.TEXT)


def _holds(matter: Matter, issued: Pass | None) -> bool:
    live = issued is not None and issued.revoked_at is None and issued.expires_on >= clock.today()
    return matter.state == S.PASSED and live


def _why(matter: Matter, issued: Pass | None, texts: Collection[str]) -> str:
    if issued is None or matter.state != S.PASSED:
        return _("Its review stands at “%(state)s”.") % {"state": S(matter.state).label}
    issued.matter = matter
    answers = [gate.judge(issued, digest) for digest in sorted(texts)]
    return next((answer.why for answer in answers if not answer.cleared), "")
