"""What an account may do next with a matter, read from the same rules by which the actions refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.review import access, escalating, hands, states, vetoes
from guiju.review.aside import Aside
from guiju.review.enums import POLICIES, ConditionState, Stand
from guiju.review.enums import MatterState as S
from guiju.review.models import Condition
from guiju.review.queries import One
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.enums import SeatKind, SeatState
from guiju.workflow.routes.models import Seat

#: In the order of the buttons; the veto stands apart.
STANDS = (Stand.AGREE, Stand.CONDITIONS, Stand.REVISE, Stand.MATERIAL, Stand.DISAGREE)
_ENDED = (S.REFUSED, S.WITHDRAWN, S.VETOED, S.VOID, S.PASSED)
_DECIDED = (S.PASSED, S.REFUSED, S.VETOED, S.VOID)
#: Conditions run on while a pass is suspended.
_RUNS = (S.PASSED, S.STAYED)
_SITS = (SeatState.WAITING, SeatState.OPEN, SeatState.SPOKEN)


@dataclass(frozen=True, slots=True)
class Doings:
    """What may be done. `codes` are those that concern the matter as a whole, the others name whom or what they concern."""

    codes: frozenset[str]
    #: The place at which this account may speak, and what it may say there.
    seat: Seat | None = None
    step: rules.Step | None = None
    stands: tuple[Stand, ...] = ()
    #: Places of others that somebody who looks after reviews may move, and those of outside counsel to be entered.
    movable: list[Seat] = field(default_factory=list)
    #: Of these, places that only their holder hands over: there one can only say that he must step aside.
    held: frozenset[UUID] = frozenset()
    #: Places whose holder this account may make step aside; of the others that it sees, who can.
    aside: frozenset[UUID] = frozenset()
    aside_by: Mapping[UUID, str] = field(default_factory=dict)
    counsel: list[Seat] = field(default_factory=list)
    claims: frozenset[UUID] = frozenset()
    settles: frozenset[UUID] = frozenset()
    #: Did this account bring the matter, so that it is the first to go on with it?
    brings: bool = False

    def may(self, code: str) -> bool:
        """Is it open to this account now?"""
        return code in self.codes


def of(by: Actor, one: One) -> Doings:
    """Everything that this account may do with the matter now."""
    matter = one.matter
    own, manages = access.is_its_own(matter, by), access.may_manage(matter, by)
    author = by.user_id in matter.authors
    codes = _of_owner(matter.state, own) | _of_manager(one, manages, author)
    if matter.state == S.SUSPENDED:
        codes |= {"report"} if vetoes.may_report(matter, by) else set()
        codes |= {"take_back"} if vetoes.may_take_back(matter, by) else set()
    if states.is_open(matter.state, states.VOID) and hands.may_void(matter, by):
        codes.add("void")
    if matter.state in _DECIDED and (own or manages):
        codes.add("adopt")
    is_held = matter.state == S.VETOED and bool(matter.ref)  # under that number nothing is brought anew
    if (
        matter.state in _ENDED
        and not is_held
        and own
        and check.can(by, P.REVIEW_MATTER_SUBMIT, matter.unit, matter.department)
    ):
        codes.add("again")
    if matter.system == POLICIES:
        codes -= {"edit", "submit", "again"}
    if _reviews(by, one):
        codes -= {"edit", "submit", "withdraw"}
    return _at_step(by, one, codes, manages=manages, author=author)


def _reviews(by: Actor, one: One) -> bool:
    """Does the account review what somebody else stands behind? It says what it thinks and changes nothing there."""
    if by.user_id is None or one.round is None or access.brings(one.matter, by) or access.is_left_behind(one.matter):
        return False
    seats = [row for row in one.round.seats if row.state in _SITS]
    return any(by.user_id in {row.acted_user, row.person.user_id if row.person else None} for row in seats)


def _of_owner(state: str, own: bool) -> set[str]:
    found = {
        "edit": state in states.OPEN_TO_CHANGE,
        "submit": states.is_open(state, states.SUBMIT),
        "withdraw": states.is_open(state, states.WITHDRAW),
    }
    return {code for code, holds in found.items() if holds and own}


def _of_manager(one: One, manages: bool, author: bool) -> set[str]:
    return {"lift"} if manages and not author and states.is_open(one.matter.state, states.LIFT) else set()


def _at_step(by: Actor, one: One, codes: set[str], *, manages: bool, author: bool) -> Doings:
    brings = access.brings(one.matter, by)
    claims = frozenset(row.uid for row in one.conditions if _may_claim(row, by, brings) and one.matter.state in _RUNS)
    settles = frozenset(row.uid for row in one.conditions if manages and _may_settle(row, by, one))
    now = one.round
    if one.matter.state != S.IN_REVIEW or now is None:
        return Doings(frozenset(codes), claims=claims, settles=settles, brings=brings)
    seat = runs.seat_of(now.run, by) if not author else None
    step = now.steps[seat.step] if seat is not None else None
    if seat is not None and step is not None:
        is_own = seat.person is not None and seat.person.user_id == by.user_id
        codes |= {"speak"} | ({"recuse"} if is_own else set())  # a deputy with a conflict just does not speak
        codes |= {"hand_over"} if hands.is_movable(now.run, seat, by) else set()
        if escalating.may_escalate(one.matter, now.run, by):
            codes.add("escalate")
        codes.discard("withdraw")  # a reviewer says what he thinks; withdrawing is for who brought it
    if (seat is not None or manages) and not author:
        codes |= {"add", "ask_counsel"}
    others = [row for row in now.open if row.kind != SeatKind.COUNSEL and (seat is None or row.pk != seat.pk)]
    is_party = author or runs.is_shut_out(now.run, by)
    asides = Aside(now.run)
    aside = [row for row in others if not is_party and asides.may(row, by, manages=manages)]
    movable = [row for row in others if not is_party and (manages or row in aside)]
    return Doings(
        frozenset(codes),
        seat=seat,
        step=step,
        stands=_stands(seat, step),
        movable=movable,
        held=frozenset(row.uid for row in movable if not manages or not hands.is_movable(now.run, row, by)),
        aside=frozenset(row.uid for row in aside),
        aside_by={row.uid: asides.who(row) for row in movable if row not in aside},
        counsel=[row for row in now.open if row.kind == SeatKind.COUNSEL] if "ask_counsel" in codes else [],
        claims=claims,
        settles=settles,
        brings=brings,
    )


def _stands(seat: Seat | None, step: rules.Step | None) -> tuple[Stand, ...]:
    if seat is None or step is None:
        return ()
    vetoes_here = step.veto and seat.kind in {SeatKind.ROUTE, SeatKind.HANDED}
    return (*STANDS, Stand.VETO) if vetoes_here else STANDS


def _may_claim(row: Condition, by: Actor, brings: bool) -> bool:
    open_ = row.state in {ConditionState.OPEN, ConditionState.FAILED}
    return open_ and (brings or (by.user_id is not None and row.owner.user_id == by.user_id))


def _may_settle(row: Condition, by: Actor, one: One) -> bool:
    """Confirm what was said to be met; of what is overdue, say that it was not met."""
    if one.matter.state not in _RUNS or by.user_id in {row.claimed_by, row.owner.user_id, *one.matter.authors}:
        return False
    overdue = row.state == ConditionState.OPEN and row.due_on < clock.today()
    return row.state == ConditionState.CLAIMED or overdue
