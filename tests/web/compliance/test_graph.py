"""The pages of the graph, as an officer and a department owner use them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.access import actions as access
from guiju.compliance.enums import LinkState
from guiju.compliance.graph import actions as graph
from guiju.compliance.models import Link, Mark
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers.models import Entry
from guiju.workflow.models import Task, TaskStatus
from tests.compliance.graphs import Graph
from tests.conftest import PASSWORD, Cast, english

LAW = "《招标投标法》第四条"


@pytest.fixture
def firm(cast: Cast) -> Graph:
    return Graph(cast, cast.sub, cast.actor(cast.mei))


@pytest.fixture
def mei(firm: Graph) -> Client:
    return english(firm.cast.client(firm.cast.mei))


def _page(client: Client, where: str, *args: object, status: int = 200, **query: str) -> str:
    answer = client.get(reverse(f"compliance-graph{where}", args=list(args)), query)
    assert answer.status_code == status
    return answer.content.decode()


def holder(firm: Graph, role: str, unit: Unit) -> Client:
    """Somebody more with a role."""
    user = access.create_account(username="dong", name="Dong", password=PASSWORD, by=firm.cast.house)
    access.grant(user=user, role=role, unit=unit, by=firm.cast.house, reason="tests", from_on=clock.today())
    return english(firm.cast.client(user))


def counted(client: Client, address: str) -> int:
    """The questions of a page."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_an_empty_graph_says_what_belongs_here_and_starts_it(firm: Graph, mei: Client) -> None:
    page = _page(mei, "", "HD-01")
    assert "Nothing to link yet" in page
    assert "/r/obligations/new?unit=HD-01" in page


def test_each_gap_leads_to_the_records_that_have_it(firm: Graph, mei: Client) -> None:
    lone, risk = firm.enter("risk_list", name="无人管的风险"), firm.enter("risk_list", name="有义务的风险")
    firm.join(firm.enter("obligations"), risk)
    page = _page(mei, "", "HD-01")
    assert "1 without a link to: Obligations" in page
    listed = _page(mei, "-lacking", "HD-01", of="risk_list", no="obligations")
    assert lone.title in listed
    assert risk.title not in listed
    _page(mei, "-lacking", "HD-01", of="people", status=404)


def test_proposals_are_confirmed_and_refused_by_ticking(firm: Graph, mei: Client) -> None:
    firm.enter("obligations", source=LAW)
    rows = [firm.enter("duty_list", source_law=LAW) for _row in range(3)]
    page = _page(mei, "-proposals", "HD-01")
    assert "法律法规、国家政策：“《招标投标法》第四条”" in page
    first, second, third = Link.objects.order_by("pk").values_list("uid", flat=True)
    address = reverse("compliance-graph-proposals", args=["HD-01"])
    mei.post(address, {"pick": [str(first), str(second)], "do": "confirm"})
    mei.post(address, {"pick": [str(third)], "do": "refuse"})
    states = sorted(Link.objects.values_list("state", flat=True))
    assert states == [LinkState.CONFIRMED, LinkState.CONFIRMED, LinkState.REFUSED]
    assert "No proposals wait" in _page(mei, "-proposals", "HD-01")
    again = mei.post(address, {"pick": [str(first)], "do": "refuse"}, follow=True).content.decode()
    assert "no longer open" in again
    assert len(rows) == 3


def test_nothing_ticked_changes_nothing_and_says_so(firm: Graph, mei: Client) -> None:
    answer = mei.post(reverse("compliance-graph-proposals", args=["HD-01"]), {"do": "confirm"}, follow=True)
    assert "Tick the proposals first" in answer.content.decode()


def test_a_law_that_the_lists_name_is_entered_and_linked_with_one_form(firm: Graph, mei: Client) -> None:
    row = firm.enter("duty_list", source_law="《会计法》第十条")
    assert "会计法 第十条" in _page(mei, "-missing", "HD-01")
    query = {"kind": "law", "name": "会计法", "clause": "第十条", "department": ""}
    form = _page(mei, "-missing-new", "HD-01", **query)
    assert "《会计法》第十条" in form
    given = {f"m.{key}": value for key, value in query.items()}
    values = {"scope": "external", "source_kind": "law", "source": "《会计法》第十条", "identified_on": "2026-03-02"}
    address = reverse("compliance-graph-missing-new", args=["HD-01"])
    refused = mei.post(address, given | values | {"row": str(row.uid)})
    assert refused.status_code == 422
    assert not Entry.objects.filter(register="obligations").exists()
    mei.post(address, given | values | {"duty": "会计资料真实完整", "row": str(row.uid)})
    made = Entry.objects.get(register="obligations")
    link = Link.objects.get()
    assert {link.low, link.high} == {made.uid, row.uid}
    assert link.state == LinkState.CONFIRMED
    _page(mei, "-missing-new", "HD-01", status=404, **query)


def test_the_page_of_a_record_shows_its_links_and_sets_another(firm: Graph, mei: Client) -> None:
    duty, risk = firm.enter("obligations"), firm.enter("risk_list", name="围标串标")
    record = mei.get(f"/r/obligations/{duty.uid}/").content.decode()
    part_url = reverse("compliance-graph-part", args=["HD-01", duty.uid])
    assert part_url in record
    options = mei.get(reverse("compliance-graph-pick", args=["HD-01", duty.uid]), {"q": "围标"}).json()["results"]
    assert [one["value"] for one in options] == [str(risk.uid)]
    mei.post(part_url, {"other": str(risk.uid)})
    assert "围标串标" in mei.get(part_url).content.decode()
    link = Link.objects.get()
    gone = {"do": "drop", "at": str(duty.uid), "version": "1"}
    mei.post(reverse("compliance-graph-link", args=["HD-01", link.uid]), gone)
    assert not Link.objects.exists()


def test_a_pair_that_makes_no_sense_is_refused_in_words(firm: Graph, mei: Client) -> None:
    one, other = firm.enter("posts"), firm.enter("posts")
    answer = mei.post(reverse("compliance-graph-part", args=["HD-01", one.uid]), {"other": str(other.uid)}, follow=True)
    assert "cannot be linked" in answer.content.decode()


def test_records_outside_the_graph_have_no_such_section(firm: Graph, mei: Client) -> None:
    entry = firm.enter("contracts")
    assert 'id="graph"' in mei.get(f"/r/contracts/{entry.uid}/").content.decode()
    people = mei.get(f"/r/people/{firm.cast.wang.uid}/").content.decode()
    assert 'id="graph"' not in people


def test_a_task_leads_to_its_marks_and_closes_with_the_last(firm: Graph, mei: Client) -> None:
    duty, control, contract = firm.enter("obligations"), firm.enter("controls"), firm.enter("contracts")
    firm.join(duty, control)
    firm.join(duty, contract)
    firm.change(duty, duty="必须公开招标")
    task = Task.objects.get(about="mark")
    address = reverse("compliance-graph-settle", args=["HD-01", task.uid])
    assert address in mei.get(reverse("task", args=[task.uid])).content.decode()
    page = mei.get(address).content.decode()
    assert control.title in page
    assert "必须公开招标" in page
    marks = {mark.target: mark for mark in Mark.objects.all()}
    wrong = {"pick": str(marks[control.uid].uid), "outcome": "changed"}
    answer = mei.post(address, wrong, follow=True).content.decode()
    assert "has not been changed since it was marked" in answer
    firm.change(control, measure="增加复核")
    assert "changed since" in mei.get(address).content.decode()
    mei.post(address, wrong)
    mei.post(address, {"pick": str(marks[contract.uid].uid), "outcome": "stands"})
    assert Task.objects.get(about="mark").status == TaskStatus.DONE


def test_a_form_that_was_open_during_a_second_change_is_not_saved(firm: Graph, mei: Client) -> None:
    duty, control = firm.enter("obligations"), firm.enter("controls")
    firm.join(duty, control)
    firm.change(duty, duty="第一次改")
    mark = Mark.objects.get()
    firm.change(duty, duty="第二次改")
    sent = {"pick": str(mark.uid), f"v.{mark.uid}": str(mark.version), "outcome": "stands"}
    answer = mei.post(reverse("compliance-graph-marks", args=["HD-01"]), sent, follow=True).content.decode()
    assert "has changed again since you looked" in answer
    assert Mark.objects.get().settled_at is None


def test_the_preview_counts_what_a_change_would_mark(firm: Graph, mei: Client) -> None:
    duty, risk, control = firm.enter("obligations"), firm.enter("risk_list"), firm.enter("controls")
    firm.join(duty, risk)
    firm.join(risk, control)
    page = _page(mei, "-impact", "HD-01", duty.uid)
    assert "would mark 2 records" in page
    assert "<svg" in page
    assert "would mark 1 record " in _page(mei, "-impact", "HD-01", risk.uid)
    firm.change(duty, duty="新的义务")
    assert Mark.objects.filter(cause=duty.uid).count() == 2


def test_a_department_officer_sees_and_settles_what_is_of_her_department(firm: Graph) -> None:
    client = holder(firm, "department_officer", firm.cast.department)
    own = str(firm.cast.department.uid)
    duty, mine, other = firm.enter("obligations"), firm.enter("controls", department=own), firm.enter("controls")
    firm.join(duty, mine)
    firm.join(duty, other)
    firm.change(duty, duty="新的义务")
    page = _page(client, "-marks", "HD-01-D1")
    assert mine.title in page
    assert other.title not in page
    marks = {mark.target: mark.uid for mark in Mark.objects.all()}
    address = reverse("compliance-graph-marks", args=["HD-01-D1"])
    client.post(address, {"pick": [str(marks[mine.uid])], "outcome": "stands"})
    assert client.post(address, {"pick": [str(marks[other.uid])], "outcome": "stands"}).status_code == 404
    assert Mark.objects.filter(settled_at__isnull=True).count() == 1
    assert client.get(reverse("compliance-graph-part", args=["HD-01", mine.uid])).status_code == 200
    assert client.get(reverse("compliance-graph-part", args=["HD-01", other.uid])).status_code == 404
    assert client.get(reverse("compliance-graph", args=["HD-01-D1"])).status_code == 200


def test_who_only_reads_sees_no_forms(firm: Graph) -> None:
    firm.enter("obligations", source=LAW)
    firm.enter("duty_list", source_law=LAW)
    qian = english(firm.cast.client(firm.cast.qian))
    assert "Confirm what is ticked" not in _page(qian, "-proposals", "HD-01")
    uid = str(Link.objects.get().uid)
    assert (
        qian.post(reverse("compliance-graph-proposals", args=["HD-01"]), {"pick": uid, "do": "confirm"}).status_code
        == 403
    )


def test_pages_ask_no_question_per_row(firm: Graph, mei: Client) -> None:
    duty = firm.enter("obligations", source=LAW)
    addresses = [
        reverse(f"compliance-graph{name}", args=["HD-01"]) for name in ("", "-proposals", "-missing", "-marks")
    ] + [reverse("compliance-graph-part", args=["HD-01", duty.uid]),
         reverse("compliance-graph-impact", args=["HD-01", duty.uid])]  # fmt: skip

    def grow() -> None:
        control = firm.enter("controls")
        firm.join(duty, control)
        firm.enter("duty_list", source_law=LAW, source_rules=f"《制度{control.pk}》第一条")
        firm.change(duty, duty=f"义务 {control.pk}")

    grow()
    for address in addresses:
        mei.get(address)
    before = [counted(mei, address) for address in addresses]
    for _each in range(4):
        grow()
    assert [counted(mei, address) for address in addresses] == before


def _again(entry: Entry, mark: Mark, count: int) -> None:
    """So many more records like this one, marked by the same change."""

    def copied(row: Entry | Mark, **other: object) -> dict[str, object]:
        held = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return {**held, "id": None, "uid": uuid4(), **other}

    more = [Entry(**copied(entry, number=f"{entry.number}-{at}")) for at in range(count)]
    Entry.objects.bulk_create(more, batch_size=100)
    Mark.objects.bulk_create([Mark(**copied(mark, target=row.uid)) for row in more], batch_size=100)


def test_a_change_that_touches_very_many_hides_no_other_and_counts_them_all(firm: Graph, mei: Client) -> None:
    here = str(firm.cast.department.uid)
    law, rule = firm.enter("obligations", source="大法"), firm.enter("obligations", source="小法")
    many, few = firm.enter("controls", name="多处复核", department=here), firm.enter("posts", name="招标专员")
    for cause, target in ((law, many), (rule, few)):
        firm.join(cause, target)
        firm.change(cause, duty=f"新的义务：{target.title}")
    address = reverse("compliance-graph", args=["HD-01"])
    mei.get(address)
    before = counted(mei, address)
    _again(many, Mark.objects.get(target=many.uid), 600)
    with CaptureQueriesContext(connection) as asked:
        causes = mei.get(address).context["causes"]
    assert len(asked) == before
    assert [(row["title"], row["count"]) for row in causes] == [("大法", 601), ("小法", 1)]
    told = [
        [(line.label, [one["title"] for one in line.names], line.in_all) for line in row["lines"]] for row in causes
    ]
    assert told == [
        [("Departments and units", ["经营部"], 0), ("Controls", ["多处复核"] * 3, 601)],
        [("Departments and units", [firm.unit.label], 0), ("Posts", ["招标专员"], 0)],
    ]


def test_changes_beyond_the_twelve_that_touch_most_are_counted_and_reached(firm: Graph, mei: Client) -> None:
    address, control = reverse("compliance-graph", args=["HD-01"]), firm.enter("controls")
    laws = [firm.enter("obligations", source=f"第{at}号法") for at in range(13)]
    for law in laws:
        firm.join(law, control)
    for law in laws[:12]:
        firm.change(law, duty="新的义务")
    assert "more change" not in _page(mei, "", "HD-01")
    firm.change(laws[12], duty="新的义务")
    page = mei.get(address)
    assert ">1 more change</a>" in page.content.decode()
    assert len(page.context["causes"]) == 12
    assert page.context["more_causes"] == 1


def test_a_marked_record_that_went_elsewhere_is_named_only_to_whoever_sees_it_there(firm: Graph) -> None:
    officer = holder(firm, "department_officer", firm.cast.department)
    here, elsewhere = str(firm.cast.department.uid), firm.enter("controls", name="迁出的措施")
    duty = firm.enter("obligations")
    stays = firm.enter("controls", name="留下的措施", department=here)
    leaves = firm.enter("controls", name="搬走的措施", department=here)
    for control in (stays, leaves, elsewhere):
        firm.join(duty, control)
    firm.change(duty, duty="新的义务")
    Entry.objects.filter(pk=leaves.pk).update(department=None)
    (cause,) = officer.get(reverse("compliance-graph", args=["HD-01-D1"])).context["causes"]
    assert [one["title"] for one in cause["lines"][1].names] == ["留下的措施"]


def test_the_graph_of_another_enterprise_is_not_there(firm: Graph) -> None:
    duty = firm.enter("obligations")
    firm.join(duty, firm.enter("controls"))
    tan = firm.cast.client(firm.cast.tan)
    assert tan.get(reverse("compliance-graph-part", args=["HD-01", duty.uid])).status_code == 404
    assert tan.get(reverse("compliance-graph-impact", args=["SJ", duty.uid])).status_code == 404
    link = Link.objects.get()
    assert tan.post(reverse("compliance-graph-link", args=["SJ", link.uid]), {"do": "drop"}).status_code == 404
    graph.drop(link=link, by=firm.by)


def test_the_record_itself_names_the_first_whom_a_change_touches(firm: Graph, mei: Client) -> None:
    duty, post = firm.enter("obligations"), firm.enter("posts", name="招标专员")
    firm.join(duty, post)
    own = str(firm.cast.department.uid)
    risks = [firm.enter("risk_list", department=own) for _each in range(5)]
    for risk in risks:
        firm.join(duty, risk)
    answer = mei.get(reverse("compliance-graph-part", args=["HD-01", duty.uid]))
    touched = answer.context["touched"]
    assert touched.count == 6
    lines = {line.label: line for line in touched.lines}
    assert [one["title"] for one in lines["Departments and units"].names] == ["经营部", firm.unit.label]
    assert list(lines)[1] == "Posts"
    shown = next(line for line in touched.lines if line.in_all)
    assert (len(shown.names), shown.in_all) == (3, 5)
    page = answer.content.decode()
    assert "招标专员" in page
    assert "See all 6 records" in page
    assert touched.url in page


def test_after_a_change_the_page_says_who_still_has_to_look(firm: Graph, mei: Client) -> None:
    duty, control = firm.enter("obligations"), firm.enter("controls", name="双人复核")
    firm.join(duty, control)
    assert mei.get(f"/r/obligations/{duty.uid}/?saved=1").context["touched"] is None
    firm.change(duty, duty="新的义务")
    page = mei.get(f"/r/obligations/{duty.uid}/?saved=1").content.decode()
    assert "双人复核" in page
    assert "1 of them still waits" in page
    overview = _page(mei, "", "HD-01")
    assert "双人复核" in overview


def test_a_record_whose_change_asks_nothing_of_others_claims_nothing(firm: Graph, mei: Client) -> None:
    contract = firm.enter("contracts")
    assert mei.get(reverse("compliance-graph-part", args=["HD-01", contract.uid])).context["touched"] is None
    lone = firm.enter("obligations")
    assert "touches nobody yet" in _page(mei, "-part", "HD-01", lone.uid)
