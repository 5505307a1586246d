"""Who signs a major decision: what the documents ask that the firm answers to."""

from __future__ import annotations

from datetime import date

import pytest

from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.posture import queries
from guiju.posture.models import Status
from guiju.registers.models import Entry
from guiju.review import actions, keeping, routing
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.review.routing import PURPOSE, shipped
from guiju.workflow.routes import deciding, rules
from tests.conftest import Cast
from tests.review.house import Reviewers, asked, committee, paper, resolution, said, submitted

pytestmark = pytest.mark.django_db

EFFECTIVENESS = "cn:casmes:effectiveness-draft"


def _is(them: Reviewers, size: str, *, single: bool | None = None, urn: str = "") -> None:
    """A firm of this size, of one business or of several, that answers to a document."""
    day = date(2024, 1, 1)
    org.set_attribute(
        unit=them.unit, code="size_override", value=size, from_on=day, by=them.house, reason="主管部门认定"
    )
    if single is not None:
        org.set_attribute(unit=them.unit, code="single_business", value=single, from_on=day, by=them.house)
    if urn:
        posture.adopt(
            unit=them.unit, pack=catalogue.current(urn), by=them.house, from_on=date(2025, 1, 1), reason="董事会决议",
            base_date=date(2026, 6, 1) if "2023" in urn else None,  # its own term is over
        )  # fmt: skip


def _product(them: Reviewers, text: bytes = b"plan") -> Matter:
    values = {"title": "会员积分上线", "form": {"stage": "launch"}}
    return submitted(them, kind="product", papers=[paper(text)], values=values, system="", ref="")


def _finding(them: Reviewers, code: str, urn: str = EFFECTIVENESS) -> Status:
    pack = catalogue.current(urn)
    finding = queries.requirement(by=them.house, unit=them.unit, pack=pack, code=code)
    assert finding is not None
    return finding.status


def test_the_leading_body_signs_in_a_medium_firm_and_the_requirement_is_met_by_that(them: Reviewers) -> None:
    _is(them, "medium", single=True, urn=EFFECTIVENESS)
    body = committee(them)
    row = _product(them)
    for who in ("officer", "staff", "head"):
        row = said(them, row, who)
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["董升"])
    with pytest.raises(Problem) as refused:
        said(them, row, "chair")
    assert refused.value.code == "review.resolution"
    assert (_finding(them, "6.6.b-1"), _finding(them, "6.6.b-2")) == (Status.PERSON, Status.PERSON)
    row = said(them, row, "chair", resolution=resolution(them, row, body).uid)
    assert (_finding(them, "6.6.b-1"), _finding(them, "6.6.b-2")) == (Status.MET, Status.MET)
    ledger = Entry.objects.select_related("body").get(uid=row.entry)
    assert (row.state, ledger.body.data["signed_by"]) == (S.PASSED, body.title)


def test_the_compliance_department_of_such_a_firm_vetoes_though_nobody_heads_it(them: Reviewers) -> None:
    _is(them, "medium", single=True, urn=EFFECTIVENESS)
    row = said(them, said(them, _product(them), "officer"), "staff", "veto", "标签不合格。")
    assert row.state == S.SUSPENDED


def test_the_officer_of_a_small_firm_with_one_business_decides(them: Reviewers) -> None:
    _is(them, "small", single=True, urn=EFFECTIVENESS)
    row = _product(them)
    assert said(them, row, "staff").state == S.PASSED


def test_in_a_small_firm_with_several_businesses_the_body_signs_after_its_officer(them: Reviewers) -> None:
    _is(them, "small", single=False, urn=EFFECTIVENESS)
    row = said(them, _product(them), "staff")
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["董升"])


def _state_owned(them: Reviewers, unit: Unit, value: bool = True) -> None:
    org.set_attribute(unit=unit, code="state_owned", value=value, from_on=date(2024, 1, 1), by=them.house)


def _tried(them: Reviewers, kind: str = "contract") -> list[str]:
    """Who would review it, as the route tester says."""
    _route, rows = routing.table(them.unit)
    facts = rules.Facts(kind=kind, units=[them.unit.code], major=kind == "product", overseas=False)
    _row, tried = deciding.try_out(rows, facts, unit=them.unit, department=them.department)
    return [sitter.person.name for one in tried for sitter in one.sitters[:1]]


@pytest.mark.parametrize(
    "urn", ["cn:sh:auction-2023", "cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120", "cn:sasac:order-42"]
)
def test_a_small_state_owned_firm_keeps_its_first_line(them: Reviewers, urn: str) -> None:
    _is(them, "small", single=True, urn=urn)
    assert _tried(them) == ["何规"]
    _state_owned(them, them.unit)
    assert _tried(them) == ["管平", "何规"]
    row = said(them, submitted(them), "officer")
    assert (row.state, said(them, row, "staff").state) == (S.IN_REVIEW, S.PASSED)


def test_a_small_subsidiary_of_a_state_owned_group_keeps_its_first_line(them: Reviewers, cast: Cast) -> None:
    _is(them, "micro", single=True, urn="cn:bt-sasac:2023-120")
    _state_owned(them, cast.group)
    assert _tried(them) == ["管平", "何规"]
    _state_owned(them, them.unit, value=False)
    assert _tried(them) == ["何规"], "what is entered of the firm itself counts first"


def test_the_body_signs_last_in_a_small_state_owned_firm_of_several_businesses(them: Reviewers) -> None:
    _is(them, "small", single=False, urn=EFFECTIVENESS)
    _state_owned(them, them.unit)
    assert _tried(them, "product") == ["管平", "何规", "董升"]


def test_a_small_firm_that_answers_to_no_document_goes_the_short_way(them: Reviewers) -> None:
    _is(them, "small", single=True)
    _state_owned(them, them.unit)
    assert _tried(them) == ["何规"]


def test_what_nobody_has_entered_asks_no_signature_of_a_small_firm(them: Reviewers) -> None:
    _is(them, "micro", urn=EFFECTIVENESS)
    assert said(them, _product(them), "staff").state == S.PASSED


@pytest.mark.parametrize("urn", ["", "cn:sh:auction-2023", "cn:bt-sasac:2023-120"])
def test_the_head_signs_where_no_document_asks_for_the_leading_body(them: Reviewers, urn: str) -> None:
    _is(them, "medium", single=False, urn=urn)
    row = _product(them)
    for who in ("officer", "staff", "head"):
        row = said(them, row, who)
    assert row.state == S.PASSED


def test_a_route_of_ones_own_without_the_signature_is_refused_with_the_document_that_asks_for_it(
    them: Reviewers,
) -> None:
    _is(them, "medium", urn=EFFECTIVENESS)
    draft = deciding.save(unit=them.unit, purpose=PURPOSE, rows=rules.write(shipped(small=False)), by=them.house)
    deciding.publish(unit=them.unit, purpose=PURPOSE, version=draft.version, by=them.house)
    with pytest.raises(Problem) as refused:
        _product(them)
    assert refused.value.code == "review.unsigned"
    assert "中小企业合规管理体系有效性评价" in refused.value.what
    row = submitted(them)  # an ordinary contract goes its way
    assert actions.withdraw(matter=row, reason="不签了", by=them.by("buyer")).state == S.WITHDRAWN


# --- what the reviews prove to the documents ------------------------------------------------------------------------


def test_a_veto_proves_itself_when_it_was_reported_and_a_mere_disagreement_is_none(them: Reviewers) -> None:
    _is(them, "micro", single=True, urn=EFFECTIVENESS)
    committee(them)
    said(them, _product(them), "staff", "disagree", "标签不合格。")
    assert _finding(them, "A.2.2.2-s03") == Status.PERSON
    row = said(them, _product(them, b"second plan"), "staff", "veto", "标签仍不合格。")
    assert _finding(them, "A.2.2.2-s03") == Status.PERSON  # suspended: it does not hold yet
    actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("staff"))
    assert _finding(them, "A.2.2.2-s03") == Status.MET


def test_a_decision_that_was_carried_out_although_it_was_refused_counts_against_the_firm(them: Reviewers) -> None:
    _is(them, "micro", single=True, urn=EFFECTIVENESS)
    row = said(them, _product(them), "staff", "disagree", "标签不合格。")
    assert _finding(them, "A.2.2.2-s02") == Status.MET
    actions.set_adopted(matter=row, adopted=False, why="赶展会", done_on=clock.today(), by=them.by("buyer"))
    assert _finding(them, "A.2.2.2-s02") == Status.UNMET


def test_head_and_officers_were_heard_when_the_decision_they_reviewed_is_taken(them: Reviewers) -> None:
    urn = "cn:samr:platform-draft"
    _is(them, "medium", single=False, urn=urn)
    values = {"title": "开放第三方支付", "form": {"category": "decision", "procedure": "董事会"}}
    papers = [paper(b"plan"), paper(b"form", "application")]
    row = submitted(them, kind="decision", papers=papers, values=values, system="", ref="")
    for who in ("officer", "staff", "head"):
        row = said(them, row, who)
    assert _finding(them, "4-2", urn) == Status.PERSON
    actions.set_adopted(matter=row, adopted=True, done_on=clock.today(), by=them.by("buyer"))
    assert _finding(them, "4-2", urn) == Status.MET


def test_counsel_heard_in_a_review_is_counsel_consulted(them: Reviewers) -> None:
    urn = "cn:bt-sasac:2023-120"
    _is(them, "medium", urn=urn)
    row = said(them, submitted(them), "officer")
    row = actions.ask_counsel(matter=row, name="某某律师事务所", reason="条款生僻", by=them.by("staff"))
    run = keeping.last_run(row)
    assert run is not None
    assert _finding(them, "T17-1", urn) == Status.UNMET
    actions.enter_counsel(
        matter=row, seat=run.seats.get(kind="counsel").uid, stand="agree", opinion="条款有效。", by=them.by("staff"),
        files=[paper(b"letter", name="意见书.txt")],
    )  # fmt: skip
    assert _finding(them, "T17-1", urn) == Status.MET


def test_stepping_aside_from_a_review_proves_independence_and_being_told_to_does_not(them: Reviewers) -> None:
    _is(them, "micro", single=True, urn=EFFECTIVENESS)
    row = _product(them)
    run = keeping.last_run(row)
    assert run is not None
    assert _finding(them, "A.2.2.1-s03") == Status.PERSON
    seat = run.seats.get(person=them.person("staff"), state="open")
    row = actions.recuse(matter=row, seat=seat.uid, reason="本人持有对方股权", by=them.by("staff"))
    assert _finding(them, "A.2.2.1-s03") == Status.MET
    seat = run.seats.get(person=them.person("second"), state="open")
    actions.exclude(matter=row, seat=seat.uid, reason="配偶在对方任职", by=them.by("head"))
    assert _finding(them, "A.2.2.1-s03") == Status.PARTLY
