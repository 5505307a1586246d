"""The minutes by which the leading body signed at a step are opened again: the pass waits for them, and holds or ends."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from guiju.governance.meetings import actions as meetings
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers import changes
from guiju.registers.models import Entry
from guiju.review import actions, gate, keeping, lookalikes, offline, passes, staying, tasks
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.review.offline import VERIFIED
from guiju.trail import log as trail
from guiju.trail import verify
from guiju.workflow.models import Notice, Task, TaskStatus
from tests.api.conftest import open_caller
from tests.conftest import Cast, english
from tests.governance import meeters
from tests.review.house import Reviewers, agenda, committee, paper, said, settled, submitted
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外投资合同", "amount": "8000000", "form": {"party": "某某公司"}}


class Signed:
    """A contract that the head reported to the leading body, which agreed to it by its resolution."""

    def __init__(self, them: Reviewers) -> None:
        self.them, self.body = them, committee(them)
        row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
        row = actions.escalate(matter=row, reason="风险重大", by=them.by("head"))
        self.row = said(them, row, "head")
        self.meeting, self.item = agenda(them, self.now(), self.body)
        settled(them, self.meeting, self.item)
        self.row = said(them, self.now(), "chair", resolution=self.item.uid)

    def now(self) -> Matter:
        """The matter as it stands."""
        self.row = Matter.objects.select_related("unit", "department", "owner", "root").get(pk=self.row.pk)
        return self.row

    def reopen(self, reason: str = "票数记错了") -> Matter:
        meetings.reopen(meeting=meeters.fresh(self.meeting), reason=reason, by=self.them.house)
        return self.now()

    def settle(self, **said_: Any) -> Matter:
        settled(self.them, self.meeting, meeters.fresh(self.item), **said_)
        return self.now()

    def asks(self) -> gate.Answer:
        digest = self.row.papers.get().digest
        return gate.ask(system=self.row.system, ref=self.row.ref, digest=digest, by=self.them.by("head"))

    def checked_offline(self) -> str:
        token, digest = self.row.passes.order_by("-pk")[0].token, self.row.papers.get().digest
        return offline.check(token=token, digest=digest, keys=passes.published(), ended=passes.ended()).result

    def ledger(self) -> dict[str, Any]:
        assert self.row.entry is not None
        found: dict[str, Any] = Entry.objects.select_related("body").get(uid=self.row.entry).body.data
        return found

    def tasks(self) -> list[Task]:
        return list(Task.objects.filter(about="review", about_uid=self.row.uid, status=TaskStatus.OPEN))


def _sound() -> None:
    assert verify.run().findings == []


def test_while_the_minutes_are_open_the_pass_clears_nothing_anywhere(them: Reviewers) -> None:
    one = Signed(them)
    assert (one.row.state, one.asks().code, one.checked_offline()) == (S.PASSED, "cleared", VERIFIED)
    assert one.ledger()["signed_by"] == one.body.title
    row = one.reopen()
    answer = one.asks()
    assert (row.state, row.veto, answer.code) == (S.STAYED, {}, "stayed")
    assert one.meeting.title in answer.why
    refused, used = gate.use(
        system="oa", ref=row.ref, digest=row.papers.get().digest, kind="seal", doing="YY-1", by=them.by("head")
    )
    assert (refused.code, used) == ("stayed", None)
    assert one.checked_offline() == "stayed"
    assert len(one.tasks()) == 2, "who brought it holds it back, the staff have the minutes settled"
    _sound()


def test_settled_again_and_agreed_it_holds_again(them: Reviewers) -> None:
    one = Signed(them)
    code = one.row.passes.get().code
    for votes in ("3", "2"):
        one.reopen()
        row = one.settle(votes_for=votes, votes_against="0")
        assert (row.state, row.stayed, row.reason, row.passes.get().code) == (S.PASSED, {}, "", code)
    assert (one.asks().code, one.checked_offline(), one.tasks()) == ("cleared", VERIFIED, [])
    told = {event.action for event in trail.history("review", str(row.uid), limit=60)}
    assert {"review.stayed", "review.resumed"} <= told
    _sound()


@pytest.mark.parametrize(
    "said_",
    [{"outcome": "rejected", "votes_for": "1", "votes_against": "2"}, {"outcome": "deferred"}, {"resolution": ""}],
    ids=["rejected", "deferred", "without its text"],
)
def test_settled_otherwise_it_ends_for_good(them: Reviewers, said_: dict[str, str]) -> None:
    one = Signed(them)
    one.reopen()
    row = one.settle(**said_)
    assert (row.state, row.passes.get().revoked_at is not None) == (S.VOID, True)
    assert (one.asks().code, one.checked_offline()) == ("void", "revoked")
    assert one.ledger().get("signed_by") is None, "what fell signs nothing"
    assert one.tasks() == []
    assert Notice.objects.filter(user_id=them.buyer.pk, task__about_uid=row.uid).exists()
    draft = actions.again(matter=row, by=them.by("buyer"))
    assert draft.state == S.DRAFT
    _sound()


def test_what_was_carried_out_meanwhile_is_put_before_the_staff(them: Reviewers) -> None:
    one = Signed(them)
    digest = one.row.papers.get().digest
    gate.use(system="oa", ref=one.row.ref, digest=digest, kind="seal", doing="YY-1", by=them.by("head"))
    one.reopen()
    one.settle(outcome="rejected", votes_for="0", votes_against="3")
    (task,) = [one_ for one_ in one.tasks() if ":done:" in one_.key]
    assert task.role == "compliance_staff"


def test_when_the_item_is_gone_it_ends_at_once(them: Reviewers) -> None:
    one = Signed(them)
    one.reopen()
    item = meeters.fresh(one.item)
    registers.remove(entry=item, version=item.version, reason="议题撤回", by=them.house)
    assert (one.now().state, one.asks().code) == (S.VOID, "void")
    _sound()


def test_a_pass_that_was_withdrawn_before_is_left_as_it_is(them: Reviewers) -> None:
    one = Signed(them)
    row = actions.void(matter=one.row, reason="不再需要", by=them.by("head"))
    assert one.reopen().state == S.VOID
    assert one.settle().reason == row.reason


def test_the_head_may_withdraw_it_while_it_is_suspended(them: Reviewers) -> None:
    one = Signed(them)
    one.reopen()
    assert actions.void(matter=one.row, reason="不再需要", by=them.by("head")).state == S.VOID
    assert one.settle().state == S.VOID
    _sound()


def test_the_same_text_waits_elsewhere_and_is_not_called_vetoed(them: Reviewers) -> None:
    one = Signed(them)
    one.reopen()
    with pytest.raises(Problem) as refused:
        submitted(them, values={**LARGE, "title": "投资合同"}, ref="HT-9")
    assert refused.value.code == "review.vetoed_text"
    assert "否决" not in refused.value.what
    assert "veto" not in refused.value.what.lower()
    other = submitted(them, values={**LARGE, "amount": "1"}, ref="HT-8", papers=[paper("另一份".encode())])
    assert lookalikes.stopped(other) == [], "nobody has stopped it"


def test_an_earlier_step_of_the_body_has_to_stand_when_the_last_step_lets_it_pass(them: Reviewers) -> None:
    body = committee(them)
    row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
    row = actions.escalate(matter=row, reason="风险重大", by=them.by("head"))
    run = keeping.last_run(row)
    assert run is not None
    run.steps = [*run.steps, {**run.steps[1], "code": "again", "name": "合规管理部门复核"}]
    run.save(update_fields=["steps"])
    row = said(them, Matter.objects.get(pk=row.pk), "head")
    meeting, item = agenda(them, row, body)
    settled(them, meeting, item)
    row = said(them, Matter.objects.get(pk=row.pk), "chair", resolution=item.uid)
    assert row.state == S.IN_REVIEW
    meetings.reopen(meeting=meeters.fresh(meeting), reason="票数记错了", by=them.house)
    with pytest.raises(Problem) as refused:
        said(them, row, "second")
    assert refused.value.code == "review.reopened"
    settled(them, meeting, meeters.fresh(item), outcome="rejected", votes_for="0", votes_against="3")
    with pytest.raises(Problem):
        said(them, Matter.objects.get(pk=row.pk), "second")
    assert said(them, Matter.objects.get(pk=row.pk), "second", "disagree", "领导机构未同意").state == S.REFUSED


def test_a_signature_whose_minutes_opened_while_its_step_waited_for_counsel_passes_nothing(them: Reviewers) -> None:
    body = committee(them)
    row = said(them, said(them, submitted(them, values=LARGE), "officer"), "staff")
    row = said(them, actions.escalate(matter=row, reason="风险重大", by=them.by("head")), "head")
    row = actions.ask_counsel(matter=Matter.objects.get(pk=row.pk), name="某律所", reason="外聘", by=them.by("chair"))
    meeting, item = agenda(them, row, body)
    settled(them, meeting, item)
    row = said(them, Matter.objects.get(pk=row.pk), "chair", resolution=item.uid)
    assert row.state == S.IN_REVIEW
    meetings.reopen(meeting=meeters.fresh(meeting), reason="票数记错了", by=them.house)
    run = keeping.last_run(row)
    assert run is not None
    given: dict[str, Any] = {
        "seat": run.seats.get(kind="counsel").uid, "stand": "agree", "opinion": "无异议",
        "files": [{"digest": paper(b"counsel")["digest"], "name": "意见.txt"}], "by": them.by("second"),
    }  # fmt: skip
    with pytest.raises(Problem) as refused:
        actions.enter_counsel(matter=Matter.objects.get(pk=row.pk), **given)
    assert refused.value.code == "review.reopened"
    settled(them, meeting, meeters.fresh(item))
    assert actions.enter_counsel(matter=Matter.objects.get(pk=row.pk), **given).state == S.PASSED


def test_page_and_api_say_since_when_and_why(them: Reviewers, cast: Cast) -> None:
    one = Signed(them)
    row = one.reopen()
    for who in ("buyer", "head"):
        shown = page(english(client(cast, them, who)), "review-one", row.uid)
        assert "票数记错了" in shown
        assert "or ends for good, once the minutes" in shown
        assert 'id="stayed"' in shown
        assert 'id="veto"' not in shown
    assert one.meeting.title in page(client(cast, them, "buyer"), "review-pass", row.uid)
    told = _read(them, row)
    assert (told["state"], told["veto"], told["stayed"]["why"]) == ("stayed", None, "票数记错了")
    one.settle()
    assert _read(them, row)["stayed"] is None


def _read(them: Reviewers, row: Matter) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(open_caller(them.second, them.unit).get(f"/reviews/{row.uid}").content)
    return found


# --- minutes that were open before anybody followed them ----------------------------------------------------------------


def _unfollowed(one: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The minutes are opened in a house whose reviews do not follow that yet."""
    with monkeypatch.context() as former:
        former.setattr(changes, "_listeners", [each for each in changes._listeners if each != staying.on_rows])
        one.reopen()


def test_minutes_that_were_open_when_the_house_was_brought_up_to_date_are_found_at_night(
    them: Reviewers, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, opened_on = Signed(them), clock.today().isoformat()
    _unfollowed(one, monkeypatch)
    assert (one.now().state, one.asks().code) == (S.PASSED, "cleared")
    with clock.simulate(clock.now() + timedelta(days=2)):
        assert tasks.nightly.func() == {"stayed": 1}
        row = one.now()
        assert (row.state, one.asks().code, one.checked_offline()) == (S.STAYED, "stayed", "stayed")
        shown = page(english(client(cast, them, "buyer")), "review-one", row.uid)
        assert f"opened the minutes of “{one.meeting.title}” again on {opened_on}" in shown, "when that was"
        assert tasks.nightly.func() == {"stayed": 0}, "once is enough"
        assert one.settle().state == S.PASSED
    _sound()


def test_what_rests_on_settled_minutes_is_left_alone_at_night(them: Reviewers) -> None:
    one = Signed(them)
    version = one.now().version
    assert tasks.nightly.func() == {"stayed": 0}
    assert (one.now().state, one.row.version) == (S.PASSED, version)
    one.reopen()
    one.settle()
    assert tasks.nightly.func() == {"stayed": 0}
    assert one.now().state == S.PASSED


def test_nor_does_a_pass_outlive_at_night_the_item_on_which_it_rested(
    them: Reviewers, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Signed(them)
    with monkeypatch.context() as former:
        former.setattr(changes, "_listeners", [each for each in changes._listeners if each != staying.on_rows])
        one.reopen()
        item = meeters.fresh(one.item)
        registers.remove(entry=item, version=item.version, reason="议题撤回", by=them.house)
    assert one.now().state == S.PASSED
    assert tasks.nightly.func() == {"stayed": 1}
    assert (one.now().state, one.asks().code) == (S.VOID, "void")
    _sound()
