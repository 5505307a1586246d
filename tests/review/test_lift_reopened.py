"""The minutes that lifted a veto are opened again: the pass waits for them, and holds or falls with them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guiju.governance.meetings import actions as meetings
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers import changes
from guiju.registers.models import Entry
from guiju.review import actions, gate, offline, passes, staying, tasks
from guiju.review.enums import MatterState as S
from guiju.review.models import Delivery, Matter, PassUse
from guiju.review.offline import VERIFIED
from guiju.trail import log as trail
from guiju.trail import verify
from guiju.web.verify import verdict
from guiju.workflow.models import Notice, Task, TaskStatus
from tests.conftest import Cast
from tests.governance import meeters
from tests.plugins.apart import KINDS, Apart
from tests.review.house import Reviewers, agenda, committee, paper, said, settled, submitted
from tests.web.review.hands import client, page

pytestmark = pytest.mark.django_db
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


class Lifted:
    """A vetoed contract whose veto the committee lifted, with the meeting at which it did."""

    def __init__(self, them: Reviewers, **more: Any) -> None:
        self.them = them
        self.body = committee(them)
        row = said(them, said(them, submitted(them, values=LARGE, **more), "officer"), "staff")
        row = said(them, row, "head", "veto", "违反对外担保的禁止性规定。")
        self.row = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("head"))
        self.meeting, self.item = agenda(them, self.row, self.body)
        settled(them, self.meeting, self.item)
        self.row = actions.lift_veto(matter=self.row, resolution=self.item.uid, by=them.by("head"))

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

    def titles(self) -> list[str]:
        """The open tasks about it."""
        rows = Task.objects.filter(about="review", about_uid=self.row.uid, status=TaskStatus.OPEN)
        return sorted(rows.values_list("title", flat=True))


def _sound() -> None:
    assert verify.run().findings == []


def test_minutes_that_were_open_before_anybody_followed_them_suspend_it_at_night(
    them: Reviewers, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Lifted(them)
    with monkeypatch.context() as former:
        former.setattr(changes, "_listeners", [each for each in changes._listeners if each != staying.on_rows])
        assert one.reopen().state == S.PASSED
    assert tasks.nightly.func() == {"stayed": 1}
    assert (one.now().state, one.asks().code) == (S.STAYED, "stayed")
    assert one.settle().state == S.PASSED
    assert verify.run(quick=True).findings == []


def test_while_the_minutes_are_open_nothing_is_cleared_and_everybody_is_told_why(them: Reviewers) -> None:
    one = Lifted(them)
    assert (one.asks().code, one.checked_offline()) == ("cleared", VERIFIED)
    row = one.reopen()
    answer = one.asks()
    assert (row.state, answer.cleared, answer.code) == (S.STAYED, False, "stayed")
    assert one.meeting.title in answer.why
    assert row.veto["stayed"]["why"] == "票数记错了"
    refused, used = gate.use(
        system="oa", ref=row.ref, digest=row.papers.get().digest, kind="seal", doing="YY-1", by=them.by("head")
    )
    assert (refused.code, used, PassUse.objects.count()) == ("stayed", None, 0)
    assert one.checked_offline() == "stayed"
    assert len(one.titles()) == 2
    assert row.owner.name in {task.owner.name for task in Task.objects.filter(about_uid=row.uid, owner__isnull=False)}
    ledger = Entry.objects.select_related("body").get(uid=row.entry)
    assert ledger.body.data["valid_until"] == clock.today().isoformat()
    _sound()


def test_the_pass_holds_again_once_a_resolution_is_settled_that_still_lifts_the_veto(them: Reviewers) -> None:
    one = Lifted(them)
    code = one.row.passes.get().code
    one.reopen()
    row = one.settle(votes_for="2", votes_against="1", resolution="同意，反担保须先行登记。")
    assert (row.state, row.reason, row.passes.get().code) == (S.PASSED, "", code)
    lifted = row.veto["lifted"]
    assert (lifted["votes_for"], lifted["votes_against"], lifted["text"]) == (2, 1, "同意，反担保须先行登记。")
    assert "stayed" not in row.veto
    assert (one.asks().code, one.checked_offline(), one.titles()) == ("cleared", VERIFIED, [])
    assert Notice.objects.filter(user_id=them.buyer.pk, task__about_uid=row.uid).exists()
    told = [event.action for event in trail.history("review", str(row.uid), limit=60)]
    assert {"review.stayed", "review.resumed"} <= set(told)
    _sound()


@pytest.mark.parametrize(
    "said_",
    [
        {"outcome": "rejected", "votes_for": "1", "votes_against": "2"},
        {"outcome": "deferred"},
        {"resolution": ""},
        {"votes_for": "", "votes_against": ""},
        {"votes_for": "1", "votes_against": "2"},
    ],
    ids=["rejected", "deferred", "without its text", "without votes", "outvoted"],
)
def test_the_veto_stands_again_where_the_settled_minutes_lift_it_no_longer(
    them: Reviewers, said_: dict[str, str]
) -> None:
    one = Lifted(them)
    one.reopen()
    row = one.settle(**said_)
    ended = row.passes.get()
    assert (row.state, row.outcome, row.lifted_item) == (S.VETOED, "veto", None)
    assert ended.revoked_at is not None
    assert row.veto["fallen"]["title"] == one.item.title
    assert (one.asks().code, one.checked_offline()) == ("vetoed", "revoked")
    assert not any("通行证" in title for title in one.titles())
    assert Notice.objects.filter(user_id=them.buyer.pk, task__about_uid=row.uid).exists()
    _sound()


def test_a_later_resolution_lifts_the_veto_that_stands_again_with_a_new_pass(them: Reviewers) -> None:
    one = Lifted(them)
    one.reopen()
    one.settle(outcome="rejected", votes_for="0", votes_against="3")
    item = settled(them, *agenda(them, one.now(), one.body))
    row = actions.lift_veto(matter=one.row, resolution=item.uid, by=them.by("head"))
    assert (row.state, row.passes.count()) == (S.PASSED, 2)
    assert one.asks().cleared
    _sound()


def test_an_item_that_was_taken_off_or_names_another_matter_lifts_nothing(them: Reviewers) -> None:
    one = Lifted(them)
    one.reopen()
    item = meeters.fresh(one.item)
    registers.update(entry=item, values={"review": None, "review_number": None}, version=item.version, by=them.house)
    assert one.now().state == S.STAYED, "it is decided when the minutes are settled"
    assert one.settle().state == S.VETOED
    _sound()


def test_when_the_item_is_gone_the_veto_stands_again_at_once(them: Reviewers) -> None:
    one = Lifted(them)
    one.reopen()
    item = meeters.fresh(one.item)
    registers.remove(entry=item, version=item.version, reason="议题撤回", by=them.house)
    row = one.now()
    assert (row.state, one.asks().code) == (S.VETOED, "vetoed")
    _sound()


def test_opened_and_settled_as_often_as_one_likes(them: Reviewers) -> None:
    one = Lifted(them)
    for _turn in range(2):
        assert one.reopen().state == S.STAYED
        assert one.settle().state == S.PASSED
    assert one.asks().cleared


def test_minutes_of_other_matters_move_nothing(them: Reviewers) -> None:
    one = Lifted(them)
    other = submitted(them, ref="HT-2", papers=[paper("另一份合同".encode())])
    meeting, item = agenda(them, other, one.body)
    settled(them, meeting, item)
    meetings.reopen(meeting=meeters.fresh(meeting), reason="补充", by=them.house)
    assert one.now().state == S.PASSED


def test_a_pass_that_was_withdrawn_before_has_nothing_left_to_suspend(them: Reviewers) -> None:
    one = Lifted(them)
    actions.void(matter=one.row, reason="资质系伪造", by=them.by("head"))
    assert one.reopen().state == S.VOID


def test_whoever_looks_after_reviews_may_withdraw_a_suspended_pass(them: Reviewers) -> None:
    one = Lifted(them)
    one.reopen()
    row = actions.void(matter=one.row, reason="不再需要", by=them.by("head"))
    assert (row.state, one.titles()) == (S.VOID, [])
    assert one.settle().state == S.VOID


def test_nothing_takes_its_place_while_it_is_suspended(them: Reviewers) -> None:
    one = Lifted(them)
    draft = actions.again(matter=one.row, by=them.by("buyer"))
    one.reopen()
    with pytest.raises(Problem) as refused:
        actions.again(matter=one.now(), by=them.by("buyer"))
    assert refused.value.code == "review.state"
    with pytest.raises(Problem) as refused:
        submitted(them, values=LARGE, papers=[paper("换了文本".encode())])
    assert refused.value.code == "review.under_way"
    with pytest.raises(Problem) as refused:
        actions.submit(matter=draft, by=them.by("buyer"))
    assert refused.value.code == "review.stayed"


def test_what_was_brought_anew_ends_when_the_veto_stands_again(them: Reviewers) -> None:
    one = Lifted(them)
    draft = actions.again(matter=one.row, by=them.by("buyer"))
    one.reopen()
    row = one.settle(outcome="rejected", votes_for="0", votes_against="3")
    draft.refresh_from_db()
    assert (row.state, draft.state) == (S.VETOED, S.WITHDRAWN)
    assert row.number in draft.reason
    _sound()


def test_where_the_later_one_is_vetoed_itself_the_earlier_one_is_void(them: Reviewers) -> None:
    one = Lifted(them)
    draft = actions.again(matter=one.row, by=them.by("buyer"))
    draft = actions.change(
        matter=draft, values={}, papers=[paper("第二份文本".encode())], version=draft.version, by=them.by("buyer")
    )
    later = said(them, said(them, actions.submit(matter=draft, by=them.by("buyer")), "officer"), "staff")
    said(them, later, "head", "veto", "仍然违规")
    one.reopen()
    row = one.settle(outcome="rejected", votes_for="0", votes_against="3")
    assert (row.state, one.asks().code) == (S.VOID, "suspended")
    _sound()


def test_what_was_carried_out_before_is_put_before_the_compliance_staff(them: Reviewers) -> None:
    one = Lifted(them)
    digest = one.row.papers.get().digest
    gate.use(system="oa", ref=one.row.ref, digest=digest, kind="seal", doing="YY-1", by=them.by("head"))
    one.reopen()
    one.settle(outcome="rejected", votes_for="0", votes_against="3")
    (task,) = Task.objects.filter(about_uid=one.row.uid, status=TaskStatus.OPEN, key__contains=":done:")
    assert task.role == "compliance_staff"


def test_other_systems_are_told_of_each_turn(them: Reviewers, settings: Any) -> None:
    from guiju.review import webhooks

    settings.WEBHOOK_HOSTS = ("127.0.0.1:9000",)
    webhooks.make(unit=them.unit, url="http://127.0.0.1:9000/x", by=them.by("head"), system="oa")
    one = Lifted(them)
    one.reopen()
    one.settle()
    one.reopen()
    one.settle(outcome="deferred")
    told = list(Delivery.objects.order_by("pk").values_list("event", flat=True))
    assert [event for event in told if event.split(".")[-1] in {"stayed", "resumed", "veto_restored"}] == [
        "review.stayed", "review.resumed", "review.stayed", "review.veto_restored",
    ]  # fmt: skip


def test_the_pages_say_so_with_the_reason(cast: Cast, them: Reviewers) -> None:
    one = Lifted(them)
    one.reopen()
    row, issued = one.row, one.row.passes.get()
    browser = client(cast, them, "buyer")
    shown = page(browser, "review-one", row.uid)
    assert "票数记错了" in shown
    assert one.meeting.title in page(browser, "review-pass", row.uid)
    from guiju.review import shown as seen

    public = Client().get(reverse("pass-scan", args=[issued.code]), {"m": seen.mark(issued)}).content.decode()
    assert "gj-checked--unmet" in public
    assert one.meeting.title not in public, "whoever is not of the firm reads of no minutes"
    inside = verdict.told(seen.by_code(issued.code), inside=True)
    assert one.meeting.title in inside["why"]
    head = client(cast, them, "head")
    assert "state=stayed" in page(head, "review-unit", them.unit.code)


# --- at once --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_minutes_opened_while_the_gate_is_asked_clear_nothing_afterwards(apart: Apart, kind: str) -> None:
    found = apart.tell(kind, "tests.review.liftraces")
    for told, uses, then, state in found["seal_and_reopen"]:
        assert set(told) <= {"done"}, told
        assert (state, then) == ("stayed", "stayed")
        assert uses <= 1
    for told, state, then in found["settle_and_seal"]:
        assert (set(told), state, then) == ({"done"}, "vetoed", "vetoed")
    for told, state, wrong in found["lift_and_reopen"]:
        assert set(told) <= {"done", "review.resolution"}
        assert (state, wrong) == ("stayed" if told == ["done", "done"] else "vetoed", [])
    for told, state, wrong in found["sign_and_reopen"]:
        assert set(told) <= {"done", "review.resolution"}
        assert (state, wrong) == ("stayed" if told == ["done", "done"] else "in_review", [])
    for told, state in found["reopen_and_void"]:
        assert set(told) <= {"done", "review.conflict"}
        assert state == "void"
    assert found["trail"] == []
