"""Words that the papers of reviews share: offices, opinions and figures as official papers write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from guiju.lib import clock
from guiju.lib.period import Period
from guiju.review import subjects
from guiju.review.enums import ConditionState, MatterState, Stand
from guiju.review.models import Condition, Matter
from guiju.review.queries import One, Round
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.enums import SeatKind, SeatState
from guiju.workflow.routes.models import Seat

STANDS: dict[str, str] = {
    Stand.AGREE: "同意",
    Stand.CONDITIONS: "附条件同意",
    Stand.REVISE: "修改后再报",
    Stand.MATERIAL: "补充材料",
    Stand.DISAGREE: "不同意",
    Stand.VETO: "否决",
}
CONDITIONS: dict[str, str] = {
    ConditionState.OPEN: "未落实",
    ConditionState.CLAIMED: "已报告落实，待确认",
    ConditionState.MET: "已落实",
    ConditionState.FAILED: "经核实未落实",
    ConditionState.DROPPED: "不再要求",
}
#: Nothing more is said on these, and why no pass lives.
ENDED: dict[str, str] = {
    MatterState.DRAFT: "尚未送审",
    MatterState.IN_REVIEW: "审查尚未办结",
    MatterState.RETURNED: "已退回修改，审查尚未办结",
    MatterState.SUSPENDED: "已提出否决，尚未报告领导机构",
    MatterState.WITHDRAWN: "送审单位已撤回",
    MatterState.VOID: "审查通行证已收回",
}
#: Parts of a review in the order of the form; an added signer countersigns wherever he was added.
ORDER = (rules.FIRST, rules.COUNTERSIGN, rules.COUNSEL, rules.COMPLIANCE, rules.HEAD, rules.BODY)


def part(one: Round, seat: Seat) -> str:
    """What a seat is for."""
    if seat.kind == SeatKind.COUNSEL:
        return rules.COUNSEL
    own = one.steps[seat.step].part
    return rules.COUNTERSIGN if seat.kind == SeatKind.ADDED and own != rules.COUNSEL else own


def seats(one: Round, *states: str) -> Iterator[tuple[str, Seat]]:
    """The seats of a round in these states with what they are for, in the order of the form."""
    found = [(part(one, seat), seat) for seat in one.seats if seat.state in states]
    yield from sorted(found, key=lambda pair: (ORDER.index(pair[0]), pair[1].step, pair[1].ordinal))


def waiting(one: Round) -> Iterator[tuple[str, Seat]]:
    """Those who are still to speak."""
    return seats(one, SeatState.OPEN, SeatState.WAITING)


def speaker(seat: Seat, row: Round | None = None) -> str:
    """Who spoke, and for whom; with the round also from whom the place came."""
    giver = runs.giver_of(row.seats, seat) if row is not None else None
    told = [f"代{seat.on_behalf}"] if seat.on_behalf and seat.acted_by else []
    if giver is not None:
        told.append(f"{giver.name}转办" + (f"，{giver.acted_by}代为办理" if giver.on_behalf else ""))
    name = seat.acted_by if seat.on_behalf and seat.acted_by else seat.name
    return f"{name}（{'，'.join(told)}）" if told else name


def spoken_on(seat: Seat) -> date | None:
    """The day on which somebody spoke."""
    return clock.day_of(seat.acted_at) if seat.acted_at is not None else None


def kind(matter: Matter) -> str:
    """The kind of a matter in Chinese; its code where its pack is gone."""
    found = subjects.all_of().get(matter.kind)
    return found.label if found is not None else matter.kind


def paper_kind(matter: Matter, code: str) -> str:
    """What a paper is of its kind."""
    subject = subjects.all_of().get(matter.kind)
    found = subject.paper(code) if subject is not None else None
    return found.label if found is not None else code


def brought_by(matter: Matter) -> str:
    """承办单位: the department, or the unit where none was named."""
    return (matter.department or matter.unit).name


def settled_on(one: One) -> date | None:
    """The day of the decision, or of the last opinion while there is none."""
    if one.matter.decided_at is not None:
        return clock.day_of(one.matter.decided_at)
    days = [day for row in one.rounds for seat in row.seats if (day := spoken_on(seat)) is not None]
    return max(days, default=None)


def condition_state(row: Condition) -> str:
    """How a condition stands, with the day where there is one."""
    said = CONDITIONS[row.state]
    return f"{said}（{row.settled_on.isoformat()}）" if row.settled_on is not None else said


def bounds(period: Period) -> tuple[datetime, datetime]:
    """The moments between which a period lies, the second one no longer in it."""
    begins = datetime.combine(period.start, time(), tzinfo=clock.SHANGHAI)
    return begins, datetime.combine(period.end + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)


def joined(words: Iterable[str], sep: str = "、") -> str:
    """Without what is empty."""
    return sep.join(word for word in words if word)


def day(at: datetime) -> str:
    """The day of a moment, short."""
    return clock.day_of(at).isoformat()
