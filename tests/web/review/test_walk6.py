"""What a newcomer tripped over in reviews: texts that were sent back, passes that wait, papers that must say it all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from guiju.documents.kinds.review_opinion import of_matter
from guiju.documents.paper import Line
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.review import actions, keeping, queries, shown
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from tests.conftest import Cast, english
from tests.governance import meeters
from tests.governance.policy_house import account
from tests.review.house import Reviewers, committee, paper, passed, resolution, said, submitted
from tests.web.review.hands import client, contract, does, file, fresh, page

pytestmark = pytest.mark.django_db

OLD, NEW = b"prepaid 80%", b"prepaid 10%"


@pytest.fixture(autouse=True)
def _nobody_has_tried_codes_before() -> None:
    cache.clear()


@pytest.fixture
def buyer(cast: Cast, them: Reviewers) -> Client:
    return english(client(cast, them, "buyer"))


# --- what was sent back ---------------------------------------------------------------------------------------------


def _returned(them: Reviewers) -> Matter:
    """A contract with its text and one paper beside, sent back by the department's officer."""
    papers = [paper(OLD, name="合同.txt"), paper(b"licence", "party", "资信.txt")]
    return said(them, submitted(them, papers=papers), "officer", "revise", "预付款比例过高")


def _kept(browser: Client, row: Matter) -> dict[str, list[str]]:
    """The files that the form carries, as a browser sends them back."""
    form = browser.get(reverse("review-edit", args=[row.uid])).context["form"]
    return {f"{line.name}__kept": [one.token for one in line.kept] for line in form.papers if line.kept}


def _resubmits(browser: Client, row: Matter, **more: object) -> Matter:
    sent = contract(version=str(fresh(row).version), submit="1", **_kept(browser, row), **more)
    answer = browser.post(reverse("review-edit", args=[row.uid]), sent)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return fresh(row)


def _now(row: Matter) -> set[str]:
    return set(row.papers.filter(until_round=None).values_list("name", flat=True))


def test_a_new_text_takes_the_place_of_the_one_that_was_sent_back(buyer: Client, them: Reviewers) -> None:
    row = _resubmits(buyer, _returned(them), **{"papers-text": file(NEW, "合同v2.txt")})
    assert _now(row) == {"合同v2.txt", "资信.txt"}  # a kind that was not given anew stays as it was
    done = said(them, said(them, row, "officer"), "staff")
    assert done.state == S.PASSED
    roles = {one.role for one in done.passes.get().digests.all()}
    digests = {one.digest for one in done.passes.get().digests.all()}
    old = done.papers.get(name="合同.txt")
    assert (roles, old.digest in digests) == ({"text", "party"}, False)
    assert (old.since_round, old.until_round) == (1, 1)
    told = page(buyer, "review-one", row.uid)
    papers, rounds = told.split('id="papers"')[1].split('id="way"')[0], told.split("gj-review-earlier")[1]
    assert ("合同.txt" in papers, "合同v2.txt" in papers, "合同.txt" in rounds) == (False, True, True)


def test_both_texts_stay_where_the_submitter_says_that_both_belong_to_the_matter(
    buyer: Client, them: Reviewers
) -> None:
    row = _returned(them)
    assert "papers-text__both" in page(buyer, "review-edit", row.uid)
    given = {"papers-text": file(NEW, "补充协议.txt"), "papers-text__both": "1"}
    row = _resubmits(buyer, row, **given)
    assert _now(row) == {"合同.txt", "补充协议.txt", "资信.txt"}


def test_what_is_replaced_is_told_and_a_refused_form_still_carries_both(buyer: Client, them: Reviewers) -> None:
    row = _returned(them)
    sent = contract(version=str(fresh(row).version), title="", **_kept(buyer, row))
    sent["papers-text"] = file(NEW, "合同v2.txt")
    refused = buyer.post(reverse("review-edit", args=[row.uid]), sent)
    line = next(one for one in refused.context["form"].papers if one.code == "text")
    assert (refused.status_code, [one.name for one in line.kept]) == (422, ["合同.txt", "合同v2.txt"])
    assert [one.name for one in line.replaced] == ["合同.txt"]
    again = contract(version=str(fresh(row).version), submit="1", **_kept(buyer, row))
    again |= {"papers-text__kept": [one.token for one in line.kept]}
    del again["papers-text"]
    told = buyer.post(reverse("review-edit", args=[row.uid]), again, follow=True).content.decode()
    assert "No longer under review, kept with the earlier round: 合同.txt." in told
    assert _now(row) == {"合同v2.txt", "资信.txt"}


# --- passes that wait -----------------------------------------------------------------------------------------------


def _waits(them: Reviewers) -> Matter:
    """Passed on a condition that comes first."""
    row = said(them, submitted(them), "officer")
    first = [{"text": "取得授权书", "due_on": (clock.today() + timedelta(days=9)).isoformat(), "before": True}]
    return said(them, row, "staff", "conditions", "补授权书", conditions=first)


def test_the_submitter_reads_that_a_condition_comes_first(buyer: Client, them: Reviewers) -> None:
    row = _waits(them)
    for name in ("review-one", "review-pass"):
        told = page(buyer, name, row.uid)
        assert "To be met and confirmed first: 取得授权书 (采莲, by" in told
    assert "It is passed; the pass holds until" not in page(buyer, "review-one", row.uid)
    condition = row.conditions.get()
    actions.claim(matter=fresh(row), condition=condition.uid, proof="已取得", files=[], by=them.by("buyer"))
    actions.settle(matter=fresh(row), condition=condition.uid, met=True, by=them.by("staff"))
    assert "It is passed; the pass holds until" in page(buyer, "review-one", row.uid)
    assert "To be met" not in page(buyer, "review-pass", row.uid)


def _scanned(browser: Client, row: Matter, *, code_alone: bool = False) -> str:
    held = row.passes.get()
    address = reverse("pass-scan", args=[held.code])
    return browser.get(address if code_alone else f"{address}?m={shown.mark(held)}").content.decode()


def test_without_an_account_a_pass_holds_does_not_or_waits_and_no_reason_is_told(
    cast: Cast, buyer: Client, them: Reviewers
) -> None:
    anybody, stranger = english(Client()), english(cast.client(cast.tan))
    row = _waits(them)
    for alone in (True, False):
        for browser in (anybody, stranger):
            told = _scanned(browser, row, code_alone=alone)
            assert "This pass must wait for a condition." in told
            assert "Do not seal" in told
            assert "取得授权书" not in told
        assert "取得授权书" in _scanned(buyer, row, code_alone=alone)
    actions.void(matter=fresh(row), reason="供应商被列入制裁名单", by=them.by("head"))
    for alone in (True, False):
        told = _scanned(anybody, row, code_alone=alone)
        assert "This pass was withdrawn." in told
        assert "制裁" not in told
        assert row.passes.get().expires_on.isoformat() not in told
        assert "供应商被列入制裁名单" in _scanned(buyer, row, code_alone=alone)


def test_a_file_beside_a_withdrawn_pass_gets_no_green_tick(buyer: Client, them: Reviewers) -> None:
    row = passed(them)
    actions.void(matter=row, reason="供应商被列入制裁名单", by=them.by("head"))
    answer = buyer.post("/verify/", {"shown": row.passes.get().code, "papers": [file()]})
    said_ = answer.context["said"]
    assert (said_["tone"], [one["tone"] for one in said_["papers"]]) == ("unmet", ["partly"])
    assert "Unchanged, but the pass does not count now." in answer.content.decode()


# --- a veto that was lifted -----------------------------------------------------------------------------------------


def _lifted(them: Reviewers) -> Matter:
    """Vetoed by the head, let pass by the committee."""
    body = committee(them)
    row = submitted(them, values={"title": "大额采购合同", "amount": "6000000", "form": {"party": "某某公司"}})
    for who in ("officer", "staff"):
        row = said(them, row, who)
    row = said(them, row, "head", "veto", "反担保未落实")
    row = actions.report_veto(
        matter=row, receiver=them.person("chair"), body=body.uid, delivered_on=clock.today(), by=them.by("head")
    )
    return actions.lift_veto(matter=row, resolution=resolution(them, row, body).uid, by=them.by("staff"))


def test_after_a_lifted_veto_the_committee_has_decided(cast: Cast, buyer: Client, them: Reviewers) -> None:
    row = _lifted(them)
    body = row.veto["lifted"]["body"]
    sheet = page(buyer, "review-pass", row.uid)
    outcome, decided = (sheet.split(f'<th scope="row">{label}</th>')[1] for label in ("Outcome", "Decided by"))
    assert outcome.split("</td>")[0].endswith("Passed: a resolution of the leading body lifted the veto")
    assert body in decided.split("</td>")[0]
    assert "首阳" not in decided.split("</td>")[0]
    lines = [line.text for line in of_matter(queries.one(them.by("staff"), row.uid)).pieces() if isinstance(line, Line)]
    end = lines[lines.index("结论") + 1 :]
    assert end[0] == f"通过。{body}决议解除否决，同意本事项实施。审定机构：{body}。"
    assert not any(line.startswith("否决。") for line in end)
    assert any("首阳于" in line for line in end)  # who vetoed, and why, stays on the paper


def test_a_vetoed_matter_tells_its_submitter_what_to_do_next(buyer: Client, them: Reviewers) -> None:
    row = submitted(them, values={"title": "大额采购合同", "amount": "6000000", "form": {"party": "某某公司"}})
    for who in ("officer", "staff"):
        row = said(them, row, who)
    row = said(them, row, "head", "veto", "反担保未落实")
    row = actions.report_veto(matter=row, receiver=them.person("chair"), delivered_on=clock.today(), by=them.by("head"))
    todo = page(buyer, "review-one", row.uid).split('id="todo"')[1].split("</section>")[0]
    assert "What to do next" in todo
    assert "Were the opinions taken up?" not in todo
    assert "Begin the new draft" not in todo  # under the number of the office system nothing is brought anew
    assert "HT-2026-001" in todo


def test_what_was_vetoed_is_named_on_the_draft_in_its_place(buyer: Client, them: Reviewers) -> None:
    values = {"title": "大额采购合同", "amount": "6000000", "form": {"party": "某某公司"}}
    row = submitted(them, values=values, system="", ref="")
    for who in ("officer", "staff"):
        row = said(them, row, who)
    row = said(them, row, "head", "veto", "反担保未落实")
    row = actions.report_veto(matter=row, receiver=them.person("chair"), delivered_on=clock.today(), by=them.by("head"))
    assert "Begin the new draft" in page(buyer, "review-one", row.uid)
    draft = actions.again(matter=row, by=them.by("buyer"))
    for name in ("review-one", "review-edit"):
        told = page(buyer, name, draft.uid)
        assert "It stands in the place of" in told
        assert f"{row.number} {row.title}" in told
        assert "Exactly the text that was vetoed does not pass" in told
    assert "What to do next" not in page(buyer, "review-one", row.uid)  # it was brought again


# --- giving an opinion ----------------------------------------------------------------------------------------------


def test_a_reviewer_reads_matter_and_files_before_the_form_for_the_opinion(cast: Cast, them: Reviewers) -> None:
    told = page(english(client(cast, them, "officer")), "review-one", submitted(them).uid)
    places = [told.index(mark) for mark in ('href="#todo"', 'id="facts"', 'id="papers"', 'id="todo"', 'id="way"')]
    assert places == sorted(places)
    form = told.split('id="todo"')[1].split("</section>")[0]
    marks = ("gj-review-stands", "gj-review-conditions", 'name="opinion"', "gj-review-grounds")
    assert [form.index(mark) for mark in marks] == sorted(form.index(mark) for mark in marks)
    assert "data-more" in form


def test_an_empty_veto_is_told_all_that_it_lacks(cast: Cast, them: Reviewers) -> None:
    row = submitted(them, values={"title": "大额采购合同", "amount": "6000000", "form": {"party": "某某公司"}})
    for who in ("officer", "staff"):
        row = said(them, row, who)
    told = does(english(client(cast, them, "head")), row, "speak", status=422, stand="veto")
    assert "Confirm that you know what follows from a veto." in told
    assert "Please write your opinion." in told


def test_each_person_asked_has_his_own_day(cast: Cast, buyer: Client, them: Reviewers) -> None:
    row = submitted(them)
    with clock.simulate(clock.now() + timedelta(days=1)):
        actions.ask_counsel(matter=row, name="某某律师事务所", reason="管辖条款", by=them.by("officer"))
    seats = sorted(queries.one(them.by("buyer"), row.uid).round.open, key=lambda one: one.due_on)
    assert len({one.due_on for one in seats}) == 2
    told = page(buyer, "review-one", row.uid)
    for one in seats:
        assert f"{one.name} by {one.due_on}" in told


def test_the_history_says_from_whom_to_whom_a_place_went(buyer: Client, them: Reviewers) -> None:
    row = submitted(them)
    row = actions.add(matter=row, person=them.person("head"), reason="请会签", by=them.by("officer"))
    seat = keeping.last_run(row).seats.get(name="管平")
    actions.recuse(matter=row, seat=seat.uid, reason="亲属在对方任职", by=them.by("officer"))
    told = page(buyer, "review-one", row.uid)
    assert "Guan asked 首阳 as well about" in told
    assert "管平 stepped aside from the review of" in told


def test_a_step_that_sent_a_matter_back_is_not_shown_as_done(buyer: Client, them: Reviewers) -> None:
    way = page(buyer, "review-one", _returned(them).uid).split('id="way"')[1]
    assert "gj-review-step--back" in way.split("</section>")[0]


# --- bodies and meetings --------------------------------------------------------------------------------------------


def test_a_veto_goes_on_the_agenda_of_a_planned_meeting_of_that_very_body(cast: Cast, them: Reviewers) -> None:
    body = committee(them)
    row = submitted(them, values={"title": "大额采购合同", "amount": "6000000", "form": {"party": "某某公司"}})
    for who in ("officer", "staff"):
        row = said(them, row, who)
    row = said(them, row, "head", "veto", "反担保未落实")
    row = actions.report_veto(
        matter=row, receiver=them.person("chair"), body=body.uid, delivered_on=clock.today(), by=them.by("head")
    )
    meeting = meeters.planned(body, body.unit, them.house, items=[], subject="第九次会议")
    other = meeters.planned(None, body.unit, them.house, items=[], subject="别的会议")
    head = english(client(cast, them, "staff"))
    todo = page(head, "review-one", row.uid).split('id="todo"')[1].split("</section>")[0]
    assert "第九次会议" in todo
    assert other.title not in todo
    assert "/r/agenda_items/new" not in todo
    given = {"matter": "是否解除否决", "kind": "decide", "review": str(row.entry)}
    head.post(reverse("governance-meeting-add", args=[body.unit.code, meeting.uid]), given)
    item = Entry.objects.get(register="agenda_items", ref_1=meeting.uid)
    assert (item.title, "review" in item.body.data or item.ref_2 == row.entry) == ("是否解除否决", True)


# --- lists, forms, pages --------------------------------------------------------------------------------------------


def test_the_number_on_a_tab_is_that_of_its_list(buyer: Client, them: Reviewers) -> None:
    passed(them)
    submitted(them, ref="HT-2", values={"title": "物业合同", "amount": "300000", "form": {"party": "某物业"}})
    answer = buyer.get(reverse("review-mine"), {"tab": "mine_open"})
    tab = next(one for one in answer.context["views"] if one["current"])
    assert (tab["count"], answer.context["pager"]["count"]) == (1, 1)
    assert buyer.get(reverse("review-mine"), {"tab": "mine"}).context["pager"]["count"] == 2


def test_required_fields_are_marked_like_required_files(buyer: Client, them: Reviewers) -> None:
    told = page(buyer, "review-new-kind", "HD-01-D1", "contract")
    for name in ("title", "form-party", "papers-text"):
        label = told.split(f'<label for="{name}">')[1].split("</label>")[0]
        assert "required" in label, name
    assert "row “" not in told


def test_the_gate_page_names_no_setting_and_leads_to_what_is_to_be_done(cast: Cast, them: Reviewers) -> None:
    told = page(english(client(cast, them, "staff")), "review-gate", them.unit.code)
    assert "GUIJU_WEBHOOK_HOSTS" not in told
    how = reverse("review-joining")
    assert how in told
    for user in (cast.ou, them.buyer, account("Sysadm", "system_admin", cast.group, cast.house)):
        assert "GUIJU_WEBHOOK_HOSTS" in english(cast.client(user)).get(how).content.decode()
