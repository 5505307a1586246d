"""A leading body that decided by circulation (传签): its signed page is a resolution by the same checks as minutes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse

from guiju.files import store
from guiju.governance.meetings import actions as meetings
from guiju.governance.meetings import quorum
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.conftest import Cast
from tests.governance import meeters
from tests.review.house import Reviewers, agenda, committee, said, settled, submitted
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db
FOUR = ("chair", "head", "staff", "second")


def _vetoed(them: Reviewers) -> Matter:
    values = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}
    row = said(them, said(them, submitted(them, values=values), "officer"), "staff")
    row = said(them, row, "head", "veto", "违反对外担保的禁止性规定。")
    return actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))


def _page(them: Reviewers) -> dict[str, Any]:
    file = io.BytesIO("传签签署页 董升 首阳 何规".encode())
    file.name = "签署页.txt"
    stored = store.save(file, name=file.name, by=them.house)
    return {"digest": stored.digest, "name": file.name, "size": stored.size}


def _round(them: Reviewers, row: Matter, body: Entry, **more: Any) -> tuple[Entry, Entry]:
    """The matter goes round among the members; the page that they signed is attached."""
    meeting, item = agenda(them, row, body)
    values = {"way": "circulation", "signed_pages": [_page(them)], **more}
    entry = meeters.fresh(meeting)
    registers.update(entry=entry, values=values, version=entry.version, by=them.house)
    return meeting, item


def test_a_signed_page_lifts_a_veto_where_the_rules_of_the_body_allow_it(them: Reviewers) -> None:
    body, row = committee(them, FOUR, circulates=True), _vetoed(them)
    meeting, item = _round(them, row, body)
    done = settled(them, meeting, item, ("chair", "head", "staff"))
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_without_the_rule_the_page_or_the_votes_nothing_is_settled(them: Reviewers) -> None:
    body, row = committee(them, FOUR), _vetoed(them)
    meeting, item = _round(them, row, body)
    with pytest.raises(Problem) as refused:
        settled(them, meeting, item, FOUR)
    assert [fault.where for fault in refused.value.faults] == ["body"]
    held = meeters.fresh(body)
    registers.update(entry=held, values={"circulates": True}, version=held.version, by=them.house)
    bare, its = _round(them, row, body, signed_pages=[])
    with pytest.raises(Problem) as refused:
        settled(them, bare, its, FOUR)
    assert [fault.where for fault in refused.value.faults] == ["signed_pages"]
    with pytest.raises(Problem) as refused:
        settled(them, meeting, item, FOUR, votes_for="", votes_against="")
    assert [fault.where for fault in refused.value.faults] == [f"items.{item.uid}.votes_for"]


def test_who_did_not_sign_has_not_agreed(them: Reviewers) -> None:
    """At a meeting two of three there would carry it; going round among four they do not."""
    body, row = committee(them, FOUR, circulates=True, passes="majority_present"), _vetoed(them)
    meeting, item = _round(them, row, body)
    with pytest.raises(Problem) as refused:
        settled(them, meeting, item, ("chair", "head", "staff"), votes_for="2", votes_against="1")
    assert [fault.where for fault in refused.value.faults] == [f"items.{item.uid}.outcome"]
    with pytest.raises(Problem) as refused:
        settled(them, meeting, item, ("chair", "head"), votes_for="2")
    assert "attendance" in {fault.where for fault in refused.value.faults}
    settled(them, meeting, item, ("chair", "head", "staff"), votes_for="3")


def test_nobody_signs_for_another_and_nobody_votes_who_did_not_sign(them: Reviewers) -> None:
    body, row = committee(them, FOUR, circulates=True, deputies_count=True), _vetoed(them)
    meeting, item = _round(them, row, body)
    written = meeters.written(meeting, them.person("chair"), [them.person(who) for who in FOUR[:3]])
    written["attendance"][str(them.person("second").uid)] = {"state": "deputy", "deputy": "何方"}
    written["items"][str(item.uid)] = {
        "outcome": "agreed",
        "votes_for": "4",
        "votes_against": "0",
        "resolution": "同意",
    }
    with pytest.raises(Problem) as refused:
        meetings.settle(
            meeting=meeters.fresh(meeting), written=written, version=meeters.version(meeting), by=them.house
        )
    assert {fault.where for fault in refused.value.faults} == {
        f"attendance.{them.person('second').uid}", f"items.{item.uid}.votes_for",
    }  # fmt: skip


def test_whoever_stands_aside_is_not_counted(them: Reviewers) -> None:
    seats = (*FOUR, "buyer")
    body, row = committee(them, seats, circulates=True), _vetoed(them)
    meeting, item = _round(them, row, body)
    done = settled(them, meeting, item, (*FOUR, "buyer"), votes_for="4", votes_against="0")
    with pytest.raises(Problem) as refused:
        actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head"))
    assert "采莲" in refused.value.what
    meetings.reopen(meeting=meeters.fresh(meeting), reason="补登回避", by=them.house)
    meetings.recuse(item=meeters.fresh(item), person=them.person("buyer"), reason="事项由其提出", by=them.house)
    done = settled(them, meeting, meeters.fresh(item), ("chair", "head", "staff", "buyer"), votes_for="3")
    assert actions.lift_veto(matter=row, resolution=done.uid, by=them.by("head")).state == S.PASSED


def test_once_settled_neither_the_way_nor_the_signed_page_changes(them: Reviewers) -> None:
    body, row = committee(them, FOUR, circulates=True), _vetoed(them)
    meeting, item = _round(them, row, body)
    settled(them, meeting, item, ("chair", "head", "staff"))
    for values in ({"way": "meeting"}, {"signed_pages": []}):
        held = meeters.fresh(meeting)
        with pytest.raises(Problem) as refused:
            registers.update(entry=held, values=values, version=held.version, by=them.house)
        assert refused.value.code == "meeting.closed"


def test_what_went_round_is_no_meeting_that_was_held(them: Reviewers) -> None:
    from guiju.governance.meetings import queries

    body, row = committee(them, FOUR, circulates=True), _vetoed(them)
    meeting, item = _round(them, row, body)
    settled(them, meeting, item, ("chair", "head", "staff"))
    line = queries.body(by=them.house, uid=body.uid, year=clock.today().year)
    assert not any(cell.meetings for cell in line.strip.cells)


def test_the_sheet_speaks_of_signing(cast: Cast, them: Reviewers) -> None:
    body, row = committee(them, FOUR, circulates=True), _vetoed(them)
    meeting, _item = _round(them, row, body)
    browser = client(cast, them, "head")
    shown = page(browser, "governance-meeting", them.unit.code, meeting.uid)
    assert "签署页.txt" in shown
    assert 'value="deputy"' not in shown
    form = browser.get(reverse("governance-meetings-new", args=[them.unit.code])).content.decode()
    assert 'value="circulation"' in form


@pytest.mark.parametrize(
    ("rule", "votes", "entitled", "members", "carried"),
    [
        ("", 0, 3, 3, False), ("", 2, 3, 3, True), ("", 2, 4, 5, False), ("majority_present", 3, 5, 5, True),
        ("majority_all", 3, 4, 6, False), ("two_thirds_present", 2, 3, 4, True), ("two_thirds_present", 2, 4, 4, False),
    ],
)  # fmt: skip
def test_votes_are_reckoned_on_everybody_who_may_vote(
    rule: str, votes: int, entitled: int, members: int, carried: bool
) -> None:
    assert quorum.carries_by_circulation(rule, votes, entitled=entitled, members=members) == carried


def test_a_programme_plans_it_too_and_reads_the_way(them: Reviewers) -> None:
    from tests.api.test_review_matters import caller

    body = committee(them, FOUR, circulates=True)
    values = {
        "subject": "传签：担保事项", "topic": "decision", "held_on": clock.today().isoformat(), "body": str(body.uid),
        "way": "circulation", "items": [{"matter": "担保事项复议"}],
    }  # fmt: skip
    made = caller(them, "head").post(f"/units/{them.unit.code}/meetings", values)
    assert (made.status_code, made.json()["way"]) == (201, "circulation"), made.content
