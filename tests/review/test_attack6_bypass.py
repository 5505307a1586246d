"""Ways to a pass without the review: seats that change hands, people in two parts, matters written to be small."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.review import access, actions, gate, keeping
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.workflow.routes import deciding, runs, standing
from guiju.workflow.routes.models import Seat
from tests.conftest import Cast
from tests.governance.policy_house import account
from tests.review.house import (
    Reviewers,
    asked,
    drafted,
    paper,
    passed,
    said,
    submitted,
)

pytestmark = pytest.mark.django_db

LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


def _seat(row: Matter, name: str) -> Seat:
    run = keeping.last_run(row)
    assert run is not None
    return next(one for one in runs.open_seats(run) if one.name == name)


def _at_head(them: Reviewers) -> Matter:
    """A contract so large that the head signs it last."""
    return said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")


def _stranger(them: Reviewers, cast: Cast, name: str = "外人") -> tuple[Person, Any]:
    """Somebody of the company who holds no office."""
    user = account("Wai", "employee", cast.sub, cast.house)
    return org.add_person(unit=cast.sub, name=name, number="R90", user=user, by=cast.house), user


def _routed(them: Reviewers, *steps: dict[str, Any]) -> None:
    rows = [{"name": "所有事项", "steps": [{"days": 2, **one} for one in steps]}]
    row = deciding.save(unit=them.unit, purpose="review", rows=rows, by=them.by("head"))
    deciding.publish(unit=them.unit, purpose="review", version=row.version, by=them.by("head"))


STAFF = {"code": "c", "name": "合规管理部门审查", "part": "compliance", "who": {"role": "compliance_staff"}}


# --- seats that change hands ----------------------------------------------------------------------------------------


def test_who_was_only_asked_as_well_does_not_come_to_decide_by_handing_over(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    somebody, user = _stranger(them, cast)
    row = actions.add(matter=row, person=them.person("second"), reason="请会签", by=them.by("staff"))
    seat = _seat(row, "何矩")
    row = actions.hand_over(matter=row, seat=seat.uid, to=somebody, reason="出差", by=them.by("second"))
    row = actions.speak(matter=row, stand="agree", opinion="同意", by=cast.actor(user))
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["首阳"])
    with pytest.raises(Problem):
        actions.speak(matter=row, stand="veto", opinion="否决", by=cast.actor(user))


def test_the_place_of_outside_counsel_goes_to_nobody_of_the_house(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    somebody, _user = _stranger(them, cast)
    row = actions.ask_counsel(matter=row, name="某律师事务所", reason="担保效力", by=them.by("second"))
    with pytest.raises(Problem):
        actions.hand_over(
            matter=row, seat=_seat(row, "某律师事务所").uid, to=somebody, reason="代为办理", by=them.by("second")
        )
    assert "首阳" in asked(row)


def test_whoever_looks_after_reviews_takes_nobodys_place_himself(them: Reviewers) -> None:
    row = _at_head(them)
    with pytest.raises(Problem):
        actions.hand_over(
            matter=row, seat=_seat(row, "首阳").uid, to=them.person("second"), reason="我来签", by=them.by("second")
        )
    assert asked(row) == ["首阳"]


def test_who_reviewed_it_does_not_sign_it_by_a_hand_over(them: Reviewers) -> None:
    row = _at_head(them)
    with pytest.raises(Problem):
        actions.hand_over(
            matter=row, seat=_seat(row, "首阳").uid, to=them.person("staff"), reason="请你签", by=them.by("head")
        )
    assert asked(row) == ["首阳"]


def test_who_reviewed_it_does_not_sign_it_in_the_heads_stead(them: Reviewers) -> None:
    today = clock.today()
    standing.give(
        giver=them.person("head"), taker=them.person("staff"), starts_on=today, ends_on=today, reason="出差",
        by=them.by("head"),
    )  # fmt: skip
    row = _at_head(them)
    with pytest.raises(Problem):
        said(them, row, "staff")
    assert Matter.objects.get(pk=row.pk).state == S.IN_REVIEW


def test_two_people_who_stand_in_for_each_other_are_still_two(them: Reviewers) -> None:
    _routed(them, {**STAFF, "need": "all"})
    today = clock.today()
    for giver, taker in (("staff", "second"), ("second", "staff")):
        standing.give(
            giver=them.person(giver), taker=them.person(taker), starts_on=today, ends_on=today, reason="互代",
            by=them.by(giver),
        )  # fmt: skip
    row = said(them, submitted(them), "staff")
    with pytest.raises(Problem):
        said(them, row, "staff")
    assert said(them, row, "second").state == S.PASSED


def test_nobody_makes_himself_somebody_elses_deputy(them: Reviewers) -> None:
    today = clock.today()
    with pytest.raises(Problem):
        standing.give(
            giver=them.person("head"), taker=them.person("staff"), starts_on=today, ends_on=today, reason="我代签",
            by=them.by("staff"),
        )  # fmt: skip


def test_who_stepped_aside_arranges_nothing_any_more(them: Reviewers, cast: Cast) -> None:
    _routed(them, {**STAFF, "need": "all"})
    row = submitted(them)
    row = actions.recuse(matter=row, seat=_seat(row, "何规").uid, reason="亲属在对方任职", by=them.by("staff"))
    somebody, _user = _stranger(them, cast)
    seat = _seat(row, "何矩").uid
    for act in (
        lambda: actions.hand_over(matter=row, seat=seat, to=somebody, reason="请他办", by=them.by("staff")),
        lambda: actions.exclude(matter=row, seat=seat, reason="不合适", by=them.by("staff")),
        lambda: actions.recuse(matter=row, seat=seat, reason="不合适", by=them.by("staff")),
        lambda: actions.add(matter=row, person=somebody, reason="请他看", by=them.by("staff")),
        lambda: actions.ask_counsel(matter=row, name="某律师事务所", reason="请他看", by=them.by("staff")),
    ):
        with pytest.raises(Problem):
            act()
    assert asked(row) == ["何矩"]


def test_who_stepped_aside_sees_the_matter_no_longer_where_nothing_else_shows_it(them: Reviewers, cast: Cast) -> None:
    somebody, user = _stranger(them, cast)
    row = submitted(them)
    row = actions.add(matter=row, person=somebody, reason="请他看", by=them.by("officer"))
    assert access.visible(cast.actor(user)).filter(pk=row.pk).exists()
    row = actions.exclude(matter=row, seat=_seat(row, "外人").uid, reason="持有对方股份", by=them.by("staff"))
    assert not access.visible(cast.actor(user)).filter(pk=row.pk).exists()


def test_a_deputy_sees_what_is_asked_now_not_what_was_ever_asked(them: Reviewers, cast: Cast) -> None:
    earlier = passed(them)
    now = submitted(them, ref="HT-2")
    somebody, user = _stranger(them, cast)
    today = clock.today()
    row = standing.give(
        giver=them.person("officer"),
        taker=somebody,
        starts_on=today,
        ends_on=today,
        reason="休假",
        by=them.by("officer"),
    )
    by = cast.actor(user)
    assert set(access.visible(by)) == {now}
    now = actions.speak(matter=now, stand="agree", opinion="同意", by=by)
    assert set(access.visible(by)) == {now}
    assert earlier not in access.visible(by)
    standing.end(delegation=row.uid, by=them.by("officer"))
    assert not access.visible(by).exists()


def test_a_colleague_who_spoke_for_a_veto_taken_back_has_not_decided(them: Reviewers, cast: Cast) -> None:
    _routed(them, {**STAFF, "veto": True})
    row = submitted(them)
    somebody, user = _stranger(them, cast)
    row = actions.add(matter=row, person=somebody, reason="请他看", by=them.by("staff"))
    row = said(them, row, "staff", "veto", "违反规定")
    row = actions.take_back_veto(matter=row, reason="材料已补", by=them.by("staff"))
    row = actions.speak(matter=row, stand="agree", opinion="同意", by=cast.actor(user))
    assert row.state == S.IN_REVIEW
    assert not row.passes.exists()


def test_a_step_of_outside_counsel_is_not_taken_by_somebody_else(them: Reviewers, cast: Cast) -> None:
    _routed(them, {"code": "l", "name": "外聘律师意见", "part": "counsel"}, STAFF)
    row = submitted(them)
    somebody, user = _stranger(them, cast)
    row = actions.add(matter=row, person=somebody, reason="请他看", by=them.by("staff"))
    row = actions.speak(matter=row, stand="agree", opinion="同意", by=cast.actor(user))
    run = keeping.last_run(row)
    assert run is not None
    assert (run.position, row.state) == (0, S.IN_REVIEW)


# --- people who are gone --------------------------------------------------------------------------------------------


def _left(them: Reviewers, name: str) -> None:
    row = them.person(name)
    org.change_person(person=row, version=row.version, left_on=clock.today() - timedelta(days=1), by=them.house)


def test_who_has_left_is_not_asked_and_speaks_no_more(them: Reviewers) -> None:
    row = submitted(them)
    _left(them, "officer")
    with pytest.raises(Problem):
        said(them, row, "officer")
    later = submitted(them, ref="HT-2")
    assert asked(later) != ["管平"]


def test_a_disabled_account_is_not_asked_by_name(them: Reviewers) -> None:
    uid = str(them.person("staff").uid)
    _routed(
        them,
        {"code": "c", "name": "审查", "part": "compliance", "who": {"people": [uid, str(them.person("second").uid)]}},
    )
    them.staff.is_active = False
    them.staff.save()
    assert asked(submitted(them)) == ["何矩"]


def test_who_has_left_hands_on_no_power_to_a_deputy(them: Reviewers) -> None:
    today = clock.today()
    standing.give(
        giver=them.person("officer"), taker=them.person("second"), starts_on=today, ends_on=today, reason="休假",
        by=them.by("officer"),
    )  # fmt: skip
    row = submitted(them)
    _left(them, "officer")
    with pytest.raises(Problem):
        said(them, row, "second")


# --- who brings it --------------------------------------------------------------------------------------------------


def test_a_strict_reviewer_is_not_kept_out_by_naming_him_as_who_brings_it(them: Reviewers) -> None:
    for name in ("staff", "head"):
        with pytest.raises(Problem):
            drafted(them, owner=them.person(name))
    assert drafted(them, owner=them.person("officer")).owner.name == "管平"  # a colleague of the department


def test_who_wrote_the_earlier_matter_reviews_its_copy_neither(them: Reviewers) -> None:
    row = actions.draft(
        unit=them.unit, department=them.department, kind="contract", papers=[paper()], system="oa", ref="HT-3",
        values={"title": "采购合同", "amount": "300000", "form": {"party": "某某公司"}}, by=them.by("officer"),
    )  # fmt: skip
    row = actions.withdraw(matter=row, reason="换人报", by=them.by("officer"))
    copy = actions.again(matter=row, by=them.by("staff"))
    copy = actions.submit(matter=copy, by=them.by("staff"))
    assert "管平" not in asked(copy)


def test_what_was_refused_does_not_go_to_another_reviewer_as_it_was(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "不同意")
    assert row.state == S.REFUSED
    copy = actions.again(matter=row, by=them.by("buyer"))
    with pytest.raises(Problem) as refused:
        actions.submit(matter=copy, by=them.by("buyer"))
    assert refused.value.code == "review.unchanged"
    copy = actions.change(matter=copy, values={"summary": "已改"}, version=copy.version, by=them.by("buyer"))
    assert actions.submit(matter=copy, by=them.by("buyer")).state == S.IN_REVIEW


def test_nor_as_a_new_matter_under_another_number(them: Reviewers) -> None:
    said(them, said(them, submitted(them), "officer"), "staff", "disagree", "不同意")
    fresh = drafted(them, ref="HT-2026-001-新")
    with pytest.raises(Problem) as refused:
        actions.submit(matter=fresh, by=them.by("buyer"))
    assert refused.value.code == "review.unchanged"


def test_what_was_returned_does_not_come_back_by_withdrawing_it(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer", "revise", "改第三条")
    row = actions.withdraw(matter=row, reason="另报", by=them.by("buyer"))
    copy = actions.again(matter=row, by=them.by("buyer"))
    with pytest.raises(Problem) as refused:
        actions.submit(matter=copy, by=them.by("buyer"))
    assert refused.value.code == "review.unchanged"


def test_a_department_of_another_company_is_not_named(them: Reviewers, cast: Cast) -> None:
    with pytest.raises(Problem):
        actions.draft(
            unit=cast.group, department=them.department, kind="other", papers=[paper()], owner=them.person("officer"),
            values={"title": "某事项"}, by=cast.house,
        )  # fmt: skip


def test_another_system_does_not_call_itself_the_library(them: Reviewers) -> None:
    for name in ("policies", " policies ", "poli\u200bcies", "policies\u00ad", "\ufeffpolicies"):
        with pytest.raises(Problem) as refused:
            drafted(them, system=name, ref="4b1f5f0e-0000-4000-8000-000000000000")
        assert refused.value.code == "review.inside", name


# --- amounts and kinds ----------------------------------------------------------------------------------------------


def _names(row: Matter) -> list[str]:
    run = keeping.last_run(row)
    assert run is not None
    return [one["part"] for one in run.steps]


@pytest.mark.parametrize("amount", ["-8000000", "-0.01"])
def test_nothing_costs_less_than_nothing(them: Reviewers, amount: str) -> None:
    with pytest.raises(Problem) as refused:
        drafted(them, values={**LARGE, "amount": amount})
    assert [fault.where for fault in refused.value.faults] == ["amount"]


@pytest.mark.parametrize("amount", [None, "", " "])
def test_a_contract_without_an_amount_is_not_a_small_one(them: Reviewers, amount: str | None) -> None:
    row = drafted(them, values={**LARGE, "amount": amount})
    with pytest.raises(Problem) as refused:
        actions.submit(matter=row, by=them.by("buyer"))
    assert [fault.where for fault in refused.value.faults] == ["amount"]


@pytest.mark.parametrize("kind", ["business", "hospitality", "marketing"])
def test_a_large_amount_is_signed_by_the_head_whatever_it_is_called(them: Reviewers, kind: str) -> None:
    forms = {"hospitality": {"party": "某某"}, "marketing": {"channel": "电视"}}
    row = submitted(them, kind=kind, values={**LARGE, "form": forms.get(kind, {})})
    assert _names(row)[-1] == "head"
    small = submitted(them, kind=kind, values={**LARGE, "amount": "300", "form": forms.get(kind, {})}, ref="HT-2")
    assert _names(small) == ["first", "compliance"]


def test_the_gate_speaks_only_for_the_matter_not_for_what_was_imported(them: Reviewers) -> None:
    from guiju.registers import actions as registers

    row = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "不同意")
    registers.create(
        register="reviews", unit=them.unit, by=them.by("staff"), values={
            "number": row.number + "甲", "matter": row.title, "subject": "contract", "outcome": "agree",
            "reviewed_on": (clock.today() - timedelta(days=30)).isoformat(), "reference": "HT-2026-001",
            "reviewer": str(them.person("staff").uid), "submitter": str(them.person("buyer").uid), "opinion": "同意",
        },
    )  # fmt: skip
    digest = row.papers.get().digest
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("staff")).code == "refused"
