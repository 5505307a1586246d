"""Pages of reviews: bringing a matter, lists, opinions, papers, the pass; who sees what, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.review import actions, queries
from guiju.review.enums import MatterState as S
from guiju.review.models import Matter
from guiju.web.workflow import abouts
from guiju.workflow.models import Task, TaskStatus
from tests.conftest import Cast, english
from tests.review.house import TEXT, Reviewers, drafted, paper, passed, said, submitted
from tests.web.review.hands import client, contract, does, file, fresh, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(cast: Cast, them: Reviewers) -> Client:
    return english(client(cast, them, "buyer"))


def _new(kind: str = "contract") -> str:
    return reverse("review-new-kind", args=["HD-01-D1", kind])


def _due(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


# --- bringing -------------------------------------------------------------------------------------------------------


def test_business_staff_choose_the_kind_first_and_see_who_will_look_at_it(buyer: Client, them: Reviewers) -> None:
    shown = page(buyer, "review-new", "HD-01-D1")
    assert _new() in shown
    form = page(buyer, "review-new-kind", "HD-01-D1", "contract")
    assert "管平" in form  # the officer of the department
    assert "首阳" not in form
    dear = buyer.post(reverse("review-who", args=["HD-01-D1", "contract"]), {"amount": "6000000"}).content.decode()
    assert "首阳" in dear


def test_a_contract_is_submitted_from_its_form_with_its_file(buyer: Client, them: Reviewers) -> None:
    answer = buyer.post(_new(), contract(submit="1", system="oa", ref="HT-9"))
    row = Matter.objects.get()
    assert (answer.status_code, row.state, row.ref) == (302, S.IN_REVIEW, "HT-9")
    assert row.papers.get().name == "合同.txt"
    assert row.department == them.department


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(buyer: Client, them: Reviewers) -> None:
    sent = contract(submit="1", title="缺相对方的合同", amount="三十万", **{"form-party": "", "summary": "很长的说明"})
    sent["papers-other"] = sent.pop("papers-text")
    answer = buyer.post(_new(), sent)
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "This is no amount in yuan." in told
    assert 'value="三十万"' in told
    assert "很长的说明" in told
    assert 'name="papers-other__kept"' in told
    wrong = {name for name, _label, _told in answer.context["form"].wrong}
    assert wrong == {"amount", "form-party", "papers-text"}  # all of it at once
    assert Matter.objects.count() == 0


def test_the_file_of_a_refused_form_is_there_when_it_is_sent_again(buyer: Client, them: Reviewers) -> None:
    told = buyer.post(_new(), contract(submit="1", **{"form-party": ""}))
    assert told.status_code == 422
    line = next(one for one in told.context["form"].papers if one.code == "text")
    again = contract(submit="1", **{"papers-text__kept": line.kept[0].token})
    del again["papers-text"]
    assert buyer.post(_new(), again).status_code == 302
    assert Matter.objects.get().papers.count() == 1


def test_a_macro_file_is_refused_at_its_line(buyer: Client, them: Reviewers) -> None:
    answer = buyer.post(_new(), contract(**{"papers-text": file(b"MZ\x90\x00", "合同.exe")}))
    assert answer.status_code == 422
    assert "合同.exe" in answer.content.decode()


def test_the_same_contract_leads_to_the_matter_under_way(buyer: Client, them: Reviewers) -> None:
    held = submitted(them)
    answer = buyer.post(_new(), contract(system="oa", ref="HT-2026-001"))
    assert answer.status_code == 409
    assert reverse("review-one", args=[held.uid]) in answer.content.decode()


def test_two_who_change_a_draft_see_both_sides(cast: Cast, buyer: Client, them: Reviewers) -> None:
    row = drafted(them)
    edit = reverse("review-edit", args=[row.uid])
    seen = str(row.version)
    other = contract(title="另一个名称", version=seen)
    assert english(client(cast, them, "officer")).post(edit, other).status_code == 302
    answer = buyer.post(edit, contract(title="我写的名称", version=seen))
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "另一个名称" in told
    assert "我写的名称" in told
    assert fresh(row).title == "另一个名称"


def test_a_draft_of_others_is_not_there(cast: Cast, them: Reviewers) -> None:
    row = drafted(them)
    for name, args in (("review-one", []), ("review-edit", []), ("review-pass", [])):
        assert cast.client(cast.tan).get(reverse(name, args=[row.uid, *args])).status_code == 404
    address = reverse("review-paper", args=[row.uid, row.papers.get().digest, "合同.txt"])
    assert cast.client(cast.tan).get(address).status_code == 404
    given: Any = client(cast, them, "buyer").get(address)
    assert b"".join(given) == TEXT
    given.close()


# --- opinions -------------------------------------------------------------------------------------------------------


def test_a_task_leads_to_the_matter_and_the_form_is_there(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    task = Task.objects.get(about="review", about_uid=row.uid, status=TaskStatus.OPEN)
    assert abouts.url(task) == reverse("review-one", args=[row.uid])
    shown = page(client(cast, them, "officer"), "review-one", row.uid)
    assert 'name="stand" value="agree"' in shown
    assert 'value="veto"' not in shown
    assert 'name="stand"' not in page(client(cast, them, "buyer"), "review-one", row.uid)


def test_conditions_are_set_in_rows_met_and_confirmed(cast: Cast, them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    staff, second = client(cast, them, "staff"), client(cast, them, "second")
    sent = {
        "stand": "conditions",
        "opinion": "补授权书",
        "c2-text": "取得授权书",
        "c2-due_on": _due(9),
        "c2-before": "1",
    }
    does(staff, row, "speak", **sent)
    condition = fresh(row).conditions.get()
    assert condition.before
    does(
        client(cast, them, "buyer"),
        row,
        "claim",
        condition=str(condition.uid),
        proof="已收到",
        files=file(b"p", "授权.txt"),
    )
    does(second, row, "settle", condition=str(condition.uid), met="1")
    assert "取得授权书" in page(staff, "review-pass", row.uid)


def test_a_condition_without_a_day_keeps_the_whole_form(cast: Cast, them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    told = does(
        english(client(cast, them, "staff")), row, "speak", status=422,
        stand="conditions", opinion="补授权书", **{"c1-text": "取得授权书", "c1-due_on": ""},
    )  # fmt: skip
    assert "Give the day by which it is to be done" in told
    assert 'value="取得授权书"' in told
    assert "补授权书" in told
    assert fresh(row).state == S.IN_REVIEW


def test_a_veto_is_not_entered_by_a_slip(cast: Cast, them: Reviewers) -> None:
    row = submitted(them, values={"title": "担保", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    told = does(english(client(cast, them, "head")), row, "speak", status=422, stand="veto", opinion="违反禁止性规定")
    assert "Confirm that you know what follows from a veto." in told
    assert "违反禁止性规定" in told
    assert fresh(row).state == S.IN_REVIEW


def test_somebody_quicker_does_not_take_the_opinion_typed(cast: Cast, them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    seen = str(row.version)
    actions.add(matter=row, person=them.person("head"), reason="金额特殊", by=them.by("second"))
    told = english(client(cast, them, "staff")).post(
        reverse("review-do", args=[row.uid, "speak"]), {"version": seen, "stand": "agree", "opinion": "写了很久的意见"}
    )
    assert told.status_code == 409
    assert "写了很久的意见" in told.content.decode()


def test_others_are_asked_instead_as_well_and_step_aside(cast: Cast, them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    staff = client(cast, them, "staff")
    seat = str(queries.one(them.by("staff"), row.uid).rounds[-1].run.seats.get(person=them.person("staff")).uid)
    does(staff, row, "add", person=str(them.person("head").uid), reason="涉及担保")
    does(staff, row, "ask_counsel", name="某某律师事务所", reason="准据法")
    does(staff, row, "recuse", seat=seat, reason="与对方有亲属关系")
    shown = page(client(cast, them, "second"), "review-one", row.uid)
    for word in ("涉及担保", "某某律师事务所", "与对方有亲属关系"):
        assert word in shown
    counsel = fresh(row)
    place = queries.one(them.by("second"), counsel.uid).rounds[-1].run.seats.get(kind="counsel")
    does(
        client(cast, them, "second"), row, "enter_counsel", seat=str(place.uid), stand="agree", opinion="可行",
        files=file(b"x", "法律意见书.txt"),
    )  # fmt: skip
    does(client(cast, them, "head"), row, "speak", stand="agree", opinion="")
    does(client(cast, them, "second"), row, "speak", stand="agree", opinion="")
    assert fresh(row).state == S.PASSED


def test_a_person_who_was_added_sees_the_matter_and_finds_it_among_his_own(cast: Cast, them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    actions.add(matter=row, person=them.person("chair"), reason="请董事长过目", by=them.by("staff"))
    chair = client(cast, them, "chair")
    assert "办公设备采购合同" in page(chair, "review-mine")
    assert 'name="stand" value="agree"' in page(chair, "review-one", row.uid)


def test_what_a_reviewer_bears_in_mind_comes_from_the_registers(cast: Cast, them: Reviewers) -> None:
    registers.create(
        register="risk_list", unit=them.unit, by=them.house,
        values={"name": "合同相对方无资质", "number": "F-1", "field": "contract", "level": "high",
                "assessed_on": clock.today().isoformat()},
    )  # fmt: skip
    row = submitted(them)
    assert "合同相对方无资质" in page(client(cast, them, "staff"), "review-one", row.uid)
    assert "合同相对方无资质" not in page(client(cast, them, "buyer"), "review-one", row.uid)


# --- lists ----------------------------------------------------------------------------------------------------------


def test_a_list_is_narrowed_by_what_waits_by_kind_and_by_words(cast: Cast, them: Reviewers) -> None:
    submitted(them)
    drafted(them, kind="marketing", system="", ref="", values={"title": "双十一广告语", "form": {"channel": "公众号"}})
    officer = client(cast, them, "officer")
    waits = page(officer, "review-unit", "HD-01-D1", tab="asked")
    assert "办公设备采购合同" in waits
    assert "双十一广告语" not in waits
    assert "双十一广告语" in page(officer, "review-unit", "HD-01-D1", kind="marketing")
    assert "双十一广告语" not in page(officer, "review-unit", "HD-01-D1", q="采购")
    assert "办公设备采购合同" in page(client(cast, them, "buyer"), "review-mine", tab="mine")


def test_a_list_is_turned_forward_and_back(cast: Cast, them: Reviewers) -> None:
    for number in range(5):
        drafted(them, system="", ref="", values={"title": f"合同{number}"})
    by = them.by("staff")
    first = queries.listing(by, queries.Ask(size=2))
    second = queries.listing(by, queries.Ask(size=2, after=first.next))
    back = queries.listing(by, queries.Ask(size=2, before=second.previous))
    titles = [[line.matter.title for line in one.lines] for one in (first, second, back)]
    assert titles == [["合同4", "合同3"], ["合同2", "合同1"], ["合同4", "合同3"]]
    assert (first.previous, back.previous, first.count) == (0, 0, 5)


@pytest.mark.parametrize("name", ["review-unit", "review-mine"])
def test_a_list_asks_as_much_for_one_matter_as_for_many(cast: Cast, them: Reviewers, name: str) -> None:
    browser = client(cast, them, "officer")
    args = ["HD-01"] if name == "review-unit" else []
    browser = client(cast, them, "staff") if args else browser
    submitted(them, ref="A-1")
    page(browser, name, *args, tab="all")

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(browser, name, *args, tab="all")
        return len(asked)

    once = cost()
    for number in range(6):
        submitted(them, ref=f"B-{number}")
    assert cost() == once


def test_a_matter_asks_as_much_with_many_opinions_papers_and_conditions(cast: Cast, them: Reviewers) -> None:
    browser = client(cast, them, "head")

    def cost(row: Matter) -> int:
        page(browser, "review-one", row.uid)
        with CaptureQueriesContext(connection) as asked:
            page(browser, "review-one", row.uid)
        return len(asked)

    few = cost(passed(them, ref="A-1"))
    row = said(them, submitted(them, ref="A-2"), "officer", "revise", "改")
    papers = [paper(b"2", name="二稿.txt"), *(paper(bytes([n]), "other", f"{n}.txt") for n in range(65, 70))]
    row = actions.change(matter=row, values={}, papers=papers, version=row.version, by=them.by("buyer"))
    row = said(them, actions.submit(matter=row, by=them.by("buyer")), "officer")
    rows = [{"text": f"条件{n}", "due_on": _due(9)} for n in range(4)]
    row = said(them, row, "staff", "conditions", "补", conditions=rows)
    assert cost(row) == few


# --- the pass -------------------------------------------------------------------------------------------------------


def test_a_reviewer_is_offered_no_step_of_whoever_brought_the_matter(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    officer, buyer = client(cast, them, "officer"), client(cast, them, "buyer")
    withdraw, edit = (reverse("review-do", args=[row.uid, "withdraw"]), reverse("review-edit", args=[row.uid]))
    said(them, row, "officer")
    assert withdraw not in page(officer, "review-one", row.uid)  # has spoken, and sits there all the same
    assert withdraw in page(buyer, "review-one", row.uid)
    said(them, fresh(row), "staff", "revise", "请补充付款条件。")
    assert edit not in page(officer, "review-one", row.uid)
    assert edit in page(buyer, "review-one", row.uid)


def test_whoever_changes_what_somebody_else_brought_is_told_what_follows(cast: Cast, them: Reviewers) -> None:
    row = drafted(them)
    told = "Whoever changes it has brought it as well"
    assert told in page(english(client(cast, them, "officer")), "review-edit", row.uid)
    assert told not in page(english(client(cast, them, "buyer")), "review-edit", row.uid)


def test_the_pass_shows_code_qr_and_the_files_it_speaks_for(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    issued = row.passes.get()
    shown = page(client(cast, them, "buyer"), "review-pass", row.uid)
    assert f"{issued.code[:4]} {issued.code[4:]}" in shown
    assert row.papers.get().digest in shown
    assert '<path d="M' in shown
    text = client(cast, them, "buyer").get(reverse("review-pass-token", args=[row.uid]))
    assert text.content.decode().strip() == issued.token


def test_a_matter_on_its_way_has_no_pass(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    assert client(cast, them, "buyer").get(reverse("review-pass", args=[row.uid])).status_code == 404


# --- looking at it again --------------------------------------------------------------------------------------------


def test_a_second_look_at_a_review_begins_on_its_page_and_is_found_there(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    staff = client(cast, them, "second")
    shown = page(staff, "review-one", row.uid)
    begins = shown.split('href="/r/review_checks/new?')[1].split('"')[0].replace("&amp;", "&")
    form = staff.get(f"/r/review_checks/new?{begins}", follow=True).content.decode()
    for known in ("办公设备采购合同", str(row.entry), str(them.person("staff").uid)):
        assert known in form, known
    held = registers.create(
        register="review_checks", unit=them.unit, by=them.house, values={
            "matter": row.title, "review": str(row.entry), "reviewer": str(them.person("staff").uid), "way": "sample",
            "due_on": clock.today().isoformat(),
        },
    )  # fmt: skip
    assert f"/r/review_checks/{held.uid}/" in page(staff, "review-one", row.uid)
    assert "review_checks" not in page(client(cast, them, "buyer"), "review-one", row.uid)
    assert "review_checks" not in page(staff, "review-one", submitted(them, ref="HT-2").uid)
