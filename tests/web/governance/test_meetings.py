"""会议、机构、决策前意见和协同事项的页面：秘书从安排到定稿，别人的纪要看不到。"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.governance.meetings import minutes
from guiju.lib import clock
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.web.workflow import abouts
from tests.compliance.test_rectify import account, enter
from tests.conftest import Cast, english
from tests.governance.meeters import committee, decision, fresh, office, open_tasks, person, planned, seat, version
from tests.governance.test_matters import begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(cast: Cast) -> list[Person]:
    return [cast.wang, person(cast, "赵强", "2001"), person(cast, "钱进", "2002")]


@pytest.fixture
def body(cast: Cast, three: list[Person]) -> Entry:
    made = committee(cast.sub, cast.house)
    for at, one in enumerate(three):
        seat(made, one, ("chair", "vice", "member")[at], cast.house)
    return made


def page(client: Client, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def form(meeting: Entry, chair: Person, present: list[Person], **more: str) -> dict[str, str]:
    """What the secretary's page sends."""
    found = {"version": str(version(meeting)), "held_on": clock.today().isoformat(), "chair": str(chair.uid)}
    found |= {f"came-{one.uid}": "present" for one in present}
    for item in Entry.objects.filter(register="agenda_items", ref_1=meeting.uid):
        found |= {f"item-{item.uid}-outcome": "agreed", f"item-{item.uid}-votes_for": str(len(present))}
    given = decision(present[-1])
    found |= {f"decision-1-{name}": value for name, value in given.items()}
    return found | more


def test_a_secretary_plans_tells_holds_and_settles(cast: Cast, three: list[Person], body: Entry) -> None:
    client = cast.client(cast.mei)
    account("zhao", "reader", cast.sub, three[1], cast.house)
    new = reverse("governance-meetings-new", args=["HD-01"])
    assert "合规管理委员会" in client.get(f"{new}?body={body.uid}").content.decode()
    answer = client.post(
        new,
        {
            "subject": "第四次会议", "topic": "decision", "body": str(body.uid), "held_on": clock.today().isoformat(),
            "item-1-matter": "审议用印办法", "item-1-kind": "decide", "item-1-department": str(cast.department.uid),
            "item-3-matter": "听取汇报", "item-3-kind": "hear",
        },
    )  # fmt: skip
    meeting = Entry.objects.get(register="meetings", title="第四次会议")
    assert answer.headers["Location"] == reverse("governance-meeting", args=["HD-01", meeting.uid])
    assert [row.title for row in minutes.items_of(meeting)] == ["审议用印办法", "听取汇报"]
    client.post(reverse("governance-meeting-notify", args=["HD-01", meeting.uid]))
    assert [task.owner for task in open_tasks(meeting.uid)] == [three[1]]
    kept = client.post(
        reverse("governance-meeting-save", args=["HD-01", meeting.uid]),
        {"version": str(version(meeting)), "place": "三楼"},
        headers={"HX-Request": "true"},
    )
    assert f'value="{version(meeting)}"' in kept.content.decode()
    said = form(meeting, cast.wang, three)
    assert client.post(reverse("governance-meeting-hold", args=["HD-01", meeting.uid]), said).status_code == 302
    said["version"] = str(version(meeting))
    assert client.post(reverse("governance-meeting-settle", args=["HD-01", meeting.uid]), said).status_code == 302
    done = fresh(meeting)
    assert (done.status, done.file_count, open_tasks(meeting.uid)) == ("settled", 1, [])
    shown = page(client, "governance-meeting", "HD-01", meeting.uid)
    assert "印发办法" in shown
    paper = client.get(reverse("governance-meetings-paper-file", args=["HD-01", "meetings", meeting.uid]))
    words = "\n".join(one.text for one in docx.Document(BytesIO(paper.content)).paragraphs)
    assert "第四次会议纪要" in words.replace("\n", "")
    assert "应到成员3人，实到3人" in words
    assert "同意3票" in words


def test_whoever_cannot_find_a_decision_among_the_tasks_is_named(cast: Cast, three: list[Person], body: Entry) -> None:
    client = english(cast.client(cast.mei))
    meeting = planned(body, cast.sub, cast.house)
    settle = reverse("governance-meeting-settle", args=["HD-01", meeting.uid])
    assert client.post(settle, form(meeting, cast.wang, three)).status_code == 302
    assert "钱进 cannot find this among the tasks" in page(client, "governance-meeting", "HD-01", meeting.uid)


def test_what_is_missing_is_said_and_what_was_written_stays(cast: Cast, three: list[Person], body: Entry) -> None:
    client = english(cast.client(cast.mei))
    meeting = planned(body, cast.sub, cast.house)
    said = form(meeting, cast.wang, three, **{"decision-1-owner": "", "remark": "讨论了三个小时"})
    answer = client.post(reverse("governance-meeting-settle", args=["HD-01", meeting.uid]), said)
    assert answer.status_code == 422
    assert "Decision 1 has no owner." in answer.content.decode()
    assert "讨论了三个小时" in answer.content.decode()
    assert fresh(meeting).status == "planned"


def test_two_at_once_see_both_sides(cast: Cast, body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    save = reverse("governance-meeting-save", args=["HD-01", meeting.uid])
    seen = str(version(meeting))
    cast.client(cast.mei).post(save, {"version": seen, "place": "三楼"})
    answer = cast.client(cast.lin).post(save, {"version": seen, "place": "二楼"})
    assert answer.status_code == 409
    assert "三楼" in answer.content.decode()
    assert "二楼" in answer.content.decode()
    line = cast.client(cast.lin).post(save, {"version": seen, "place": "二楼"}, headers={"HX-Request": "true"})
    assert line.status_code == 422


def test_a_meeting_of_another_company_is_not_there(cast: Cast, three: list[Person], body: Entry) -> None:
    meeting = planned(body, cast.sub, cast.house)
    officer = account("officer", "department_officer", cast.department, three[1], cast.house)
    page(cast.client(cast.tan), "governance-meeting", "SJ", meeting.uid, status=404)
    page(cast.client(cast.tan), "governance-meeting", "HD-01", meeting.uid, status=404)
    page(cast.client(officer), "governance-meeting", "HD-01-D1", meeting.uid, status=404)
    page(cast.client(cast.lin), "governance-meeting", "HD-01-A", meeting.uid, status=404)
    page(cast.client(cast.qian), "governance-meeting", "HD-01", meeting.uid)
    save = reverse("governance-meeting-save", args=["HD-01", meeting.uid])
    assert cast.client(cast.qian).post(save, {"version": "1", "place": "x"}).status_code == 403


def test_a_department_officer_sees_what_names_the_department(cast: Cast, three: list[Person], body: Entry) -> None:
    items = [{"matter": "经营部分包", "department": str(cast.department.uid)}, {"matter": "别的部门的事"}]
    planned(body, cast.sub, cast.house, items=items)
    officer = account("officer", "department_officer", cast.department, three[1], cast.house)
    shown = page(cast.client(officer), "governance-meetings", "HD-01-D1")
    assert "经营部分包" in shown
    assert "别的部门的事" not in shown


def test_the_overview_shows_the_year_and_costs_the_same_whatever_there_is(
    cast: Cast, three: list[Person], body: Entry
) -> None:
    counts = []
    client = cast.client(cast.mei)
    page(client, "governance-meetings", "HD-01")
    for number in (1, 6):
        for at in range(number):
            other = committee(cast.sub, cast.house, name=f"领导小组{number}{at}", kind="leading_group")
            planned(other, cast.sub, cast.house)
        with CaptureQueriesContext(connection) as asked:
            page(client, "governance-meetings", "HD-01")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 18


def test_one_meeting_costs_the_same_whatever_stands_on_its_agenda(cast: Cast, three: list[Person], body: Entry) -> None:
    counts = []
    client = cast.client(cast.mei)
    for number in (2, 8):
        items = [{"matter": f"事项{at}", "major": "1"} for at in range(number)]
        meeting = planned(body, cast.sub, cast.house, subject=f"会议{number}", items=items)
        page(client, "governance-meeting", "HD-01", meeting.uid)
        with CaptureQueriesContext(connection) as asked:
            page(client, "governance-meeting", "HD-01", meeting.uid)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


def test_a_body_says_what_it_lacks_and_a_small_firm_what_stands_in_for_one(cast: Cast, body: Entry) -> None:
    client = english(cast.client(cast.mei))
    shown = page(client, "governance-meetings-body", "HD-01", body.uid)
    assert "Rules of procedure not linked" in shown
    listed = page(client, "governance-meetings-bodies", "HD-01")
    assert "Nobody is entered who leads compliance" not in listed
    assert "Nobody is entered who leads compliance" in page(
        english(cast.client(cast.lin)), "governance-meetings-bodies", "HD"
    )


def test_the_table_of_bodies_is_headed_in_the_words_of_the_trade(cast: Cast, body: Entry) -> None:
    shown = page(cast.client(cast.mei), "governance-meetings-bodies", "HD-01")
    assert '<th scope="col" class="gj-frozen">机构</th>' in shown


def test_opinions_stand_on_a_line_with_the_decision(cast: Cast, three: list[Person], body: Entry) -> None:
    office(cast.sub, "compliance_head", three[1], cast.house)
    meeting = planned(body, cast.sub, cast.house, items=[{"matter": "收购检测公司", "major": "1"}])
    (item,) = minutes.items_of(meeting)
    client = english(cast.client(cast.mei))
    shown = page(client, "governance-meetings-opinions", "HD-01")
    assert "Opinions still to come" in shown
    assert "No document adopted here says whose opinion is heard" in shown
    answer = client.get(reverse("governance-meetings-opine", args=["HD-01", item.uid]))
    assert f"set.agenda_item={item.uid}" in answer.headers["Location"]
    sent = form(meeting, cast.wang, three, **{f"item-{item.uid}-unheard": "会议临时召开"})
    client.post(reverse("governance-meeting-settle", args=["HD-01", meeting.uid]), sent)
    shown = page(client, "governance-meetings-opinions", "HD-01")
    assert "Decided without or before the opinions" in shown
    assert "Hear the opinions now" in shown


def test_an_officer_of_another_department_answers_on_the_shared_record(cast: Cast, three: list[Person]) -> None:
    lawyer = person(cast, "周律", "4001", department=cast.department)
    user = account("zhoulv", "department_officer", cast.department, lawyer, cast.house)
    matter = begin(cast, lawyer)
    client = cast.client(user)
    (task,) = [one for one in open_tasks(matter.uid) if one.owner == lawyer]
    way = abouts.url(task)
    assert matter.title in client.get(way).content.decode()
    answer = client.post(
        reverse("governance-meetings-answer", args=["HD-01-D1", matter.uid]),
        {"function": "legal", "stand": "agree", "opinion": "可以签", "version": str(matter.version)},
    )
    assert answer.headers["Location"] == way
    assert "可以签" in page(cast.client(cast.mei), "governance-meetings-matter", "HD-01", matter.uid)
    refused = client.post(
        reverse("governance-meetings-answer", args=["HD-01-D1", matter.uid]),
        {"function": "control", "stand": "agree", "opinion": "", "version": "2"},
    )
    assert refused.status_code == 403
    page(cast.client(cast.tan), "governance-meetings-matter", "SJ", matter.uid, status=404)


def test_a_matter_goes_to_a_joint_meeting_and_is_linked_there(cast: Cast, three: list[Person]) -> None:
    matter = begin(cast, three[1])
    client = cast.client(cast.mei)
    assert matter.title in page(client, "governance-meetings-new", "HD-01", matter=str(matter.uid))
    values = {
        "subject": "合规联席会议", "topic": "joint_meeting", "held_on": clock.today().isoformat(),
        "item-1-matter": matter.title, "item-1-kind": "study", "item-1-coordination": str(matter.uid),
        "guests": [str(three[1].uid), str(three[2].uid)],
    }  # fmt: skip
    client.post(reverse("governance-meetings-new", args=["HD-01"]), values)
    meeting = Entry.objects.get(register="meetings", kind="joint_meeting")
    assert [row["name"] for row in minutes.expected(meeting)] == ["钱进", "赵强"]
    assert reverse("governance-meeting", args=["HD-01", meeting.uid]) in page(
        client, "governance-meetings-matter", "HD-01", matter.uid
    )


def test_a_problem_becomes_a_letter_that_is_sent_and_confirmed(cast: Cast, three: list[Person]) -> None:
    client = cast.client(cast.mei)
    problem = enter(cast.house, cast.sub, three[1], found_on=clock.today() - timedelta(days=2), measures="逐户核验")
    way = reverse("governance-meetings-report", args=["HD-01", problem.uid])
    assert way in client.get(f"/r/rectifications/{problem.uid}/").content.decode()
    assert "逐户核验" in client.get(way).content.decode()
    lacking: Any = {"name": "关于用印未登记的报告", "receiver": "", "sent_on": clock.today().isoformat()}
    assert client.post(way, lacking).status_code == 422
    answer = client.post(
        way, {**lacking, "receiver": "市市场监督管理局", "problem": str(problem.uid), "gist": "用印未登记"}
    )
    made = Entry.objects.get(register="authority_reports")
    assert (made.status, made.kind, made.ref_1) == ("draft", "proactive", problem.uid)
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "市市场监督管理局" in shown
    file = client.get(reverse("governance-meetings-paper-file", args=["HD-01", "authority_reports", made.uid]))
    words = "\n".join(one.text for one in docx.Document(BytesIO(file.content)).paragraphs)
    assert "草稿，尚未报送" in words
    assert "〔待补充：已采取的措施〕" in words
    assert page(client, "governance-meetings-reports", "HD-01").count("关于用印未登记的报告") == 1


@pytest.mark.parametrize("register", ["decision_opinions", "self_check_opinions"])
def test_opinions_are_official_papers(cast: Cast, three: list[Person], register: str) -> None:
    common = {
        "role": "compliance_head",
        "person": str(three[1].uid),
        "given_on": clock.today().isoformat(),
        "opinion": "建议缓办",
    }
    own = (
        {"matter": "处置设备"}
        if register == "decision_opinions"
        else {"name": "制度自查", "subject": "rule", "risk": "major"}
    )
    entry = registers.create(register=register, unit=cast.sub, values={**common, **own}, by=cast.house)
    client = cast.client(cast.mei)
    way = reverse("governance-meetings-paper", args=["HD-01", register, entry.uid])
    assert way in client.get(f"/r/{register}/{entry.uid}/").content.decode()
    assert "建议缓办" in client.get(way).content.decode()
    assert client.get(f"{way}docx/").content[:2] == b"PK"
    page(client, "governance-meetings-paper", "HD-01", "people", entry.uid, status=404)


def test_every_page_has_its_empty_state(cast: Cast) -> None:
    client = english(cast.client(cast.tan))
    words = {
        "governance-meetings": "No body is entered yet",
        "governance-meetings-bodies": "Nobody is entered who leads compliance",
        "governance-meetings-opinions": "No major decision is entered yet",
        "governance-meetings-matters": "No shared matter yet",
        "governance-meetings-reports": "Nothing was reported of own accord yet",
    }
    for name, said in words.items():
        assert said in page(client, name, "SJ")
    page(client, "governance-meeting", "SJ", UUID(int=7), status=404)
