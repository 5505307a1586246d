"""What is wrong with a system of rules and what is planned about each: the matter of an improvement plan (001 task 2).

Problems are read from the library after its stocktake: what is missing by business and level, what nobody sorted,
graded, looked at or can read, and problems of risky fields without a guideline. What was judged not to be needed is
no problem. A measure is a row of the yearly plan; where there is none, the plan lacks it and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from guiju.access.actor import Actor
from guiju.governance.policies import answering, library, planning
from guiju.governance.policies.gaps import BASIC, CHARTER, GUIDELINE, Gap
from guiju.governance.policies.terms import ISSUED, PLANS, REGISTER
from guiju.org.places import Seat
from guiju.registers import taxonomy
from guiju.registers.models import Entry

_BUSINESSES = {code: label for code, label, *_rest in taxonomy.BUSINESSES}
_FIELDS = {code: label for code, label, *_rest in taxonomy.FIELDS}
_ATTENTION = (
    (library.UNSORTED, "现行有效制度中，{n}项没有按业务、职能分类"),
    (library.UNGRADED, "现行有效制度中，{n}项没有划分层级"),
    (library.STALE, "现行有效制度中，{n}项发布或者复核后超过三年没有再复核"),
    (library.BARE, "现行有效制度中，{n}项没有正文和附件"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem of the system of rules, and the rows of the yearly plan that answer it."""

    words: str
    measures: tuple[Entry, ...]
    #: How many rules or problems it is about; the rows may answer fewer.
    count: int = 1


def faults(*, by: Actor, seat: Seat) -> list[Fault]:
    """As the library stands today."""
    seen = library.overview(by=by, seat=seat)
    found = [_gap(gap) for gap in seen.gaps if gap.state != planning.NOT_NEEDED]
    if seen.counts.total.in_force:
        found += _attention(by, seat)
    found += _findings(by, seat)
    return found


def _gap(gap: Gap) -> Fault:
    words = {CHARTER: "制度库中没有公司章程", BASIC: "没有合规管理基本制度"}.get(gap.kind, "")
    if gap.kind == GUIDELINE:
        told = [f"高等级合规风险{gap.count}项"] if gap.count else []
        told += [f"检查发现的制度性问题{gap.findings}个"] if gap.findings else []
        words = f"{_FIELDS[gap.field]}有{'、'.join(told)}，没有专项合规指引"
    return Fault(words or f"{_BUSINESSES[gap.business]}没有具体规章制度", (gap.plan,) if gap.plan is not None else ())


def _attention(by: Actor, seat: Seat) -> Iterator[Fault]:
    held = library.rows(by, REGISTER, seat).filter(status=ISSUED)
    for what, words in _ATTENTION:
        uids = list(library.attention(held, what).values_list("uid", flat=True))
        if uids:
            yield Fault(words.format(n=len(uids)), _planned(by, seat, uids) if what == library.STALE else (), len(uids))


def _planned(by: Actor, seat: Seat, policies: list[UUID]) -> tuple[Entry, ...]:
    """Rules that nobody looked at are answered by what is planned about each; the other lacks by entering what lacks."""
    rows = library.rows(by, PLANS, seat).filter(ref_1__in=policies, status=planning.PLANNED)
    return tuple(rows.select_related("department", "owner", "body").order_by("due_on", "pk"))


def _findings(by: Actor, seat: Seat) -> Iterator[Fault]:
    found = answering.answers(by=by, seat=seat)
    risky = [one for one in found.findings if one.is_high]
    if risky:
        plans = tuple(one.plan for one in risky if one.plan is not None)
        yield Fault(f"高风险领域中，检查发现的{len(risky)}个问题没有专项合规指引对应", plans, len(risky))
