"""One list of what somebody has to do, and the lists of what units have to do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.packs import catalogue
from guiju.posture import duties
from guiju.workflow import actions
from tests.web.workflow.conftest import URN, Office
from tests.workflow.conftest import TODAY


def _asked(client: Client, path: str) -> int:
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def test_own_tasks_stand_under_past_this_week_and_later(office: Office) -> None:
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 5, 27), title="Late one")
    office.task(date(2026, 6, 5), title="Soon one")
    office.task(date(2026, 6, 12), title="Later one")
    body = office.page("/tasks/")
    body = body[body.index("<tbody>") :]
    order = [
        body.index(word)
        for word in ("Past their date", "Late one", "This week", "Soon one", ">Later</td>", "Later one")
    ]
    assert order == sorted(order)


def test_a_row_says_by_when_in_working_days_with_its_weekday_and_whose_it_is(office: Office) -> None:
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 5, 28), title="Late one")
    office.task(date(2026, 6, 3), title="Soon one")
    body = office.page("/tasks/")
    assert "2 working days late" in body
    assert "2 working days left" in body
    assert "Wed 3 Jun 2026" in body
    assert "赵一" in body


def test_a_task_of_a_document_names_the_document_and_the_place_in_it(office: Office) -> None:
    office.asked(date(2026, 6, 10))
    body = office.page("/tasks/")
    assert "Work plan for compliance management in municipal state-owned enterprises" in body
    source = next(
        row.source for row in catalogue.requirements(catalogue.current(URN)) if row.code == office.plan().row.code
    )
    assert f'<span class="gj-second">{source}</span>' in body


def test_what_is_late_stands_also_in_the_list_of_whom_it_was_escalated_to(office: Office) -> None:
    head = office.person("钱二", sees="principal")
    office.appoint("compliance_head", head)
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 5, 27), title="Late one")
    assert "Late one" not in office.page("/tasks/", head)
    office.night(TODAY)
    body = office.page("/tasks/", head)
    assert "Late one" in body
    assert "told to the Compliance head" in body


def test_a_colleagues_task_is_not_mine_but_stands_with_the_units(office: Office) -> None:
    sun = office.person("孙三", sees="department_officer")
    office.task(date(2026, 6, 5), title="For Sun", owner=sun)
    assert "For Sun" not in office.page("/tasks/")
    assert "For Sun" in office.page("/tasks/?view=units")


def test_a_subsidiary_sees_nothing_of_the_group(office: Office) -> None:
    office.task(date(2026, 6, 5), title="Of the group", unit=office.cast.group)
    office.task(date(2026, 6, 5), title="Of the sub")
    assert "Of the group" not in office.page("/tasks/?view=units", office.cast.mei)
    whole = office.page("/tasks/?view=units", office.cast.lin)
    assert "Of the group" in whole
    assert "Of the sub" in whole


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unit=HD-01", {"Hand", "Asked"}),
        ("unit=HD-01-A", set()),
        (f"document={URN}", {"Asked"}),
        ("document=none", {"Hand", "Top"}),
        ("person=赵一", {"Hand", "Asked"}),
        ("person=nobody", set()),
        ("when=week", {"Hand"}),
        ("when=2026-06-10", {"Asked"}),
        ("state=done", {"Ready"}),
        ("q=Asked", {"Asked"}),
    ],
)
def test_the_list_narrows_to_what_is_asked(office: Office, query: str, found: set[str]) -> None:
    office.task(date(2026, 6, 5), title="Hand made")
    office.asked(date(2026, 6, 10), title="Asked by a document", title_en="Asked by a document")
    office.task(date(2026, 6, 20), title="Top unit", unit=office.cast.group)
    done = office.task(date(2026, 6, 5), title="Ready now")
    actions.done(task=done, version=done.version, by=office.cast.house, reason="tests")
    body = office.page(f"/tasks/?view=units&{query}", office.cast.lin)
    table = body[body.index('id="list"') :]
    titles = {"Hand": "Hand made", "Asked": "Asked by a document", "Top": "Top unit", "Ready": "Ready now"}
    assert {word for word, title in titles.items() if f">{title}<" in table} == found


def test_a_filter_offers_what_occurs(office: Office) -> None:
    sun = office.person("孙三")
    office.task(date(2026, 6, 5), owner=sun)
    office.asked(date(2026, 6, 10))
    people = office.page("/tasks/options/person/?view=units", office.cast.lin)
    assert "孙三" in people
    assert "赵一" in people
    assert "HD-01" in office.page("/tasks/options/unit/?view=units", office.cast.lin)
    assert "document=none" in office.page("/tasks/options/document/?view=units", office.cast.lin)
    assert office.browser(office.cast.lin).get("/tasks/options/colour/").status_code == 404


def test_fifty_stand_on_a_page_and_one_can_go_on_and_back(office: Office) -> None:
    for number in range(53):
        office.task(date(2026, 6, 5) + timedelta(days=number // 10), title=f"Task {number:02}")
    client = office.browser(office.zhao)
    first = client.get("/tasks/")
    rows = [row.title for group in first.context["groups"] for row in group["rows"]]
    assert len(rows) == 50
    second = client.get("/tasks/" + first.context["pager"]["next_url"])
    rest = [row.title for group in second.context["groups"] for row in group["rows"]]
    assert rows + rest == [f"Task {number:02}" for number in range(53)]
    back = client.get("/tasks/" + second.context["pager"]["prev_url"])
    assert [row.title for group in back.context["groups"] for row in group["rows"]] == rows
    assert back.context["pager"]["prev_url"] == ""


def test_a_place_that_was_made_up_is_refused(office: Office) -> None:
    assert office.browser(office.zhao).get("/tasks/?after=nonsense").status_code == 400


def test_what_lies_far_ahead_stands_only_where_it_is_asked_for(office: Office) -> None:
    office.asked(date(2026, 12, 31), title="Far ahead", title_en="Far ahead")
    assert "Far ahead" not in office.page("/tasks/")
    assert "Far ahead" in office.page("/tasks/?when=ahead")


def test_with_nothing_to_do_the_page_says_so(office: Office) -> None:
    assert "Nothing is waiting for you" in office.page("/tasks/")
    assert "No task is open here" in office.page("/tasks/?view=units")
    assert "No task fits" in office.page("/tasks/?q=nothing")


def test_the_list_asks_no_more_questions_with_more_tasks(office: Office) -> None:
    client = office.browser(office.zhao)
    office.task(date(2026, 6, 5))
    few = _asked(client, "/tasks/")
    for number in range(20):
        office.task(date(2026, 6, 5), title=f"Task {number}")
        office.asked(date(2026, 6, 6) + timedelta(days=number))
    assert _asked(client, "/tasks/") <= few <= 30


def test_the_list_of_units_asks_no_more_questions_with_more_units(office: Office) -> None:
    client = office.browser(office.cast.lin)
    office.task(date(2026, 6, 5))
    few = _asked(client, "/tasks/?view=units")
    for unit in (office.cast.group, office.cast.grandchild):
        for number in range(5):
            office.task(date(2026, 6, 5), title=f"Task {number}", unit=unit)
    assert _asked(client, "/tasks/?view=units") <= few <= 26


def test_the_badge_counts_what_is_mine_and_forgets_what_is_done(office: Office) -> None:
    task = office.task(date(2026, 6, 5))
    client = office.browser(office.zhao)
    assert client.get("/tasks/").context["frame"]["todo_count"] == 1
    answer = client.post(
        f"/tasks/{task.uid}/done/", {"version": task.version, "on": "2026-06-01", "reason": "sent by mail"}
    )
    assert answer.status_code == 302
    assert client.get("/tasks/").context["frame"]["todo_count"] == 0


def test_other_pages_do_not_ask_for_the_badge_again(office: Office) -> None:
    client = office.browser(office.zhao)
    client.get("/people/")
    few = _asked(client, "/r/trainings/")
    office.task(date(2026, 6, 5))
    assert _asked(client, "/r/trainings/") == few


# --- the desk -----------------------------------------------------------------------------------------------------------


def test_tasks_lead_the_desk_and_a_requirement_with_a_task_stands_there_once(office: Office) -> None:
    office.adopt()
    plan = office.plan()
    before = office.page("/")
    office.asked(date(2026, 6, 10), title="Asked by a document", title_en="Asked by a document")
    body = office.page("/")
    today = body[body.index('id="today"') :]
    assert "Asked by a document" in today[: today.index("</li>")]
    finding = f"/posture/{URN}/{plan.row.code}/"
    assert finding not in today
    assert before.count(finding) in {0, 1}


def test_what_a_task_covers_stands_no_second_time_on_the_desk(office: Office) -> None:
    office.adopt()
    plan = next(plan for plan in duties.plans(catalogue.current(URN)) if plan.row.covers)
    office.asked(date(2026, 6, 10), code=plan.row.code)
    body = office.page("/")
    today = body[body.index('id="today"') :]
    assert [code for code in plan.row.covers if f"/posture/{URN}/{code}/" in today] == []


def test_a_principal_finds_on_the_desk_what_was_told_to_her(office: Office) -> None:
    head = office.person("钱二", sees="principal")
    office.appoint("compliance_head", head)
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 5, 27), title="Late one")
    office.night(TODAY)
    assert "Late one" in office.page("/", head)
