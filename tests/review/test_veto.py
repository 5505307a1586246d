"""The veto in two steps, and the only thing that lifts it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guiju.governance.meetings import actions as meetings
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions, gate, resolutions
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow.routes import deciding
from tests.api.conftest import open_caller
from tests.conftest import Cast, english
from tests.governance import meeters
from tests.review.house import (
    Reviewers,
    agenda,
    asked,
    committee,
    drafted,
    paper,
    resolution,
    said,
    settled,
    submitted,
)
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db


def _vetoed(them: Reviewers) -> Matter:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    return said(them, row, "head", "veto", "违反对外担保的禁止性规定。")


def test_a_veto_suspends_at_once_and_holds_when_it_was_reported(them: Reviewers) -> None:
    row = _vetoed(them)
    digest = row.papers.get().digest
    assert (row.state, asked(row)) == (S.SUSPENDED, [])
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("head")).code == "suspended"
    row = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))
    assert row.state == S.VETOED
    report = Entry.objects.get(register="report_deliveries")
    assert report.person == them.person("chair")
    ledger = Entry.objects.select_related("body").get(uid=row.entry)
    assert (ledger.level, ledger.body.data["signed_by"]) == ("veto", "董升")
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("head")).code == "vetoed"
    assert verify.run().findings == []


def test_nothing_goes_round_a_veto(them: Reviewers) -> None:
    row = _vetoed(them)
    for act in (
        lambda: said(them, row, "staff"),
        lambda: actions.withdraw(matter=row, reason="重新报", by=them.by("buyer")),
        lambda: actions.submit(matter=row, by=them.by("buyer")),
        lambda: actions.change(matter=row, values={"amount": "1"}, version=row.version, by=them.by("buyer")),
        lambda: submitted(them),
    ):
        with pytest.raises(Problem):
            act()
    reported = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))
    with pytest.raises(Problem):
        submitted(them)  # the same thing under the same number
    with pytest.raises(Problem):
        actions.take_back_veto(matter=reported, reason="改主意了", by=them.by("head"))
    assert Matter.objects.get(pk=row.pk).state == S.VETOED


def _reported(them: Reviewers, **more: Any) -> Matter:
    return actions.report_veto(matter=_vetoed(them), receiver=them.person("chair"), by=them.by("head"), **more)


def _refused_lift(them: Reviewers, row: Matter, item: Entry) -> Problem:
    with pytest.raises(Problem) as refused:
        actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head"))
    assert refused.value.code == "review.resolution"
    assert Matter.objects.get(pk=row.pk).state == S.VETOED
    return refused.value


def test_only_a_settled_resolution_with_text_and_votes_lifts_it(them: Reviewers) -> None:
    body = committee(them)
    row = _reported(them)
    assert (row.veto["body"], row.veto["body_name"]) == (str(body.uid), "合规管理委员会")
    for item in (
        agenda(them, row, body)[1],
        resolution(them, row, outcome="rejected", votes_for="1", votes_against="2"),
        resolution(them, row, outcome="deferred"),
        resolution(them, row, resolution=""),
        resolution(them, row, votes_for="", votes_against=""),
    ):
        _refused_lift(them, row, item)
    row = actions.lift_veto(matter=row, resolution=resolution(them, row).uid, by=them.by("head"))
    lifted = row.veto["lifted"]
    assert (row.state, lifted["votes_for"], lifted["body"]) == (S.PASSED, 3, "合规管理委员会")
    assert Entry.objects.select_related("body").get(uid=row.entry).body.data["signed_by"] == "合规管理委员会"
    digest = row.papers.get().digest
    assert gate.ask(system="oa", ref="HT-2026-001", digest=digest, by=them.by("head")).cleared
    assert verify.run().findings == []


def test_another_body_does_not_lift_it(them: Reviewers) -> None:
    told = committee(them)
    board = committee(them, kind="board", name="董事会")
    row = _reported(them)
    told_to = _refused_lift(them, row, resolution(them, row, board))
    assert "合规管理委员会" in told_to.what
    assert row.number in told_to.fix
    assert [one.title for one in resolutions.lifting(row)] == [told.title]


def test_a_body_of_the_group_lifts_only_what_was_reported_to_it(them: Reviewers, cast: Cast) -> None:
    own = committee(them)
    above = meeters.committee(cast.group, them.house, name="集团合规委员会")
    meeters.seat(above, them.person("chair"), "chair", them.house)
    row = _reported(them, body=above.uid)
    _refused_lift(them, row, resolution(them, row, own))
    meeting, item = agenda(them, row, above)
    done = settled(them, meeting, item, ("chair",), votes_for="1")
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_a_like_title_is_no_proof_and_another_matters_resolution_neither(them: Reviewers) -> None:
    body, row = committee(them), _reported(them)
    other = drafted(them, ref="HT-2")
    for named in (
        {"review": None, "matter": row.title},
        {"review": None, "review_number": "审2026-9999"},
        {"review": None, "review_number": other.number or "审"},
    ):
        meeting, item = agenda(them, row, body, **named)
        _refused_lift(them, row, settled(them, meeting, item))
    assert resolutions.offered(row, them.by("head")).found == []
    meeting, item = agenda(them, row, body, review=None, review_number=row.number)
    done = settled(them, meeting, item)
    assert [one.item.pk for one in resolutions.offered(row, them.by("head")).found] == [item.pk]
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_a_number_of_the_subsidiary_is_no_number_of_the_group(them: Reviewers, cast: Cast) -> None:
    above = meeters.committee(cast.group, them.house, name="集团合规委员会")
    meeters.seat(above, them.person("chair"), "chair", them.house)
    row = _reported(them)
    meeting, item = agenda(them, row, above, review=None, review_number=row.number)
    _refused_lift(them, row, settled(them, meeting, item, ("chair",), votes_for="1"))
    meeting, item = agenda(them, row, above, review=None, review_number=f"HD-01 {row.number}")
    done = settled(them, meeting, item, ("chair",), votes_for="1")
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_settled_minutes_are_not_pointed_at_another_matter_afterwards(them: Reviewers) -> None:
    body, row = committee(them), _reported(them)
    item = settled(them, *agenda(them, row, body, review=None, matter="审议年度计划"))
    for values in ({"review": str(row.entry)}, {"review_number": row.number}):
        with pytest.raises(Problem) as refused:
            registers.update(entry=item, values=values, version=item.version, by=them.house)
        assert refused.value.code == "meeting.closed"


def test_minutes_without_their_sheet_prove_no_votes(them: Reviewers) -> None:
    """A record that was typed into the register as settled: nobody checked quorum, votes and who stepped aside."""
    body, row = committee(them), _reported(them)
    values = {
        "subject": "补录的会议", "topic": "decision", "held_on": _today(), "body": str(body.uid), "minutes": "同意",
        "chaired_by": str(them.person("chair").uid),
    }  # fmt: skip
    meeting = registers.create(register="meetings", unit=them.unit, values=values, by=them.house)
    item = registers.create(
        register="agenda_items", unit=them.unit, by=them.house, values={
            "matter": row.title, "meeting": str(meeting.uid), "kind": "decide", "outcome": "agreed", "votes_for": 9,
            "votes_against": 0, "resolution": "同意", "decided_on": _today(), "review": str(row.entry),
        },
    )  # fmt: skip
    registers.move(entry=meeting, move="settle", values={}, by=them.house)
    _refused_lift(them, row, item)


def test_a_vote_with_whoever_brought_the_matter_counts_once_he_stepped_aside(them: Reviewers) -> None:
    body, row = committee(them, ("chair", "head", "staff", "buyer")), _reported(them)
    there = ("chair", "head", "staff", "buyer")
    refused = _refused_lift(them, row, settled(them, *agenda(them, row, body), there))
    assert "采莲" in refused.what
    meeting, item = agenda(them, row, body)
    meetings.recuse(item=item, person=them.person("buyer"), reason="事项由其提出", by=them.house)
    done = settled(them, meeting, item, there)
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_the_veto_is_reported_to_a_member_of_the_body_and_not_to_any_colleague(them: Reviewers) -> None:
    committee(them)
    row = _vetoed(them)
    for receiver, body in (("second", None), ("officer", None), ("chair", row.uid)):
        with pytest.raises(Problem) as refused:
            actions.report_veto(matter=row, receiver=them.person(receiver), body=body, by=them.by("head"))
        assert {fault.where for fault in refused.value.faults} == {"body" if body else "receiver"}
    assert actions.report_veto(matter=row, receiver=them.person("staff"), by=them.by("head")).state == S.VETOED


def test_where_no_leading_body_is_on_record_it_is_reported_to_whoever_leads_the_firm(them: Reviewers) -> None:
    row = _vetoed(them)
    with pytest.raises(Problem) as refused:
        actions.report_veto(matter=row, receiver=them.person("officer"), by=them.by("head"))
    assert {fault.where for fault in refused.value.faults} == {"receiver"}
    row = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))
    assert resolutions.offered(row, them.by("head")).bodies == []
    with pytest.raises(Problem):
        actions.lift_veto(matter=row, resolution=row.uid, by=them.by("head"))
    assert actions.lift_veto(matter=row, resolution=resolution(them, row).uid, by=them.by("head")).state == S.PASSED


def test_the_leading_body_speaks_by_its_resolution_on_the_papers_of_this_round(them: Reviewers) -> None:
    step = {"code": "body", "name": "委员会", "part": "body", "who": {"role": "first_responsible"}, "days": 5}
    rows = [{"name": "全部", "steps": [step]}]
    draft = deciding.save(unit=them.unit, purpose="review", rows=rows, by=them.house)
    deciding.publish(unit=them.unit, purpose="review", version=draft.version, by=them.house)
    body, row = committee(them), submitted(them)
    item = resolution(them, row, outcome="agreed")
    with pytest.raises(Problem):
        said(
            them,
            row,
            "chair",
            resolution=resolution(them, row, outcome="rejected", votes_for="0", votes_against="2").uid,
        )
    back = said(them, row, "chair", "revise", "补充反担保协议")
    back = actions.change(
        matter=back, values={}, papers=[paper("修改稿".encode())], version=back.version, by=them.by("buyer")
    )
    again = actions.submit(matter=back, by=them.by("buyer"))
    with pytest.raises(Problem) as stale:
        said(them, again, "chair", resolution=item.uid)
    assert (stale.value.code, item.title in stale.value.what) == ("review.resolution", True)
    fresh = resolution(them, again)
    done = said(them, again, "chair", resolution=fresh.uid)
    kept = done.grounds.get()
    assert (done.state, kept.register, kept.entry) == (S.PASSED, "agenda_items", fresh.uid)
    assert {body.title in kept.source, _today() in kept.source} == {True}
    assert verify.run().findings == []


def _today() -> str:
    return clock.today().isoformat()


def test_a_veto_is_taken_back_before_it_is_reported(them: Reviewers) -> None:
    row = actions.take_back_veto(matter=_vetoed(them), reason="对方提供了反担保", by=them.by("head"))
    assert (row.state, asked(row)) == (S.IN_REVIEW, ["首阳"])
    assert said(them, row, "head").state == S.PASSED


def test_a_step_without_the_power_does_not_veto(them: Reviewers) -> None:
    row = submitted(them)
    with pytest.raises(Problem) as refused:
        said(them, row, "officer", "veto", "不行")
    assert {fault.where for fault in refused.value.faults} == {"stand"}


# --- who voted after saying no -------------------------------------------------------------------------------------------


def test_who_vetoed_and_then_voted_to_lift_it_is_named_on_page_api_and_trail(them: Reviewers, cast: Cast) -> None:
    row = _reported(them)
    item = resolution(them, row)  # the head sits in the committee and was there
    (found,) = resolutions.offered(row, them.by("second")).found
    assert (found.lacks, found.said_no) == (None, ("首阳",))
    shown = page(english(client(cast, them, "second")), "review-one", row.uid)
    assert "首阳 said no in this review and is counted among those who voted" in shown
    (told,) = json.loads(open_caller(them.second, them.unit).get(f"/reviews/{row.uid}/resolutions").content)
    assert "首阳" in told["hint"]
    assert told["lacks"] == ""
    row = actions.lift_veto(matter=row, resolution=item.uid, by=them.by("second"))
    assert row.state == S.PASSED, "a hint, no refusal"
    assert row.veto["lifted"]["said_no"] == ["首阳"]
    event = Event.objects.filter(action="review.veto_lifted", object_id=str(row.uid)).latest("pk")
    assert "首阳" in str(event.body.content["veto"]["lifted"]["said_no"])
    assert "首阳 had said no in this review" in page(english(client(cast, them, "buyer")), "review-one", row.uid)
    assert verify.run().findings == []


def test_nothing_is_said_of_those_who_had_not_said_no(them: Reviewers) -> None:
    row = _reported(them)
    meeting, item = agenda(them, row, committee(them, ("chair", "staff", "second")))
    settled(them, meeting, item, ("chair", "staff", "second"))
    (found,) = resolutions.offered(row, them.by("head")).found
    assert (found.said_no, found.hint) == ((), "")
    row = actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head"))
    assert "said_no" not in row.veto["lifted"]
