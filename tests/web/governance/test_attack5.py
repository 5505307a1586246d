"""谁都从自己的门进：外人、别的部门、员工、无权的令牌在制度、会议、存档、检索的每个地址上什么也看不到、改不了。"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.html import escape

from guiju.access.actor import of_request
from guiju.access.models import User
from guiju.governance.meetings import actions as meetings
from guiju.governance.models import Archive, PolicyVersion, Sitting
from guiju.governance.policies import actions
from guiju.org import actions as org
from guiju.registers import passages
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.web.governance.archive import urls as archive_urls
from guiju.web.governance.meetings import urls as meeting_urls
from guiju.web.governance.policies import urls as policy_urls
from guiju.workflow.models import Task
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.governance.archive_house import made, this_year
from tests.governance.meeters import committee, planned
from tests.governance.policy_house import account, days, in_force, record, revised

pytestmark = pytest.mark.django_db

#: A word that stands in every secret record.
SECRET = "龙渊计划"
ODD = "\x00\x08\u202e<script>alert(1)</script>{{7*7}}'\"=1+1\ud800"


@pytest.fixture
def house(cast: Cast) -> dict[str, Any]:
    """One of each kind, all of them the subsidiary's own."""
    row = in_force(cast, f"{SECRET}管理办法")
    going = revised(cast, record(row))
    body = committee(cast.sub, cast.house, name=f"{SECRET}委员会")
    meeting = planned(
        body, cast.sub, cast.house, items=[{"matter": f"{SECRET}议题", "major": True}], subject=f"{SECRET}会"
    )
    item = Entry.objects.get(register="agenda_items", ref_1=meeting.uid)
    values = {
        "name": f"{SECRET}事项",
        "kind": "project",
        "due_on": days(5).isoformat(),
        "functions": ["legal"],
        "lead": "legal",
    }
    matter = meetings.open_matter(unit=cast.sub, values=values, by=cast.house)
    archive = made(cast, span=this_year(), codes=("meetings", "policies"))
    return {"policy": row, "going": going, "body": body, "meeting": meeting, "item": item, "matter": matter,
            "archive": archive}  # fmt: skip


def routes(house: dict[str, Any], code: str) -> Iterator[str]:
    """Every address of policies, meetings and the archive, about those records."""
    for pattern in [*policy_urls.urlpatterns, *meeting_urls.urlpatterns, *archive_urls.urlpatterns]:
        assert isinstance(pattern, URLPattern)
        yield reverse(str(pattern.name), kwargs={"code": code, **_given(str(pattern.name), pattern, house)})


def _given(name: str, pattern: URLPattern, house: dict[str, Any]) -> dict[str, Any]:
    wanted = set(pattern.pattern.converters)
    uid: UUID = house["policy"].policy
    if name in {
        "governance-policies-edit",
        "governance-policies-word",
        "governance-policies-file",
        "governance-policies-step",
    }:
        uid = house["going"].uid
    elif "opine" in name or "ask" in name:
        uid = house["item"].uid
    elif "matter" in name or "answer" in name or "conclude" in name:
        uid = house["matter"].uid
    elif "body" in name:
        uid = house["body"].uid
    elif name.startswith("governance-meeting"):
        uid = house["meeting"].uid
    elif name.startswith("governance-archives"):
        uid = house["archive"].uid
    given = {"uid": uid, "digest": "0" * 64, "name": "x.docx", "move": "approve", "kind": "meetings"}
    return {one: given[one] for one in wanted - {"code"}}


def snapshot() -> list[Any]:
    """All that such requests might have changed."""
    return [
        sorted(Entry.objects.values_list("uid", "version")), sorted(PolicyVersion.objects.values_list("uid", "version")),
        sorted(Sitting.objects.values_list("uid", "version")), Archive.objects.count(),
        sorted(Task.objects.values_list("key", "status")),
    ]  # fmt: skip


HOSTILE = {
    "version": "1", "reason": "越权", "opinion": "越权", "title": "越权", "name": "越权", "text": "第一条 越权。",
    "function": "legal", "stand": "agree", "conclusion": "越权", "matter": "越权", "kind": "decide",
    "minutes_number": "1", "remark": "越权", "from": "2026-01-01", "to": "2026-12-31", "subject": "越权",
    "topic": "risk", "held_on": "2026-01-02",
}  # fmt: skip


def outsiders(cast: Cast) -> dict[str, User]:
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    return {
        "stranger": cast.tan,
        "nobody": cast.ou,
        "employee": account("Emp", "employee", cast.sub, cast.house),
        "other department": account("Fin", "department_officer", other, cast.house),
        "auditor elsewhere": account("Aud", "auditor", cast.stranger, cast.house),
    }


def ask(client: Client, method: str, url: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
    """Each request stands alone, whatever the one before did to the transaction."""
    client.raise_request_exception = False
    with transaction.atomic():
        answer = getattr(client, method)(url, data or {}, headers=headers)
    answer.words = (b"".join(answer) if answer.streaming else answer.content).decode(errors="ignore")
    answer.close()
    return answer


def test_outsiders_see_and_change_nothing_on_any_page(cast: Cast, house: dict[str, Any]) -> None:
    who = outsiders(cast)
    before = snapshot()
    for name, user in who.items():
        client = cast.client(user)
        for url in routes(house, "HD-01"):
            swapped = ask(client, "post", url, HOSTILE, **{"HX-Request": "true"})
            for answer in (ask(client, "get", url), ask(client, "post", url, HOSTILE), swapped):
                assert answer.status_code in {200, 302, 403, 404, 405, 422}, (name, url, answer.status_code)
                assert SECRET not in answer.words, (name, url)
            assert snapshot() == before, (name, url)


def test_a_principal_and_an_auditor_change_no_draft_and_no_minutes(cast: Cast, house: dict[str, Any]) -> None:
    auditor = account("Aud", "auditor", cast.sub, cast.house)
    before = snapshot()
    for user in (cast.qian, auditor):
        client = cast.client(user)
        for url in routes(house, "HD-01"):
            if "/archive/" in url or url.endswith(("/approve", "/answer/")):
                continue
            answer = ask(client, "post", url, HOSTILE)
            assert answer.status_code in {302, 403, 404, 405, 409, 422}, (user.name, url, answer.status_code)
            assert snapshot() == before, (user.name, url)


def test_looking_changes_nothing_and_nonsense_breaks_nothing(cast: Cast, house: dict[str, Any]) -> None:
    client = cast.client(cast.mei)
    before = snapshot()
    query = (
        "?version=٣&start=9999999999&from=99999999999999&to=-1&at=%00&set.field=%00&year=٢٠٢٦&plan=x&matter=%00&body="
    )
    query += "9" * 5000
    for url in routes(house, "HD-01"):
        for answer in (ask(client, "get", url), ask(client, "get", url + query), ask(client, "head", url)):
            assert answer.status_code < 500, (url, answer.status_code)
        assert snapshot() == before, url
    odd = dict.fromkeys(HOSTILE, ODD) | {
        f"came-{uuid4()}": ODD, f"item-{house['item'].uid}-votes_for": "٩" * 30, f"item-{house['item'].uid}-outcome": ODD,
        "decision-1-matter": ODD, "decision-1-owner": ODD, "decision-1-due_on": ODD, "decision-٢-item": ODD, "guests": ODD,
        "item-1-matter": ODD, "item-1-coordination": ODD, "issued_on": "0001-01-01", "in_force_on": "9999-12-31",
        "on": "99999-99-99", "number": ODD * 30, "person": ODD, "item": str(house["item"].uid), "pick": ODD, "back": "9" * 5000,
    }  # fmt: skip
    for url in routes(house, "HD-01"):
        for sent in (odd, odd | {"version": "9" * 400}, {}):
            answer = ask(client, "post", url, {name: value.replace("\ud800", "") for name, value in sent.items()})
            assert answer.status_code < 500, (url, answer.status_code)
            assert "<script>alert(1)" not in answer.words, url
    assert verify.run().ok


def test_names_from_people_are_never_markup(cast: Cast) -> None:
    bad = "<img src=x onerror=alert(1)>办法"
    row = in_force(cast, bad, text="第一条 <b onclick=x>采购</b> 应当<script>alert(2)</script>。")
    client = cast.client(cast.mei)
    pages = [
        reverse("governance-policies-one", args=["HD-01", row.policy]),
        reverse("governance-policies-text", args=["HD-01", row.policy]),
        reverse("full-text") + "?q=采购",
        reverse("full-text") + "?q=onerror",
        reverse("full-text") + "?q=<script>",
    ]
    for url in pages:
        shown = client.get(url).content.decode()
        assert "<img src=x" not in shown
        assert "<b onclick" not in shown
        assert "<script>alert" not in shown
    assert escape(bad) in client.get(pages[0]).content.decode()


def test_the_search_shows_nobody_the_passages_of_another_department(cast: Cast) -> None:
    sales = account("Dong", "department_officer", cast.department, cast.house)
    who = outsiders(cast)
    values = {"level": "specific", "department": str(cast.department.uid)}
    row = in_force(cast, f"{SECRET}办法", text=f"第一条 {SECRET}的底价不外传。", values=values)
    in_force(cast, "公司办法", text="第一条 底价由公司定。")
    assert passages.find(Entry.objects.all(), SECRET)
    shown = cast.client(sales).get(reverse("full-text"), {"q": "底价"}).content.decode()
    assert SECRET in shown
    assert "公司办法" not in shown
    for name, user in who.items():
        answer = cast.client(user).get(reverse("full-text"), {"q": SECRET})
        assert f"{SECRET}办法" not in answer.content.decode(), name
        assert "不外传" not in answer.content.decode(), name
    actions.repeal(entry=record(row), reason="不再适用", by=cast.actor(cast.mei))
    assert "不外传" not in cast.client(sales).get(reverse("full-text"), {"q": "底价"}).content.decode()


# --- programmes -------------------------------------------------------------------------------------------------------


def calls(house: dict[str, Any]) -> list[tuple[str, str, Any]]:
    policy, going, meeting = house["policy"].policy, house["going"].uid, house["meeting"].uid
    item, matter, archive = house["item"].uid, house["matter"].uid, house["archive"].uid
    step, at = f"/policy-versions/{going}", f"/units/HD-01/meetings/{meeting}"
    return [
        ("GET", f"/policies/{policy}", None), ("GET", step, None),
        ("GET", f"/policies/{policy}/differences?before=1&after=2", None),
        ("POST", "/units/HD-01/policies", {"title": "越权"}), ("POST", f"/policies/{policy}/versions", {"text": "越权"}),
        ("POST", f"/policies/{policy}/take-over", {"text": "越权"}), ("PATCH", step, {"title": "越权", "version": 3}),
        *(("POST", f"{step}/{one}", {"version": 3}) for one in ("submit", "approve", "back", "issue")),
        ("POST", f"{step}/withdraw", {"version": 3, "reason": "越权"}),
        ("POST", f"/policies/{policy}/repeal", {"version": 2, "reason": "越权"}),
        ("POST", f"/policies/{policy}/clauses", {"anchors": ["a1"]}),
        ("GET", "/units/HD-01/bodies", None), ("GET", at, None), ("POST", f"{at}/items", {"matter": "越权"}),
        ("POST", f"{at}/notify", None), ("POST", f"{at}/minutes", {"remark": "越权", "version": 1}),
        ("POST", f"{at}/hold", {"version": 1}), ("POST", f"{at}/settle", {"version": 1}),
        ("POST", f"{at}/reopen", {"reason": "越权"}), ("POST", f"{at}/cancel", {"reason": "越权"}),
        ("POST", f"/units/HD-01/agenda-items/{item}/recusals", {"person": str(uuid4()), "reason": "越权"}),
        ("POST", f"/units/HD-01/agenda-items/{item}/ask-opinions", None), ("GET", "/units/HD-01/decision-order", None),
        ("GET", f"/matters/{matter}", None), ("POST", f"/matters/{matter}/opinions/legal", {"stand": "agree", "version": 1}),
        ("GET", "/units/HD-01/archive", None), ("GET", "/units/HD-01/archives", None), ("GET", f"/archives/{archive}", None),
        ("GET", f"/archives/{archive}/file", None),
        ("POST", "/units/HD-01/archives", {"begins_on": "2026-01-01", "ends_on": "2026-12-31"}),
        ("GET", "/search?q=%E9%BE%99%E6%B8%8A", None),
    ]  # fmt: skip


def test_strangers_and_lesser_tokens_get_nothing_from_the_interface(cast: Cast, house: dict[str, Any]) -> None:
    looking = open_caller(cast.mei, cast.sub, scopes=["register:entry:view"])
    tasks_only = open_caller(cast.mei, cast.sub, scopes=["workflow:task:view"])
    below = open_caller(cast.mei, cast.grandchild)
    callers: list[tuple[str, Caller]] = [
        ("stranger", open_caller(cast.tan, cast.stranger)), ("tasks only", tasks_only), ("below", below),
    ]  # fmt: skip
    before = snapshot()
    for name, caller in callers:
        for method, path, body in calls(house):
            answer = caller.ask(method, path, body)
            assert answer.status_code in {200, 403, 404, 409, 422, 428}, (
                name,
                path,
                answer.status_code,
                answer.content,
            )
            assert SECRET not in answer.content.decode(errors="ignore"), (name, path)
            if answer.status_code == 200:
                assert method == "GET", (name, path)
    for method, path, body in calls(house):
        if method != "GET":
            assert looking.ask(method, path, body).status_code in {403, 404}, path
    assert looking.get(f"/archives/{house['archive'].uid}/file").status_code == 403
    assert snapshot() == before


def test_nonsense_from_a_programme_is_refused_in_words(cast: Cast, house: dict[str, Any]) -> None:
    mei = open_caller(cast.mei, cast.sub)
    odd = dict.fromkeys(HOSTILE, ODD.replace("\ud800", ""))
    for method, path, _body in calls(house):
        for sent in (None, [], {"version": -1}, {"version": 10**30}, odd):
            if method != "GET":
                answer = mei.ask(method, path, sent)
                assert answer.status_code < 500, (path, sent, answer.content)
    assert mei.get("/search?q=%00").status_code in {400, 422}
    assert mei.get("/search?q=" + "%E9%BE%99" * 60).status_code < 500
    assert mei.get("/search?q=%22%20OR%20*%20NEAR(").status_code == 200
    assert verify.run().ok


# --- rights read once -------------------------------------------------------------------------------------------------


def test_a_request_that_changes_its_account_does_not_keep_the_rights_of_the_first(cast: Cast, rf: Any) -> None:
    from guiju.access import scope
    from guiju.access.permissions import Permission

    request = rf.get("/")
    request.user = cast.lin
    assert scope.scope(of_request(request), Permission.REGISTER_ENTRY_VIEW).covers(cast.sub)
    request.user = cast.ou
    assert scope.scope(of_request(request), Permission.REGISTER_ENTRY_VIEW).is_empty


def test_a_right_withdrawn_is_gone_with_the_next_request_and_at_once_where_something_is_written(
    cast: Cast, rf: Any
) -> None:
    from guiju.access import actions as access
    from guiju.access import scope
    from guiju.access.models import Grant
    from guiju.access.permissions import Permission

    looks, writes = rf.get("/"), rf.post("/")
    looks.user = writes.user = cast.mei
    by = of_request(writes)
    assert by.looked is None
    assert scope.scope(by, Permission.REGISTER_ENTRY_EDIT).covers(cast.sub)
    access.withdraw(row=Grant.objects.get(user=cast.mei), by=cast.house, reason="离岗")
    assert scope.scope(by, Permission.REGISTER_ENTRY_EDIT).is_empty
    assert scope.scope(of_request(looks), Permission.REGISTER_ENTRY_VIEW).is_empty
