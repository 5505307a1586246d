"""Every state of a review can be reached and left on screen: the table of states, walked through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.review import states
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.conftest import Cast
from tests.governance import meeters
from tests.review.house import Reviewers, committee, resolution, settled
from tests.web.review.hands import client, contract, does, file, fresh, page

pytestmark = pytest.mark.django_db


class Walk:
    """The people at their browsers, and which steps of the table were taken there."""

    def __init__(self, cast: Cast, them: Reviewers) -> None:
        self.them = them
        self.at: dict[str, Client] = {
            name: client(cast, them, name) for name in ("buyer", "officer", "staff", "second", "head", "chair")
        }
        self.taken: set[str] = set()

    def draft(self, **more: object) -> Matter:
        """Saved from the form."""
        before = set(Matter.objects.values_list("pk", flat=True))
        address = reverse("review-new-kind", args=[self.them.department.code, "contract"])
        answer = self.at["buyer"].post(address, contract(**more))
        assert answer.status_code == 302, answer.content.decode()[:1500]
        return Matter.objects.exclude(pk__in=before).get()

    def step(self, who: str, row: Matter, move: str, code: str, to: S, **sent: object) -> None:
        """A step that the page offers there and takes the matter where the table says."""
        held = fresh(row).state
        assert reverse("review-do", args=[row.uid, move]) in page(self.at[who], "review-one", row.uid)
        does(self.at[who], row, move, **sent)
        assert (held in states.STEPS[code].sources, fresh(row).state) == (True, to)
        self.taken.add(code)

    def follows(self, row: Matter, code: str, to: S) -> None:
        """A step that nobody takes by hand has happened."""
        assert (fresh(row).state, to) == (to, states.STEPS[code].to)
        self.taken.add(code)

    def say(self, who: str, row: Matter, stand: str, code: str, to: S, **sent: object) -> None:
        """An opinion from the form that the page shows."""
        shown = page(self.at[who], "review-one", row.uid)
        assert f'name="stand" value="{stand}"' in shown
        self.step(who, row, "speak", code, to, stand=stand, opinion="意见如上。", **sent)


def _passed(walk: Walk) -> None:
    row = walk.draft()
    walk.step("buyer", row, "submit", "submit", S.IN_REVIEW)
    walk.say("officer", row, "agree", "speak", S.IN_REVIEW)
    walk.say("staff", row, "agree", "pass", S.PASSED)
    assert fresh(row).passes.get().code[:4] in page(walk.at["buyer"], "review-pass", row.uid)
    walk.step("head", row, "void", "void", S.VOID, reason="对方资质是伪造的")
    assert "不再有效" in page(walk.at["buyer"], "review-pass", row.uid)


def _returned_and_refused(walk: Walk) -> None:
    row = walk.draft(title="退回过的合同")
    walk.step("buyer", row, "submit", "submit", S.IN_REVIEW)
    walk.say("officer", row, "revise", "return", S.RETURNED)
    changed = contract(title="退回过的合同", submit="1", version=str(fresh(row).version))
    changed["papers-text"] = file("第二稿".encode(), "二稿.txt")
    answer = walk.at["buyer"].post(reverse("review-edit", args=[row.uid]), changed)
    assert (answer.status_code, fresh(row).state) == (302, S.IN_REVIEW)
    walk.say("officer", row, "agree", "speak", S.IN_REVIEW)
    walk.say("staff", row, "disagree", "refuse", S.REFUSED)
    does(walk.at["buyer"], row, "again")
    assert Matter.objects.get(previous=row.uid).state == S.DRAFT


def _withdrawn(walk: Walk) -> None:
    for state in (S.DRAFT, S.IN_REVIEW, S.RETURNED):
        row = walk.draft(title=f"撤回的合同{state}")
        if state != S.DRAFT:
            does(walk.at["buyer"], row, "submit")
        if state == S.RETURNED:
            does(walk.at["officer"], row, "speak", stand="material", opinion="缺授权书")
        walk.step("buyer", row, "withdraw", "withdraw", S.WITHDRAWN, reason="业务取消")


def _vetoed(walk: Walk) -> Matter:
    row = walk.draft(title="对外担保合同", amount="8000000")
    does(walk.at["buyer"], row, "submit")
    walk.say("officer", row, "agree", "speak", S.IN_REVIEW)
    walk.say("staff", row, "agree", "speak", S.IN_REVIEW)
    walk.say("head", row, "veto", "veto", S.SUSPENDED, sure="1")
    walk.step("head", row, "take_back", "take_back", S.IN_REVIEW, reason="对方提供了反担保")
    walk.say("head", row, "veto", "veto", S.SUSPENDED, sure="1")
    walk.step("head", row, "report", "report", S.VETOED, receiver=str(walk.them.person("chair").uid))
    return row


def _convened(walk: Walk, row: Matter) -> None:
    """The page leads to a meeting of that body, with the matter on its agenda; until it is settled nothing is offered."""
    shown = page(walk.at["head"], "review-one", row.uid)
    assert '<select id="resolution"' not in shown
    (way,) = re.findall(r'href="([^"]*/meetings/new/[^"]*)"', shown)
    form = walk.at["head"].get(unescape(way)).content.decode()
    sent = dict(re.findall(r'name="(item-1-(?:review|matter))" value="([^"]*)"', form))
    assert sent == {"item-1-review": str(fresh(row).entry), "item-1-matter": row.title}
    body = re.search(r"body=([0-9a-f-]{36})", way)
    assert body is not None
    values = {"subject": "复议会议", "topic": "decision", "body": body[1], "held_on": clock.today().isoformat()}
    answer = walk.at["head"].post(way.split("?")[0], {**values, **sent, "item-1-kind": "decide"})
    assert answer.status_code == 302, answer.content.decode()[:1500]
    item = Entry.objects.select_related("body").get(register="agenda_items", title=row.title)
    assert item.body.data["review"] == str(fresh(row).entry)
    assert '<select id="resolution"' not in page(walk.at["head"], "review-one", row.uid)


def _lifted(walk: Walk) -> None:
    row = _vetoed(walk)
    assert "/r/bodies/new?unit=HD-01" in page(walk.at["head"], "review-one", row.uid)
    committee(walk.them)
    _convened(walk, row)
    item = resolution(walk.them, row)
    assert "复议" in page(walk.at["head"], "review-one", row.uid)
    walk.step("head", row, "lift", "lift", S.PASSED, resolution=str(item.uid))
    _reopened(walk, row, item)


def _reopened(walk: Walk, row: Matter, item: Entry) -> None:
    """The minutes are opened again on their page: the pass is suspended, holds again, and in the end falls."""
    meeting = Entry.objects.select_related("unit").get(uid=item.ref_1)
    address = reverse("governance-meeting-reopen", args=[meeting.unit.code, meeting.uid])
    for code, to, votes in (("resume", S.PASSED, {}), ("restore", S.VETOED, {"votes_for": "1", "votes_against": "2"})):
        assert walk.at["head"].post(address, {"reason": "票数记错了"}).status_code == 302
        walk.follows(row, "stay", S.STAYED)
        shown = page(walk.at["head"], "review-one", row.uid)
        assert "票数记错了" in shown
        assert f"/r/meetings/{meeting.uid}" in shown
        settled(walk.them, meeting, meeters.fresh(item), **votes)
        walk.follows(row, code, to)
    assert item.title in page(walk.at["buyer"], "review-one", row.uid)


@pytest.mark.parametrize("story", [_passed, _returned_and_refused, _withdrawn, _vetoed, _lifted])
def test_a_way_through_the_states_is_walked_on_screen(
    cast: Cast, them: Reviewers, story: Callable[[Walk], object]
) -> None:
    story(Walk(cast, them))


def test_no_step_of_the_table_is_missing_on_screen(cast: Cast, them: Reviewers) -> None:
    walk = Walk(cast, them)
    for story in (_passed, _returned_and_refused, _withdrawn, _lifted):
        story(walk)
    assert walk.taken == set(states.STEPS)


def test_what_is_over_offers_a_new_beginning_and_nothing_else(cast: Cast, them: Reviewers) -> None:
    walk = Walk(cast, them)
    row = walk.draft()
    does(walk.at["buyer"], row, "withdraw", reason="业务取消")
    shown = page(walk.at["buyer"], "review-one", row.uid)
    offered = {
        move for move in ("submit", "withdraw", "again", "void") if reverse("review-do", args=[row.uid, move]) in shown
    }
    assert offered == {"again"}
