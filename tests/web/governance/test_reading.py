"""阅读确认的页面：员工读完确认，发放人看进度、催办、纸面签收。"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from guiju.access.actor import of_user
from guiju.governance.models import Reading, Receipt
from guiju.governance.reading import confirming
from guiju.governance.reading.audience import Audience
from guiju.jobs import worker
from guiju.lib import clock
from guiju.org import actions as org
from guiju.registers.models import Entry
from guiju.trail.models import Event
from guiju.web.workflow import abouts
from guiju.workflow.models import Notice, Task
from tests.conftest import Cast
from tests.governance.policy_house import account, days, in_force, record, revised
from tests.governance.readers import STATEMENT, employee, issued, read, state

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def at(name: str, *given: object, code: str = "HD-01") -> str:
    return reverse(f"governance-readings{name and '-' + name}", args=[code, *given])


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code, answer.content[:500])
    return answer.content.decode()


def give(client: Client, policy: object, **more: Any) -> Any:
    given = {"policy": str(policy), "kind": "all", "due_on": days(10).isoformat(), "statement": STATEMENT}
    return client.post(at("new"), {**given, **more})


# --- the one who reads ----------------------------------------------------------------------------------------------


def test_an_employee_meets_what_he_has_to_read_reads_it_and_confirms(cast: Cast) -> None:
    user, gao = employee(cast, "Gao")
    row = issued(cast)
    client = cast.client(user)
    own = reverse("reading-one", args=[row.uid])
    desk = page(client, reverse("desk"))
    assert own in desk
    assert row.title in desk
    confirm, end = reverse("reading-confirm", args=[row.uid]), reverse("reading-end", args=[row.uid])
    shown = page(client, own)
    assert "公开招标" in shown
    assert confirm not in shown
    assert Receipt.objects.get(person=gao).opened_at is not None
    assert client.post(confirm).status_code == 422
    assert state(row, gao) == "pending"
    foot = client.post(end, {"part": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert confirm in foot
    assert client.post(confirm).headers["Location"] == reverse("reading-mine")
    assert state(row, gao) == "confirmed"
    assert confirm not in page(client, own)
    assert own in page(client, reverse("reading-mine"))
    assert client.post(confirm).status_code == 302
    assert Event.objects.filter(action="reading.confirmed").count() == 1


def test_the_parts_of_a_long_text_open_one_after_the_other(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao")
    long = "\n".join(f"第{number}条 内容{number}。" for number in range(1, confirming.SIZE + 5))
    row = issued(cast, version=in_force(cast, text=long))
    client, own = cast.client(user), reverse("reading-one", args=[row.uid])
    assert f"内容{confirming.SIZE + 1}。" not in page(client, own + "?part=2")
    answer = client.post(reverse("reading-end", args=[row.uid]), {"part": "1"})
    assert "part=1" in answer.headers["Location"]
    assert f"内容{confirming.SIZE + 1}。" in page(client, own + "?part=2")


def test_nobody_opens_what_another_was_asked(cast: Cast) -> None:
    row = issued(cast)
    other = cast.client(employee(cast, "Late")[0])
    own = reverse("reading-one", args=[row.uid])
    assert other.get(own).status_code == 404
    assert other.post(reverse("reading-confirm", args=[row.uid])).status_code == 404
    assert other.get(at("one", row.uid)).status_code == 403
    assert cast.client(cast.mei).get(own).status_code == 404
    assert "没有" in page(other, reverse("reading-mine")) or "Nothing" in page(other, reverse("reading-mine"))


def test_an_account_that_is_nobodys_is_told_so(cast: Cast) -> None:
    lone = cast.client(account("Lone", "employee", cast.sub, cast.house))
    assert "gj-note--person" in page(lone, reverse("desk"))


def test_other_roles_find_it_on_their_desk_and_through_their_notice(cast: Cast) -> None:
    org.link_account(person=cast.wang, user=cast.mei, by=cast.house)
    row = issued(cast, by=cast.actor(cast.mei))
    client = cast.client(cast.mei)
    assert reverse("reading-mine") in page(client, reverse("desk"))
    assert reverse("reading-mine") in page(client, reverse("me"))
    task = Task.objects.get(about="reading")
    go = abouts.url(task)
    assert go in page(client, reverse("notices"))
    assert client.get(go).headers["Location"] == reverse("reading-one", args=[row.uid])
    read(row, of_user(cast.mei))
    confirming.confirm(reading=row.uid, by=of_user(cast.mei))
    assert client.get(go).headers["Location"] == at("one", row.uid)
    assert page(client, reverse("task", args=[task.uid]))


def test_an_employees_desk_costs_the_same_whatever_waits(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao")
    client = cast.client(user)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, reverse("desk"))
        return len(found)

    issued(cast)
    client.get(reverse("desk"))
    few = asked()
    for number in range(3):
        issued(cast, version=in_force(cast, title=f"办法{number}"))
    assert asked() == few <= 12


# --- the one who gives it out ---------------------------------------------------------------------------------------


def test_mei_chooses_a_policy_sees_who_is_asked_and_gives_it_out(cast: Cast) -> None:
    held = in_force(cast)
    employee(cast, "Gao", department=cast.department)
    client = cast.client(cast.mei)
    assert at("new") in page(client, at(""))
    assert f"policy={held.policy}" in page(client, at("new"))
    form = page(client, at("new") + f"?policy={held.policy}")
    assert at("preview") in form
    shown = page(client, at("preview") + "?kind=all")
    assert "<b>2" in shown
    assert cast.department.name in shown
    assert "gj-note--person" in shown, "王敏 has no account: she signs on paper"
    answer = give(client, held.policy)
    row = Reading.objects.get()
    assert answer.headers["Location"] == at("one", row.uid)
    assert 'role="group"' in page(client, at("one", row.uid)), "the bar, until the job is through"
    worker.drain()
    assert client.get(at("progress", row.uid)).headers["HX-Refresh"] == "true"
    shown = page(client, at("one", row.uid))
    assert "Gao" in shown
    assert at("one", row.uid) in page(client, reverse("governance-policies-one", args=["HD-01", held.policy]))
    twice = give(client, held.policy)
    assert twice.status_code == 409
    assert at("one", row.uid) in twice.content.decode()


def test_a_form_with_faults_comes_back_with_what_was_entered(cast: Cast) -> None:
    held = in_force(cast)
    client = cast.client(cast.mei)
    for wrong in ({"due_on": days(-2).isoformat()}, {"due_on": "someday"}, {"statement": ""}, {"kind": "new_hires"}):
        answer = give(client, held.policy, **wrong)
        assert answer.status_code in {400, 422}, wrong
        assert str(held.policy) in answer.content.decode()
    assert "gj-note--person" in page(client, at("preview") + "?kind=new_hires")
    assert give(cast.client(cast.tan), held.policy).status_code == 404
    dong = cast.client(account("Dong", "department_officer", cast.department, cast.house))
    assert give(dong, held.policy).status_code == 403


def test_a_signed_list_is_recorded_with_the_people_ticked(cast: Cast) -> None:
    row = issued(cast)
    client = cast.client(cast.mei)
    bare = client.post(at("paper", row.uid), {"pick": str(cast.wang.uid)})
    assert bare.status_code == 422
    scan = SimpleUploadedFile("签收表.pdf", SCAN, "application/pdf")
    assert client.post(at("paper", row.uid), {"pick": str(cast.wang.uid), "file": scan}).status_code == 302
    assert state(row, cast.wang) == "confirmed"
    shown = page(client, at("one", row.uid))
    assert "签收表.pdf" in shown
    row.refresh_from_db()
    url = at("file", row.uid, row.papers[0]["digest"], "签收表.pdf")
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == SCAN  # type: ignore[attr-defined]
    answer.close()
    assert cast.client(cast.qian).get(url).status_code == 403


def test_the_list_of_those_missing_is_taken_away_and_told_to_the_trail(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao")
    row = issued(cast)
    read(row, of_user(user))
    confirming.confirm(reading=row.uid, by=of_user(user))
    client = cast.client(cast.mei)
    answer = client.get(at("export", row.uid) + "?state=pending")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    answer.close()
    assert [line[2] for line in sheet.iter_rows(min_row=3, values_only=True)] == ["王敏"]
    assert Event.objects.filter(action="export.made", object_type="reading").count() == 1


def test_reminding_extending_and_closing_from_the_page(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao")
    row = issued(cast)
    Notice.objects.all().delete()
    client = cast.client(cast.mei)
    assert client.post(at("remind", row.uid)).status_code == 302
    worker.drain()
    assert Notice.objects.filter(user=user).exists()
    later = days(30).isoformat()
    assert client.post(at("extend", row.uid), {"due_on": later, "version": row.version}).status_code == 302
    stale = client.post(at("extend", row.uid), {"due_on": later, "version": row.version})
    assert stale.status_code == 409
    assert "409" not in re.sub(r"<[^>]*>", " ", stale.content.decode())  # addresses and times hold any digits
    row.refresh_from_db()
    closed = client.post(at("close", row.uid), {"version": row.version, "record": "publicity"})
    assert closed.status_code == 302
    entry = Entry.objects.get(register="publicity")
    assert str(entry.uid) in page(client, at("one", row.uid))
    assert client.post(at("remind", row.uid)).status_code == 409
    assert cast.client(cast.qian).post(at("close", row.uid), {"version": row.version}).status_code == 403


def test_a_unit_below_sees_its_own_people_of_a_reading_from_above(cast: Cast) -> None:
    below = org.add_person(unit=cast.grandchild, name="下级", by=cast.actor(cast.lin))
    row = issued(cast, Audience(below=True))
    keeper = cast.client(account("Ke", "compliance_office", cast.grandchild, cast.house))
    assert row.title in page(keeper, at("", code="HD-01-A"))
    shown = page(keeper, at("one", row.uid, code="HD-01-A"))
    assert below.name in shown
    assert cast.wang.name not in shown
    assert keeper.post(at("close", row.uid, code="HD-01-A"), {"version": row.version}).status_code in {403, 404}
    mei = cast.client(cast.mei)
    assert at("one", row.uid, code="HD-01-A") in page(mei, at("one", row.uid))
    assert cast.client(cast.tan).get(at("one", row.uid, code="SJ")).status_code == 404


def test_a_department_officer_sees_the_people_of_the_department(cast: Cast) -> None:
    employee(cast, "Gao", department=cast.department)
    row = issued(cast)
    dong = cast.client(account("Dong", "department_officer", cast.department, cast.house))
    shown = page(dong, at("one", row.uid, code="HD-01-D1"))
    assert "Gao" in shown
    assert cast.wang.name not in page(dong, at("one", row.uid))


def test_a_newer_version_is_offered_and_read_with_what_differs_first(cast: Cast) -> None:
    from guiju.governance.policies import actions

    user, _gao = employee(cast, "Gao")
    first = in_force(cast)
    issued(cast, version=first)
    Reading.objects.update(state="closed", closed_at=clock.now())
    from guiju.governance.models import PolicyVersion

    PolicyVersion.objects.filter(pk=first.pk).update(in_force_on=days(-30), issued_on=days(-30))
    second = actions.issue(draft=revised(cast, record(first)), number="2号", by=cast.actor(cast.mei))
    mei = cast.client(cast.mei)
    url = at("new") + f"?policy={second.policy}&amp;compared=1"
    assert url in page(mei, at(""))
    assert give(mei, second.policy, compared="1").status_code == 302
    worker.drain()
    row = Reading.objects.get(policy_version=second)
    shown = page(cast.client(user), reverse("reading-one", args=[row.uid]))
    assert 'id="changes"' in shown
    assert "<ins>" in shown


def test_the_figures_cost_the_same_whatever_the_people(cast: Cast) -> None:
    row = issued(cast)
    client = cast.client(cast.lin)

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as found:
            page(client, name)
        return len(found)

    one, listed = at("one", row.uid), at("")
    page(client, one)
    before = asked(one), asked(listed)
    for number in range(8):
        person = org.add_person(unit=cast.grandchild, name=f"人{number}", by=cast.house)
        Receipt.objects.create(reading=row, person=person, unit=cast.grandchild)
    after = asked(one), asked(listed)
    assert after[0] <= before[0] + 2 <= 28
    assert after[1] == before[1]
