"""整改和调度的页面：每个数字都通向它数的清单，责任人在手机上办，别人验收。"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.compliance.hearing import actions as hearings
from guiju.compliance.models import Hearing
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.compliance.test_hearing import written
from tests.compliance.test_rectify import account, enter, fresh, hand_in
from tests.conftest import Cast, english

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhao(cast: Cast) -> Person:
    return org.add_person(unit=cast.sub, name="赵强", number="1002", by=cast.house)


def quarter() -> str:
    return str(Period.of(clock.today(), "quarter"))


def _stat(page: str, label: str) -> tuple[str, str]:
    """Address and figure of a stat."""
    found = re.search(
        rf'<a href="([^"]+)" class="gj-stat[^"]*"><span class="gj-stat-label">(?:<[^>]+>)*{label}</span><b>([^<]+)</b>',
        page,
    )
    assert found, label
    return found[1].replace("&amp;", "&"), found[2]


def test_every_number_of_the_ledger_leads_to_as_many_rows(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.lin)
    late = clock.today() - timedelta(days=4)
    enter(by, cast.sub, zhao, problem="Seal", due_on=late)
    enter(by, cast.group, zhao, problem="Gift", source="audit")
    hand_in(enter(by, cast.sub, zhao, problem="Contract"), by)
    client = english(cast.client(cast.lin))
    page = client.get("/u/HD/rectify/").content.decode()
    for label, titles in (
        ("Under way", {"Seal", "Gift"}),
        ("Overdue", {"Seal"}),
        ("Awaiting acceptance", {"Contract"}),
    ):
        url, number = _stat(page, re.escape(label))
        rows = client.get(url).content.decode()
        assert int(number) == len(titles)
        assert {title for title in ("Seal", "Gift", "Contract") if f">{title}<" in rows} == titles, url
    own = client.get("/u/HD/rectify/?reach=own").content.decode()
    assert _stat(own, "Under way")[1] == "1"
    assert ">Seal<" not in client.get(_stat(own, "Under way")[0]).content.decode()


def test_the_ledger_costs_the_same_for_many(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.lin)
    client = cast.client(cast.lin)
    counts = []
    for number in (2, 15):
        for at in range(number):
            enter(by, cast.sub, zhao, problem=f"问题{number}-{at}", due_on=clock.today() - timedelta(days=2))
        client.get("/u/HD/rectify/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/u/HD/rectify/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30, counts


def test_an_empty_ledger_says_what_belongs_there(cast: Cast) -> None:
    page = english(cast.client(cast.lin)).get("/u/HD/rectify/").content.decode()
    assert "No problems in the ledger yet" in page
    assert "/r/rectifications/new?unit=HD" in page


def test_the_owner_hands_in_and_somebody_else_accepts(cast: Cast, zhao: Person) -> None:
    owner = account("zhao", "department_officer", cast.department, zhao, cast.house)
    head = account("wang", "compliance_office", cast.sub, cast.wang, cast.house)
    entry = enter(cast.actor(cast.mei), cast.sub, zhao, department=str(cast.department.uid))
    page = f"/u/HD-01-D1/rectify/{entry.uid}/"
    client = english(cast.client(owner))
    assert "Hand in for acceptance" in client.get(page).content.decode()
    client.post(f"{page}progress/", {"text": "登记簿已建", "share": "50", "version": "1"})
    bare = client.post(f"{page}save/", {"submit": "1", "measures": "登记", "version": "2"})
    assert bare.status_code == 422
    done = {"submit": "1", "cause_kind": "training", "cause": "新人不懂", "measures": "逐笔登记", "version": "2"}
    assert client.post(f"{page}save/", done).status_code == 302
    shown = client.get(page).content.decode()
    assert "somebody else accepts it" in shown
    assert "登记簿已建" in shown
    refused = client.post(f"{page}close/", {"acceptance": "好", "no_files": "现场", "version": "3"})
    assert refused.status_code == 403
    boss = english(cast.client(head))
    other = f"/u/HD-01/rectify/{entry.uid}/"
    accept = boss.get(other).content.decode()
    assert f"Accepted by {head.name}" in accept
    assert 'name="acceptor"' not in accept
    back = boss.post(f"{other}back/", {"reason": "缺照片", "version": "3"})
    assert back.status_code == 302
    assert fresh(entry).status == "open"
    client.post(f"{page}save/", {**done, "version": "4"})
    closing = {"done_on": clock.today().isoformat(), "acceptor": str(cast.wang.uid), "acceptance": "好", "version": "5"}
    lacking = boss.post(f"{other}close/", closing)
    assert lacking.status_code == 422
    assert boss.post(f"{other}close/", {**closing, "no_files": "现场查看"}).status_code == 302
    assert fresh(entry).status == "closed"


def test_two_who_save_at_once_see_both_sides(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    entry = enter(by, cast.sub, zhao)
    registers.update(entry=fresh(entry), values={"measures": "甲的措施"}, version=1, by=by)
    answer = cast.client(cast.mei).post(f"/u/HD-01/rectify/{entry.uid}/save/", {"measures": "乙的措施", "version": "1"})
    assert answer.status_code == 409
    assert "甲的措施" in answer.content.decode()
    assert "乙的措施" in answer.content.decode()


def test_a_deadline_is_extended_with_a_reason_only(cast: Cast, zhao: Person) -> None:
    entry = enter(cast.actor(cast.mei), cast.sub, zhao)
    client = english(cast.client(cast.mei))
    page = f"/u/HD-01/rectify/{entry.uid}/"
    later = (clock.today() + timedelta(days=60)).isoformat()
    assert client.post(f"{page}extend/", {"due_on": later, "extension": "", "version": "1"}).status_code == 422
    assert client.post(f"{page}extend/", {"due_on": later, "extension": "设备未到", "version": "1"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "Extended 1 times; the first deadline was" in shown
    assert "设备未到" in shown


def test_a_recurrence_is_pointed_out_and_noted_by_one_click(cast: Cast, zhao: Person) -> None:
    from tests.compliance.test_rectify import accept

    by = cast.actor(cast.mei)
    with clock.simulate(clock.now() - timedelta(days=275)):
        old = enter(by, cast.sub, zhao, field="contract", problem="旧问题")
        hand_in(old, by)
        accept(old, by, cast.wang)
    new = enter(by, cast.sub, zhao, field="contract", cause_kind="not_followed", cause="照旧", problem="新问题")
    client = english(cast.client(cast.mei))
    page = f"/u/HD-01/rectify/{new.uid}/"
    assert "closed 8 months before" in client.get(page).content.decode()
    assert "Look and decide" in client.get("/u/HD-01/rectify/repeats/").content.decode()
    record = client.get(page.replace("/u/HD-01/rectify/", "/r/rectifications/")).content.decode()
    assert "Same cause as" in record
    assert page in record
    client.post(f"{page}repeats/", {"of": str(old.uid), "version": "1"})
    assert fresh(new).ref_1 == old.uid
    assert "Look and decide" not in client.get("/u/HD-01/rectify/repeats/").content.decode()


def test_other_peoples_rectifications_are_not_there(cast: Cast, zhao: Person) -> None:
    entry = enter(cast.actor(cast.mei), cast.sub, zhao)
    elsewhere = account("zhao", "department_officer", cast.department, zhao, cast.house)
    for user in (cast.tan, elsewhere):
        client = cast.client(user)
        assert client.get(f"/u/HD-01/rectify/{entry.uid}/").status_code == 404
        assert client.post(f"/u/HD-01/rectify/{entry.uid}/progress/", {"text": "x"}).status_code == 404


# --- hearings ---------------------------------------------------------------------------------------------------------


def test_the_head_prepares_holds_and_closes_a_hearing(cast: Cast, zhao: Person) -> None:
    enter(cast.actor(cast.mei), cast.sub, zhao, due_on=clock.today() - timedelta(days=3))
    client = english(cast.client(cast.mei))
    assert "Prepare " in client.get("/u/HD-01/hearings/").content.decode()
    page = f"/u/HD-01/hearings/{quarter()}/"
    assert "has not been prepared" in client.get(page).content.decode()
    assert client.post(f"{page}prepare/").status_code == 302
    shown = client.get(page).content.decode()
    assert "not recorded" in shown
    assert "用印未登记" in shown
    form = _form(written(cast.wang, zhao))
    kept = client.post(f"{page}save/", {**form, "next_work": "", "version": "1"}, headers={"HX-Request": "true"})
    assert kept.status_code == 200
    assert 'name="version" value="2"' in kept.content.decode()
    lacking = client.post(f"{page}close/", {**form, "next_work": "", "version": "2"})
    assert lacking.status_code == 422
    assert "key work is not arranged" in lacking.content.decode()
    assert client.post(f"{page}close/", {**form, "version": "2"}).status_code == 302
    meeting = Entry.objects.get(register="meetings")
    assert meeting.file_count == 1
    after = client.get(page).content.decode()
    assert "补齐用印登记" in after
    assert client.get(f"/u/HD-01/reports/quarterly-hearing/?period={quarter()}").status_code == 200
    assert "Held" in client.get("/u/HD-01/hearings/").content.decode()


def _form(values: dict[str, Any]) -> dict[str, Any]:
    rows = values.pop("decisions")
    return {**values, **{f"decision-{n}-{name}": value for n, row in enumerate(rows, 1) for name, value in row.items()}}


def test_of_two_who_write_the_minutes_the_later_sees_the_difference(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    hearing = hearings.prepare(unit=cast.sub, period=Period.parse(quarter()), by=by)
    hearings.edit(hearing=hearing, values={"place": "三楼"}, version=1, by=by)
    client = cast.client(cast.mei)
    page = f"/u/HD-01/hearings/{quarter()}/"
    late = client.post(f"{page}save/", {"place": "二楼", "version": "1"})
    assert late.status_code == 409
    assert "三楼" in late.content.decode()
    assert "二楼" in late.content.decode()
    quiet = client.post(f"{page}save/", {"place": "二楼", "version": "1"}, headers={"HX-Request": "true"})
    assert quiet.status_code == 422
    assert Hearing.objects.get().minutes["place"] == "三楼"


def test_a_leader_reads_the_sheet_and_strangers_do_not(cast: Cast) -> None:
    by = cast.actor(cast.lin)
    hearings.prepare(unit=cast.group, period=Period.parse(quarter()), by=by)
    page = f"/u/HD/hearings/{quarter()}/"
    leader = english(cast.client(cast.qian)).get(page)
    assert leader.status_code == 200
    assert "close it" not in leader.content.decode()
    assert cast.client(cast.qian).post(f"{page}save/", {"place": "x", "version": "1"}).status_code == 403
    assert cast.client(cast.tan).get(page).status_code == 404


def test_a_work_report_holds_ones_own_records_and_is_handed_over(cast: Cast, zhao: Person) -> None:
    by = cast.actor(cast.mei)
    for person, gist in ((zhao, "检查印章管理"), (cast.wang, "别人的事")):
        values = {
            "gist": gist,
            "kind": "check",
            "role": "compliance_staff",
            "person": str(person.uid),
            "done_on": clock.today(),
        }
        registers.create(register="duty_logs", unit=cast.sub, values=values, by=by)
    client = english(cast.client(cast.mei))
    assert "Nobody holds an office" in client.get("/u/HD-01/hearings/reports/").content.decode()
    chosen = client.get(f"/u/HD-01/hearings/reports/?person={zhao.uid}&period={quarter()}")
    page = client.get(chosen["Location"]).content.decode()
    assert "检查印章管理" in page
    assert "别人的事" not in page
    assert "/r/report_deliveries/new?unit=HD-01" in page
    made = client.get(f"{chosen['Location']}docx/")
    assert made.status_code == 200
    assert made.content[:2] == b"PK"
    assert cast.client(cast.tan).get(chosen["Location"]).status_code == 404
