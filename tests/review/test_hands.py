"""Whose hand takes a step: a veto is taken back by its own, a signature is given away by its holder, a pass is withdrawn
by whoever gave it; and whoever brought a matter has no hand in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from guiju.access.actor import Actor, of_user
from guiju.documents.kinds import review_ledger, review_opinion
from guiju.lib import clock, period
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers.models import Entry
from guiju.review import actions, doings, keeping, queries
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow.routes import rules, runs, standing
from guiju.workflow.routes.models import Seat
from tests.conftest import Cast
from tests.governance import meeters
from tests.governance.meeters import office
from tests.governance.policy_house import account
from tests.review.house import (
    Reviewers,
    asked,
    committee,
    passed,
    resolution,
    said,
    submitted,
)
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


def _at_head(them: Reviewers, **more: Any) -> Matter:
    return said(them, said(them, submitted(them, values=LARGE, **more), "officer"), "staff")


def _vetoed(them: Reviewers) -> Matter:
    return said(them, _at_head(them), "head", "veto", "违反对外担保的禁止性规定。")


def _seat(row: Matter, name: str) -> Seat:
    run = keeping.last_run(row)
    assert run is not None
    return next(one for one in runs.open_seats(run) if one.name == name)


def _friend(them: Reviewers, cast: Cast, login: str = "Youren", name: str = "友人") -> tuple[Person, Actor]:
    """A colleague who holds no office."""
    user = account(login, "employee", them.unit, cast.house)
    return org.add_person(unit=them.unit, name=name, number=f"F-{login}", user=user, by=cast.house), of_user(user)


def _refused(act: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value


def _kept(row: Matter) -> str:
    """What the row of the ledger says of the opinions."""
    assert row.entry is not None
    return str(Entry.objects.select_related("body").get(uid=row.entry).body.data["opinion"])


def _printed(them: Reviewers, row: Matter) -> str:
    return repr(review_opinion.of_matter(queries.one(them.by("second"), row.uid)))


# --- the veto is taken back by its own hand ----------------------------------------------------------------------------


def test_nobody_takes_back_the_veto_of_the_head_but_the_head(them: Reviewers) -> None:
    row = _vetoed(them)
    for who in ("staff", "second", "officer", "chair", "buyer"):
        _refused(lambda who=who: actions.take_back_veto(matter=row, reason="不同意否决", by=them.by(who)))
    assert "take_back" not in doings.of(them.by("staff"), queries.one(them.by("staff"), row.uid)).codes
    assert Matter.objects.get(pk=row.pk).state == S.SUSPENDED
    assert "take_back" in doings.of(them.by("head"), queries.one(them.by("head"), row.uid)).codes
    assert actions.take_back_veto(matter=row, reason="对方提供了反担保", by=them.by("head")).state == S.IN_REVIEW


def test_a_veto_that_was_taken_back_stays_in_the_ledger_the_opinion_and_on_the_page(
    them: Reviewers, cast: Cast
) -> None:
    row = actions.take_back_veto(matter=_vetoed(them), reason="对方提供了反担保", by=them.by("head"))
    row = said(them, row, "head", opinion="反担保已落实，同意。")
    ledger = _kept(row)
    for text in (ledger, _printed(them, row), page(client(cast, them, "staff"), "review-one", row.uid)):
        assert "违反对外担保的禁止性规定" in text
        assert "对方提供了反担保" in text
    assert row.state == S.PASSED
    assert verify.run(quick=True).findings == []
    table = repr(review_ledger.items(them.unit, period.parse(str(clock.today().year)), them.by("second")))
    assert "对方提供了反担保" in table


def test_it_stays_there_though_the_matter_was_returned_and_passed_in_a_later_round(them: Reviewers) -> None:
    row = actions.take_back_veto(matter=_vetoed(them), reason="对方提供了反担保", by=them.by("head"))
    row = said(them, row, "head", "revise", "补充反担保合同")
    row = actions.change(matter=row, values={"summary": "已补充"}, version=row.version, by=them.by("buyer"))
    row = actions.submit(matter=row, by=them.by("buyer"))
    for who in ("officer", "staff", "head"):
        row = said(them, row, who)
    assert "对方提供了反担保" in _kept(row)
    assert "对方提供了反担保" in _printed(them, row)


# --- a signature is given away by its holder ----------------------------------------------------------------------------


def test_staff_does_not_hand_over_the_signature_of_the_head(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    friend, _by = _friend(them, cast)
    for to in (friend, them.person("chair")):
        _refused(
            lambda to=to: actions.hand_over(
                matter=row, seat=_seat(row, "首阳").uid, to=to, reason="负责人出差", by=them.by("second")
            )
        )
    assert asked(row) == ["首阳"]
    may = doings.of(them.by("second"), queries.one(them.by("second"), row.uid))
    assert may.held == {_seat(row, "首阳").uid}


def test_the_head_herself_hands_it_to_somebody_of_such_an_office_and_to_nobody_else(
    them: Reviewers, cast: Cast
) -> None:
    row = _at_head(them)
    friend, _by = _friend(them, cast)
    refused = _refused(
        lambda: actions.hand_over(matter=row, seat=_seat(row, "首阳").uid, to=friend, reason="出差", by=them.by("head"))
    )
    assert "董升" in refused.fix
    row = actions.hand_over(
        matter=row, seat=_seat(row, "首阳").uid, to=them.person("chair"), reason="出差", by=them.by("head")
    )
    row = said(them, row, "chair")
    assert row.state == S.PASSED
    printed = _printed(them, row)
    assert "董升（首阳转办）" in printed
    assert "合规负责人（第一责任人代行）" in printed
    assert "首阳" in _kept(row)


def test_where_nobody_else_holds_such_an_office_the_page_says_what_to_do(them: Reviewers, cast: Cast) -> None:
    row = _at_head(them)
    chair = Entry.objects.get(register="appointments", kind="first_responsible", person=them.person("chair"))
    from guiju.registers import actions as registers

    registers.update(
        entry=chair, values={"to_on": (clock.today() - timedelta(days=1)).isoformat()}, version=chair.version,
        by=them.house,
    )  # fmt: skip
    friend, _by = _friend(them, cast)
    refused = _refused(
        lambda: actions.hand_over(matter=row, seat=_seat(row, "首阳").uid, to=friend, reason="出差", by=them.by("head"))
    )
    shown = page(client(cast, them, "head"), "review-one", row.uid)
    assert refused.fix
    assert refused.fix in shown


def test_once_the_account_of_the_head_is_closed_the_place_goes_to_whom_the_route_asks_next(
    them: Reviewers, cast: Cast
) -> None:
    row = _at_head(them)
    friend, _by = _friend(them, cast)
    them.head.is_active = False
    them.head.save()
    seat = _seat(row, "首阳").uid
    _refused(lambda: actions.hand_over(matter=row, seat=seat, to=friend, reason="账号停用", by=them.by("second")))
    row = actions.hand_over(matter=row, seat=seat, to=them.person("chair"), reason="账号停用", by=them.by("second"))
    assert asked(row) == ["董升"]
    assert "首阳转办，Heb代为办理" in _printed(them, said(them, row, "chair"))


def test_once_the_day_of_the_head_has_passed_the_place_goes_there_too(them: Reviewers) -> None:
    row = _at_head(them)
    Seat.objects.filter(pk=_seat(row, "首阳").pk).update(due_on=clock.today() - timedelta(days=1))
    row = actions.hand_over(
        matter=row, seat=_seat(row, "首阳").uid, to=them.person("chair"), reason="逾期未办", by=them.by("second")
    )
    assert asked(row) == ["董升"]


def test_the_power_to_veto_does_not_come_to_a_colleague_without_office(them: Reviewers, cast: Cast) -> None:
    row = said(them, submitted(them), "officer")
    friend, by = _friend(them, cast)
    for who in ("staff", "second"):
        seat = _seat(row, "何规").uid
        _refused(
            lambda who=who, seat=seat: actions.hand_over(
                matter=row, seat=seat, to=friend, reason="请他办", by=them.by(who)
            )
        )
    _refused(lambda: actions.speak(matter=row, stand="veto", opinion="否决", by=by))


def test_the_officer_of_a_department_hands_over_as_before(them: Reviewers, cast: Cast) -> None:
    row = submitted(them)
    friend, by = _friend(them, cast)
    row = actions.hand_over(matter=row, seat=_seat(row, "管平").uid, to=friend, reason="休假", by=them.by("staff"))
    assert actions.speak(matter=row, stand="agree", opinion="同意", by=by).state == S.IN_REVIEW


# --- standing in ----------------------------------------------------------------------------------------------------------


def _stands_in(them: Reviewers, giver: str, taker: Person, who: str) -> None:
    today = clock.today()
    standing.give(giver=them.person(giver), taker=taker, starts_on=today, ends_on=today, reason="出差", by=them.by(who))


def test_staff_names_nobody_who_stands_in_for_the_head(them: Reviewers, cast: Cast) -> None:
    friend, _by = _friend(them, cast)
    for giver in ("head", "chair", "second"):
        _refused(lambda giver=giver: _stands_in(them, giver, friend, "staff"))
    _stands_in(them, "officer", friend, "staff")


def test_who_stands_in_for_the_head_without_such_an_office_does_not_sign(them: Reviewers, cast: Cast) -> None:
    friend, by = _friend(them, cast)
    _stands_in(them, "head", friend, "head")
    row = _at_head(them)
    refused = _refused(lambda: actions.speak(matter=row, stand="agree", opinion="同意", by=by))
    assert "首阳" in refused.what
    assert doings.of(by, queries.one(them.by("head"), row.uid)).seat is None
    assert asked(row) == ["首阳"]


def test_who_stands_in_by_office_signs_and_the_opinion_says_in_whose_stead(them: Reviewers) -> None:
    _stands_in(them, "head", them.person("chair"), "head")
    row = said(them, _at_head(them), "chair")
    assert row.state == S.PASSED
    assert "Dongs（代首阳）" in _printed(them, row)


def test_whoever_sits_in_the_leading_body_speaks_for_its_chair_and_nobody_else_does(
    them: Reviewers, cast: Cast
) -> None:
    body = committee(them)
    member, of_member = _friend(them, cast, "Weiyuan", "魏源")
    clerk, of_clerk = _friend(them, cast, "Mishu", "米书")
    meeters.seat(body, member, "member", them.house)
    meeters.seat(body, clerk, "secretary", them.house)
    row = actions.escalate(matter=_at_head(them), reason="风险重大", by=them.by("head"))
    row = said(them, row, "head")
    for taker in (member, clerk):
        _stands_in(them, "chair", taker, "chair")
    item = resolution(them, row, body)
    _refused(lambda: actions.speak(matter=row, stand="agree", opinion="同意", resolution=item.uid, by=of_clerk))
    row = actions.speak(matter=row, stand="agree", opinion="同意", resolution=item.uid, by=of_member)
    assert row.state == S.PASSED


# --- who brought it -------------------------------------------------------------------------------------------------------


def test_who_brought_a_matter_is_shut_out_as_whoever_the_account_belongs_to_afterwards(
    them: Reviewers, cast: Cast
) -> None:
    user = account("Kong", "business", them.department, cast.house)
    row = drafted_by(them, of_user(user))
    person = org.add_person(unit=them.unit, department=them.department, name="孔", number="K1", by=cast.house)
    office(them.department, "department_officer", person, cast.house)
    org.link_account(person=person, user=user, by=them.by("staff"))
    person = Person.objects.select_related("unit").get(pk=person.pk)
    seat = _seat(row, "管平").uid
    _refused(lambda: actions.hand_over(matter=row, seat=seat, to=person, reason="转", by=them.by("officer")))
    _refused(lambda: actions.speak(matter=row, stand="agree", opinion="同意", by=of_user(user)))
    assert asked(row) == ["管平"]


def drafted_by(them: Reviewers, by: Actor) -> Matter:
    """Brought by an account that is joined to nobody, in the name of the buyer."""
    from tests.review.house import paper

    row = actions.draft(
        unit=them.unit, department=them.department, kind="contract", papers=[paper()], owner=them.person("buyer"),
        values={"title": "办公设备采购合同", "amount": "1", "form": {"party": "某某公司"}}, by=by,
    )  # fmt: skip
    return actions.submit(matter=row, by=by)


def test_nor_does_the_buyer_speak_whose_account_was_joined_to_the_officer(them: Reviewers) -> None:
    row = submitted(them)
    buyer, officer = them.person("buyer"), them.person("officer")
    user = buyer.user
    for person, joined in ((buyer, None), (officer, user)):
        person.user = joined
        person.save()
    by = them.by("buyer")
    _refused(lambda: actions.speak(matter=row, stand="agree", opinion="同意", by=by))
    assert doings.of(by, queries.one(by, row.uid)).seat is None
    row = actions.exclude(matter=row, seat=_seat(row, "管平").uid, reason="账号系送审人", by=them.by("second"))
    assert asked(row) == ["何规", "何矩"]


# --- reporting and withdrawing ----------------------------------------------------------------------------------------------


def test_a_veto_is_reported_by_its_hand_the_head_or_the_secretary_of_the_body(them: Reviewers, cast: Cast) -> None:
    body = committee(them)
    clerk, of_clerk = _friend(them, cast, "Mishu", "米书")
    meeters.seat(body, clerk, "secretary", them.house)
    row = said(them, said(them, submitted(them), "officer"), "staff", "veto", "违反规定")
    receiver = them.person("chair")
    for who in ("second", "officer", "buyer", "chair"):
        _refused(lambda who=who: actions.report_veto(matter=row, receiver=receiver, by=them.by(who)))
        assert "report" not in doings.of(them.by(who), queries.one(them.by("head"), row.uid)).codes
    for by in (them.by("staff"), them.by("head"), of_clerk):
        assert "report" in doings.of(by, queries.one(them.by("head"), row.uid)).codes
    assert actions.report_veto(matter=row, receiver=receiver, by=of_clerk).state == S.VETOED


def test_a_pass_is_withdrawn_by_who_decided_or_by_the_head(them: Reviewers) -> None:
    row = passed(them)  # the staff decided
    for who in ("second", "officer", "buyer", "chair"):
        _refused(lambda who=who: actions.void(matter=row, reason="依据不实", by=them.by(who)))
        assert "void" not in doings.of(them.by(who), queries.one(them.by("head"), row.uid)).codes
    assert "void" in doings.of(them.by("head"), queries.one(them.by("head"), row.uid)).codes
    assert actions.void(matter=row, reason="依据不实", by=them.by("staff")).state == S.VOID


def test_the_chair_withdraws_a_pass_where_nobody_heads_compliance(them: Reviewers) -> None:
    row = passed(them)
    them.head.is_active = False
    them.head.save()
    assert actions.void(matter=row, reason="依据不实", by=them.by("chair")).state == S.VOID


# --- reporting to the leading body without a veto ------------------------------------------------------------------------


def test_a_reviewer_reports_a_matter_to_the_leading_body_and_it_decides_in_the_end(them: Reviewers, cast: Cast) -> None:
    body = committee(them)
    row = said(them, submitted(them), "officer")
    for who in ("officer", "buyer", "chair"):
        _refused(lambda who=who: actions.escalate(matter=row, reason="风险重大", by=them.by(who)))
    _refused(lambda: actions.escalate(matter=row, reason=" ", by=them.by("staff")))
    browser = client(cast, them, "staff")
    assert "do/escalate/" in page(browser, "review-one", row.uid)
    row = actions.escalate(matter=row, reason="相对方涉诉，风险重大", by=them.by("staff"))
    shown = page(browser, "review-one", row.uid)
    assert "相对方涉诉，风险重大" in shown
    assert "do/escalate/" not in shown
    _refused(lambda: actions.escalate(matter=row, reason="再报一次", by=them.by("staff")))
    row = said(them, row, "staff", "disagree", "不宜签订")
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["董升"])
    _refused(lambda: said(them, row, "chair"))
    row = said(them, row, "chair", resolution=resolution(them, row, body).uid)
    run = keeping.last_run(row)
    assert run is not None
    assert (row.state, run.steps[-1]["part"]) == (S.PASSED, rules.BODY)
    assert verify.run(quick=True).findings == []


def test_nothing_is_reported_where_nobody_speaks_for_the_leading_body(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    them.chair.is_active = False
    them.chair.save()
    assert _refused(lambda: actions.escalate(matter=row, reason="风险重大", by=them.by("staff"))).code == "route.nobody"
    assert len(keeping.last_run(row).steps) == 2  # type: ignore[union-attr]


# --- the page ---------------------------------------------------------------------------------------------------------------


def test_a_form_that_says_no_version_acts_on_nothing(them: Reviewers, cast: Cast) -> None:
    from django.urls import reverse

    row = submitted(them)
    browser = client(cast, them, "officer")
    url = reverse("review-do", args=[row.uid, "speak"])
    for sent in ({}, {"version": ""}, {"version": "x"}, {"version": str(row.version - 1)}):
        answer = browser.post(url, {"stand": "agree", "opinion": "同意", **sent})
        assert answer.status_code in {409, 422}, sent
    assert asked(row) == ["管平"]
    assert browser.post(url, {"stand": "agree", "opinion": "同意", "version": str(row.version)}).status_code == 302
