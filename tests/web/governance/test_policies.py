"""制度的页面：起草、办下一步、读正文、看两版差别。"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions
from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow.models import Task
from tests.conftest import Cast, english
from tests.governance.policy_house import (
    REVISED,
    TEXT,
    approved,
    days,
    drafted,
    in_force,
    officer,
    record,
    revised,
    stock,
)

pytestmark = pytest.mark.django_db


def at(name: str, *given: object, code: str = "HD-01") -> str:
    return reverse(f"governance-policies-{name}", args=[code, *given])


def old(cast: Cast) -> PolicyVersion:
    """A rule in force since last year."""
    row = in_force(cast)
    PolicyVersion.objects.filter(pk=row.pk).update(in_force_on=date(2025, 1, 1), issued_on=date(2025, 1, 1))
    row.refresh_from_db()
    return row


def post(client: Client, url: str, **given: Any) -> Any:
    return client.post(url, given)


def test_mei_drafts_a_rule_lin_approves_it_and_mei_issues_it(cast: Cast) -> None:
    mei, lin = cast.client(cast.mei), cast.client(cast.lin)
    assert mei.get(at("new")).status_code == 200
    answer = post(
        mei,
        at("new"),
        name="采购管理办法",
        level="specific",
        business="",
        mechanism="business",
        text=TEXT,
        reason="计划",
    )
    row = PolicyVersion.objects.get()
    assert answer.headers["Location"] == at("one", row.policy)
    post(mei, at("step", row.uid, "submit"), version=row.version)
    page = mei.get(at("one", row.policy)).content.decode()
    assert at("step", row.uid, "approve") not in page
    row.refresh_from_db()
    task = Task.objects.get(about="policy")
    from guiju.web.workflow import abouts

    assert abouts.url(task) == at("one", row.policy)
    post(lin, at("step", row.uid, "approve"), version=row.version, opinion="同意")
    row.refresh_from_db()
    today = clock.today().isoformat()
    post(mei, at("step", row.uid, "enforce"), version=row.version, number="1号", issued_on=today, in_force_on=today)
    row.refresh_from_db()
    assert (row.state, record(row).status) == ("in_force", "issued")
    page = mei.get(at("one", row.policy)).content.decode()
    assert at("text", row.policy) in page


def test_a_refused_step_stays_on_the_page_with_what_is_wrong(cast: Cast) -> None:
    row = approved(cast)
    mei = cast.client(cast.mei)
    answer = post(mei, at("step", row.uid, "enforce"), version=row.version, issued_on=days(3), in_force_on=days(3))
    assert answer.status_code == 422
    assert f'value="{days(3).isoformat()}"' in answer.content.decode()
    assert post(mei, at("step", row.uid, "enforce"), version=row.version - 1).status_code == 409
    assert post(mei, at("step", row.uid, "fly"), version=row.version).status_code == 404


def test_a_rule_that_is_there_already_is_offered_instead(cast: Cast) -> None:
    row = in_force(cast)
    answer = post(cast.client(cast.mei), at("new"), name="采购管理办法", mechanism="business", text="第一条 甲。")
    assert answer.status_code == 409
    page = answer.content.decode()
    assert at("one", row.policy) in page
    assert "第一条 甲。" in page


def test_a_revision_begins_with_the_words_in_force_and_is_compared(cast: Cast) -> None:
    row, mei = old(cast), cast.client(cast.mei)
    answer = mei.post(at("revise", row.policy))
    draft = PolicyVersion.objects.get(policy=row.policy, number=2)
    assert answer.headers["Location"] == at("edit", draft.uid)
    assert "任何人不得干预评审" not in mei.get(at("edit", draft.uid)).content.decode()
    post(mei, at("edit", draft.uid), version=draft.version, name="采购管理办法", text=REVISED, submit="1")
    draft.refresh_from_db()
    assert draft.state == "submitted"
    page = cast.client(cast.lin).get(at("compare", row.policy) + "?from=1&to=2").content.decode()
    assert "<ins>二十万</ins>" in page
    assert "第三条 → 第四条" in page


def test_two_people_edit_a_draft_and_the_second_sees_what_differs(cast: Cast) -> None:
    draft = drafted(cast)
    seen = draft.version
    actions.edit(draft=draft, values={"text": REVISED}, version=seen, by=cast.actor(cast.lin))
    answer = post(
        cast.client(cast.mei), at("edit", draft.uid), version=seen, name=draft.title, text=f"{TEXT}\n第七条 新。"
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="clash"' in page
    assert "<ins>新。</ins>" in page
    answer = post(
        cast.client(cast.mei), at("edit", draft.uid), version=seen + 1, name=draft.title, text=f"{TEXT}\n第七条 新。"
    )
    assert answer.status_code == 302


def test_each_clause_has_an_address_and_is_put_into_the_register(cast: Cast) -> None:
    row, mei = in_force(cast), cast.client(cast.mei)
    page = mei.get(at("text", row.policy)).content.decode()
    assert 'id="a4"' in page
    assert 'href="#c2"' in page
    post(mei, at("clauses", row.policy), pick=["a3", "a4"])
    made = Entry.objects.filter(register="policy_clauses", ref_1=row.policy)
    assert sorted(made.values_list("number", flat=True)) == ["第三条", "第四条"]
    post(mei, at("clauses", row.policy), pick=["a4"])
    assert made.count() == 2
    page = mei.get(at("text", row.policy)).content.decode()
    assert 'value="a4"' not in page
    assert 'value="a5"' in page


def test_a_long_rule_is_shown_in_parts(cast: Cast) -> None:
    text = "\n".join(f"第{number}条 事项{number}。" for number in range(1, 1_001))
    row = in_force(cast, text=text)
    mei = cast.client(cast.mei)
    page = mei.get(at("text", row.policy)).content.decode()
    assert "事项400。" in page
    assert "事项401。" not in page
    assert "事项401。" in mei.get(at("text", row.policy) + "?at=a401").content.decode()


def test_a_file_of_a_version_is_handed_to_those_who_see_the_policy(cast: Cast) -> None:
    mei = cast.client(cast.mei)
    paper = SimpleUploadedFile("办法.txt", "第一条 甲。".encode(), "text/plain")
    answer = mei.post(
        at("new"), {"name": "用印办法", "mechanism": "business", "text": TEXT, "files": paper, "files__shown": "1"}
    )
    assert answer.status_code == 302
    row = PolicyVersion.objects.get()
    (kept,) = row.files
    url = at("file", row.uid, kept["digest"], kept["name"])
    answer = mei.get(url)
    assert b"".join(answer.streaming_content) == "第一条 甲。".encode()  # type: ignore[attr-defined]
    answer.close()
    assert cast.client(cast.tan).get(url).status_code == 404
    assert mei.get(at("file", row.uid, "ab" * 32, "x.pdf")).status_code == 404


def test_the_register_leads_here_and_repeal_asks_for_a_reason(cast: Cast) -> None:
    entry, mei = stock(cast), cast.client(cast.mei)
    assert at("one", entry.uid) in mei.get(f"/r/policies/{entry.uid}/").content.decode()
    url = at("repeal", entry.uid)
    assert mei.get(url).status_code == 200
    assert post(mei, url, on=clock.today(), version=entry.version).status_code == 422
    assert post(mei, url, on=clock.today(), reason="合并", number="9号", version=entry.version).status_code == 302
    entry.refresh_from_db()
    assert (entry.status, entry.body.data["repeal_number"]) == ("repealed", "9号")


def test_a_guideline_is_drafted_from_the_problem_it_answers(cast: Cast) -> None:
    today = clock.today()
    problem = registers.create(
        register="rectifications", unit=cast.sub, by=cast.actor(cast.mei),
        values={"problem": "招标围串标", "source": "audit", "found_on": today, "due_on": days(30), "owner": str(cast.wang.uid)},
    )  # fmt: skip
    mei = cast.client(cast.mei)
    page = mei.get(f"/r/rectifications/{problem.uid}/").content.decode()
    assert f"set.arises_from={problem.uid}" in page.replace("%3D", "=").replace("&amp;", "&")
    form = mei.get(at("new") + f"?set.arises_from={problem.uid}&set.level=guideline").content.decode()
    assert str(problem.uid) in form
    post(
        mei,
        at("new"),
        name="招标投标合规指引",
        level="guideline",
        mechanism="special_field",
        arises_from=problem.uid,
        text=TEXT,
    )
    assert Entry.objects.get(register="policies").ref_1 == problem.uid


def test_a_plan_row_of_the_same_name_is_offered_and_tied(cast: Cast) -> None:
    row, mei = in_force(cast), cast.client(cast.mei)
    values = {"name": "采购管理办法", "action": "amend", "period": "2026", "planned_on": clock.today()}
    plan = registers.create(register="policy_plans", unit=cast.sub, values=values, by=cast.actor(cast.mei))
    assert str(plan.uid) in mei.get(at("one", row.policy)).content.decode()
    post(mei, at("tie", row.policy), plan=plan.uid)
    plan.refresh_from_db()
    assert plan.ref_1 == row.policy
    assert mei.get(f"/r/policy_plans/{plan.uid}/").content.decode().count(at("one", row.policy)) == 1


def test_strangers_and_other_departments_find_nothing(cast: Cast) -> None:
    row = old(cast)
    draft = revised(cast, record(row))
    addresses = [at("one", row.policy), at("text", row.policy), at("compare", row.policy), at("edit", draft.uid)]
    for user in (cast.tan, cast.ou):
        client = cast.client(user)
        assert {client.get(url).status_code for url in addresses} <= {403, 404}
    dong = officer(cast).user
    assert dong is not None
    client = cast.client(dong)
    assert {client.get(url).status_code for url in addresses} == {404}
    assert client.post(at("step", draft.uid, "withdraw"), {"reason": "x"}).status_code == 404
    assert cast.client(cast.mei).get(at("one", row.policy, code="HD")).status_code == 404
    assert cast.client(cast.mei).get(at("one", UUID(int=7))).status_code == 404


def test_the_department_works_on_its_own_rule_through_its_own_address(cast: Cast) -> None:
    dong = officer(cast).user
    assert dong is not None
    client = cast.client(dong)
    url = reverse("governance-policies-new", args=["HD-01-D1"])
    assert str(cast.department.uid) in client.get(url).content.decode()
    given = {"name": "经营部办法", "mechanism": "business", "text": TEXT, "department": str(cast.department.uid)}
    assert client.post(url, given).status_code == 302
    row = PolicyVersion.objects.get()
    page = client.get(at("one", row.policy, code="HD-01-D1"))
    assert page.status_code == 200
    assert at("step", row.uid, "submit", code="HD-01-D1") in page.content.decode()


def test_the_page_asks_the_same_however_many_versions_there_are(cast: Cast) -> None:
    row, mei = old(cast), cast.client(cast.mei)

    def asked() -> int:
        mei.get(at("one", row.policy))
        with CaptureQueriesContext(connection) as held:
            assert mei.get(at("one", row.policy)).status_code == 200
        return len(held)

    few = asked()
    for count in range(4):
        draft = actions.start(
            policy=record(row), unit=cast.sub, text=f"{TEXT}\n第七条 {count}。", by=cast.actor(cast.mei)
        )
        actions.withdraw(draft=draft, reason="不办", by=cast.actor(cast.mei))
    assert asked() <= few <= 20


def test_a_very_long_draft_is_changed_through_its_file(cast: Cast) -> None:
    draft = drafted(cast, text="\n".join(f"第{number}条 {'事项' * 60}{number}。" for number in range(1, 2_001)))
    mei = cast.client(cast.mei)
    page = mei.get(at("edit", draft.uid)).content.decode()
    assert "<textarea" in page
    assert 'name="text"' not in page
    post(mei, at("edit", draft.uid), version=draft.version, name="采购管理办法（新）")
    fresh = PolicyVersion.objects.get(pk=draft.pk)
    assert (fresh.title, fresh.text) == ("采购管理办法（新）", draft.text)
    paper = SimpleUploadedFile("新.txt", "第一条 改短了。".encode(), "text/plain")
    given = {"version": fresh.version, "name": fresh.title, "files": paper, "files__shown": "1", "reread": "1"}
    assert mei.post(at("edit", draft.uid), given).status_code == 302
    draft.refresh_from_db()
    assert draft.text == "第一条 改短了。"


def test_a_typed_text_is_filed_as_a_word_file_and_can_be_taken_along(cast: Cast) -> None:
    row = in_force(cast)
    assert [one["name"] for one in record(row).body.data["files"]] == ["采购管理办法.docx"]
    answer = cast.client(cast.mei).get(at("word", row.uid))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with ZipFile(BytesIO(content)) as parts:
        body = parts.read("word/document.xml").decode()
    assert "应当公开招标" in body
    assert cast.client(cast.tan).get(at("word", row.uid)).status_code == 404


def test_whoever_hands_a_draft_in_reads_who_may_approve_it(cast: Cast) -> None:
    mei = cast.client(cast.mei)
    post(mei, at("new"), name="采购管理办法", level="specific", mechanism="business", text=TEXT, reason="计划")
    row = PolicyVersion.objects.get()
    for step in ("", "submit"):
        if step:
            post(mei, at("step", row.uid, step), version=row.version)
        answer = mei.get(at("one", row.policy))
        names = answer.context["next"]["approvers"]
        assert "Lin" in names
        assert "Mei" not in names
        assert names in answer.content.decode()
    post(cast.client(cast.lin), at("step", row.uid, "approve"), version=PolicyVersion.objects.get().version)
    assert mei.get(at("one", row.policy)).context["next"]["approvers"] == ""


def test_mei_is_asked_before_she_issues_and_reads_what_it_brings(cast: Cast) -> None:
    row, mei = approved(cast), english(cast.client(cast.mei))
    answer = mei.get(at("one", row.policy))
    page = answer.content.decode()
    assert 'data-show="issue"' in page
    assert '<dialog class="gj-dialog" id="issue"' in page
    told = {one["label"]: one["text"] for one in answer.context["steps"]["issue"]["means"]}
    assert "as soon as you issue it" in told["In force from"]
    assert told["It replaces"].startswith("Nothing")
    assert told["Who is asked to read it"].startswith("Nobody yet")
    assert 'id="issue"' not in english(cast.client(cast.qian)).get(at("one", row.policy)).content.decode()


def test_what_a_revision_brings_follows_the_days_she_enters(cast: Cast) -> None:
    held = old(cast)
    draft = revised(cast, record(held))
    mei = english(cast.client(cast.mei))
    given = {"issued_on": clock.today().isoformat(), "in_force_on": days(10).isoformat()}
    page = mei.get(at("means", draft.uid), given).content.decode()
    assert f"{days(10).isoformat()}, by itself; until then version 1 holds." in page
    assert f"in force since 2025-01-01. Its last day is {days(9).isoformat()}" in page
    wrong = {"issued_on": clock.today().isoformat(), "in_force_on": days(-3).isoformat()}
    page = mei.get(at("means", draft.uid), wrong).content.decode()
    assert "cannot be in force before it is issued" in page
    draft.refresh_from_db()
    assert (draft.state, draft.in_force_on) == ("approved", None)


def test_after_a_refusal_the_dialog_tells_what_the_days_bring_that_stand_in_it(cast: Cast) -> None:
    held = old(cast)
    draft = revised(cast, record(held))
    mei, step = english(cast.client(cast.mei)), at("step", draft.uid, "enforce")
    good = {"issued_on": clock.today().isoformat(), "in_force_on": days(10).isoformat()}
    page = post(mei, step, version=draft.version, number="号" * 61, **good)
    assert page.status_code == 422
    assert f'value="{days(10).isoformat()}"' in page.content.decode()
    told = page.context["steps"]["issue"]
    assert "has more than 60 characters" in told["problem"].faults[0].what
    stale = post(mei, step, version=draft.version - 1, number="2号", **good)
    assert stale.status_code == 409
    shown = _dialog(stale.content.decode())
    assert f'value="{days(10).isoformat()}"' in shown
    assert f"{days(10).isoformat()}, by itself; until then version 1 holds." in shown
    assert f"Its last day is {days(9).isoformat()}" in shown
    assert "as soon as you issue it" not in shown
    wrong = post(mei, step, version=draft.version, **{**good, "in_force_on": days(-3).isoformat()})
    assert "cannot be in force before it is issued" in _dialog(wrong.content.decode())
    assert "by itself" not in _dialog(wrong.content.decode())
    draft.refresh_from_db()
    assert (draft.state, draft.in_force_on) == ("approved", None)


def _dialog(page: str) -> str:
    return page.partition('<dialog class="gj-dialog" id="issue"')[2].partition("</dialog>")[0]


def test_a_rule_that_waits_for_its_day_is_not_offered_to_be_issued_once_more(cast: Cast) -> None:
    row, mei = approved(cast), english(cast.client(cast.mei))
    today, later = clock.today().isoformat(), days(12).isoformat()
    post(mei, at("step", row.uid, "enforce"), version=row.version, issued_on=today, in_force_on=later)
    issue = mei.get(at("one", row.policy)).context["steps"]["issue"]
    assert (issue["opens"], issue["scheduled"]) == ("Change the days", True)
    assert issue["in_force_on"] == days(12)


def test_what_issuing_brings_is_told_only_to_whoever_issues(cast: Cast) -> None:
    row = approved(cast)
    assert cast.client(cast.qian).get(at("means", row.uid)).status_code == 403
    assert cast.client(cast.tan).get(at("means", row.uid)).status_code == 404
    done = in_force(cast, "用车管理办法")
    assert cast.client(cast.mei).get(at("means", done.uid)).status_code == 404
