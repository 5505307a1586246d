"""A leading body that was made for the purpose, or members who were, lift no veto; nor does what was settled too early."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions, resolutions
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.governance import meeters
from tests.review.house import Reviewers, agenda, committee, said, settled, submitted

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


def _vetoed(them: Reviewers) -> Matter:
    row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
    return said(them, row, "head", "veto", "违反对外担保的禁止性规定。")


def _made(
    them: Reviewers, who: str, kind: str = "leading_group", seats: tuple[str, ...] = ("second", "officer")
) -> Entry:
    """Somebody enters a leading body of today, with colleagues in it."""
    by = them.by(who)
    body = registers.create(
        register="bodies", unit=them.unit, by=by, values={
            "name": "合规工作领导小组", "kind": kind, "from_on": clock.today().isoformat(), "quorum": "majority",
            "meets_every": "quarter",
        },
    )  # fmt: skip
    for name in seats:
        meeters.seat(body, them.person(name), "chair" if name == seats[0] else "member", by)
    return body


def _report(them: Reviewers, row: Matter, receiver: str, who: str = "head", body: Entry | None = None) -> Matter:
    told = body.uid if body is not None else None
    return actions.report_veto(matter=row, receiver=them.person(receiver), body=told, by=them.by(who))


def _refused(act: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value


def test_a_body_entered_after_the_veto_is_told_of_nothing_and_lifts_nothing(them: Reviewers) -> None:
    real = committee(them)
    row = _vetoed(them)
    made = _made(them, "staff")
    refused = _refused(lambda: _report(them, row, "second", body=made))
    assert [(fault.where, "合规管理委员会" in fault.fix) for fault in refused.faults] == [("body", True)]
    _refused(lambda: _report(them, row, "second"))
    row = _report(them, row, "chair")
    assert row.veto["body"] == str(real.uid)
    item = settled(them, *agenda(them, row, made), ("second", "officer"), votes_for="2")
    _refused(lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("staff")))
    assert Matter.objects.get(pk=row.pk).state == S.VETOED


def test_nor_is_one_told_that_whoever_brought_it_entered_while_it_was_under_review(them: Reviewers) -> None:
    row = submitted(them, values=LARGE)
    _made(them, "head", "committee")
    row = said(them, said(them, row, "officer"), "staff")
    row = said(them, row, "head", "veto", "违法")
    assert resolutions.answering(row) == []
    _refused(lambda: _report(them, row, "second"))
    assert _report(them, row, "chair").veto.get("body") is None  # whoever leads the firm


def test_what_the_compliance_department_entered_before_is_a_body_like_any_other(them: Reviewers) -> None:
    held = _made(them, "head", "committee", ("chair", "staff"))
    row = _report(them, _vetoed(them), "chair")
    assert row.veto["body"] == str(held.uid)


def test_a_group_does_not_answer_beside_a_committee(them: Reviewers) -> None:
    group = _made(them, "second")
    real = committee(them)
    row = _vetoed(them)
    assert [one.pk for one in resolutions.answering(row)] == [real.pk]
    _refused(lambda: _report(them, row, "second", body=group))
    assert _report(them, row, "chair", body=real).state == S.VETOED


def test_a_circle_that_is_called_a_leading_group_afterwards_does_not_become_one(them: Reviewers) -> None:
    circle = _made(them, "staff", "department")
    real = committee(them)
    row = _vetoed(them)
    circle = Entry.objects.get(pk=circle.pk)
    registers.update(entry=circle, values={"kind": "committee"}, version=circle.version, by=them.by("staff"))
    assert [one.pk for one in resolutions.answering(row)] == [real.pk]


def test_where_there_was_none_one_counts_that_somebody_else_entered_since(them: Reviewers) -> None:
    row = _report(them, _vetoed(them), "chair")
    made = _made(them, "head", "committee", ("chair", "head"))
    item = settled(them, *agenda(them, row, made), ("chair", "head"), votes_for="2")
    _refused(lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("staff")))
    other = committee(them)
    item = settled(them, *agenda(them, row, other))
    assert actions.lift_veto(matter=row, resolution=item.uid, by=them.by("staff")).state == S.PASSED


def test_members_entered_after_the_veto_by_whoever_lifts_it_carry_no_vote(them: Reviewers) -> None:
    body = committee(them, ("chair", "head"))
    row = _report(them, _vetoed(them), "chair")
    for who in ("second", "officer"):
        meeters.seat(body, them.person(who), "member", them.by("staff"))
    present = ("chair", "head", "second", "officer")
    item = settled(them, *agenda(them, row, body), present, votes_for="2", votes_against="1")
    refused = _refused(lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("staff")))
    assert {name in refused.what for name in ("何矩", "管平")} == {True}
    assert Matter.objects.get(pk=row.pk).state == S.VETOED


def test_nor_is_such_a_member_told_of_the_veto(them: Reviewers) -> None:
    body = committee(them, ("chair", "head"))
    row = _vetoed(them)
    meeters.seat(body, them.person("second"), "member", them.by("head"))
    _refused(lambda: _report(them, row, "second"))
    assert _report(them, row, "chair").state == S.VETOED


def test_what_was_settled_before_the_report_lifts_nothing(them: Reviewers) -> None:
    body = committee(them)
    row = _vetoed(them)
    early = settled(them, *agenda(them, row, body))
    row = _report(them, row, "chair")
    refused = _refused(lambda: actions.lift_veto(matter=row, resolution=early.uid, by=them.by("staff")))
    assert early.title in refused.what
    late = settled(them, *agenda(them, row, body))
    assert actions.lift_veto(matter=row, resolution=late.uid, by=them.by("staff")).state == S.PASSED


def test_the_step_of_the_leading_body_rests_on_no_home_made_body_either(them: Reviewers) -> None:
    committee(them)
    row = actions.escalate(matter=said(them, submitted(them), "officer"), reason="风险重大", by=them.by("staff"))
    row = said(them, row, "staff")
    made = _made(them, "staff", "committee", ("chair", "second"))
    item = settled(them, *agenda(them, row, made), ("chair", "second"), votes_for="2")
    _refused(lambda: said(them, row, "chair", resolution=item.uid))
    assert Matter.objects.get(pk=row.pk).state == S.IN_REVIEW
