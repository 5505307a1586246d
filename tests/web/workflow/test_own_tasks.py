"""An employee without a right on any register finds the tasks that bear his name, and reports them done."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.access.permissions import Permission as P
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail.models import Event
from guiju.workflow import actions, inbox, queries
from guiju.workflow.models import Task, TaskStatus
from tests.web.workflow.conftest import Office

DUE = date(2026, 6, 10)


@pytest.fixture
def li(office: Office) -> Person:
    """Li works in the subsidiary; his role lets him read what is given out, and nothing else."""
    return office.person("李四", sees="employee")


def _decided(office: Office, owner: Person, matter: str = "付款接口试运行") -> Entry:
    values = {"matter": matter, "owner": str(owner.uid), "decided_on": "2026-05-20", "due_on": DUE.isoformat()}
    return registers.create(register="decisions", unit=office.cast.sub, values=values, by=office.cast.house)


def _task(about: Entry) -> Task:
    return Task.objects.get(about_uid=about.uid)


def _said(version: int, **more: object) -> dict[str, object]:
    return {"version": version, "done_on": "2026-06-01", "result": "三家均已上线", "files__shown": "1", **more}


def test_what_a_meeting_gave_to_an_employee_stands_on_his_desk(office: Office, li: Person) -> None:
    task = _task(_decided(office, li))
    url = f"/tasks/{task.uid}/"
    desk = office.page("/", li)
    assert url in desk
    assert "付款接口试运行" in desk
    assert url in office.page("/tasks/", li)
    assert 'href="/tasks/"' in desk
    assert "view=units" not in office.page("/tasks/", li)


def test_he_reports_it_done_with_a_file_and_the_record_closes_the_task(office: Office, li: Person) -> None:
    row = _decided(office, li)
    task = _task(row)
    shown = office.page(f"/tasks/{task.uid}/", li)
    assert f"/tasks/{task.uid}/report/" in shown
    assert f"/r/decisions/{row.uid}/" not in shown
    assert 'name="files"' in office.page(f"/tasks/{task.uid}/report/", li)
    proof = SimpleUploadedFile("上线确认单.txt", "三家均已上线".encode())
    answer = office.post(f"/tasks/{task.uid}/report/", li, **_said(row.version, files=proof))
    assert answer.headers["Location"] == f"/tasks/{task.uid}/"
    row.refresh_from_db()
    assert row.status == "done"
    assert row.body.data["result"] == "三家均已上线"
    assert [one["name"] for one in row.body.data["files"]] == ["上线确认单.txt"]
    task.refresh_from_db()
    assert (task.status, task.done_by, task.record_uid) == (TaskStatus.DONE, "李四", row.uid)
    moved = Event.objects.filter(action="entry.moved", object_id=str(row.uid)).get()
    assert li.user is not None
    assert moved.actor_id == li.user.pk
    assert "Done" in office.page(f"/tasks/{task.uid}/", li)
    assert office.browser(li).get(f"/tasks/{task.uid}/report/").status_code == 404


def test_what_is_missing_is_said_and_nothing_is_closed(office: Office, li: Person) -> None:
    row = _decided(office, li)
    answer = office.post(f"/tasks/{_task(row).uid}/report/", li, **_said(row.version, result=""))
    assert answer.status_code == 422
    assert "gj-errors" in answer.content.decode()
    assert _task(row).status == TaskStatus.OPEN


def test_what_was_changed_meanwhile_comes_back_with_what_he_typed(office: Office, li: Person) -> None:
    row = _decided(office, li)
    seen = row.version
    later = {"due_on": "2026-06-20"}
    registers.update(entry=row, values=later, version=seen, by=office.cast.house)
    answer = office.post(f"/tasks/{_task(row).uid}/report/", li, **_said(seen))
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "三家均已上线" in body
    assert f'name="version" value="{seen + 1}"' in body


def test_nobody_else_without_a_right_sees_or_reports_it(office: Office, li: Person) -> None:
    row = _decided(office, li)
    task = _task(row)
    wang = office.person("王五", sees="employee")
    for path in ("", "report/", "done/", "hand-over/", "reopen/"):
        assert office.browser(wang).get(f"/tasks/{task.uid}/{path}").status_code in {403, 404}
    assert office.post(f"/tasks/{task.uid}/report/", wang, **_said(row.version)).status_code == 404
    assert f"/tasks/{task.uid}/" not in office.page("/tasks/", wang)
    assert wang.user is not None
    with pytest.raises(NotFound):
        registers.move(
            entry=row, move="finish", values={"done_on": "2026-06-01", "result": "完"}, by=of_user(wang.user)
        )


def test_with_the_report_he_changes_nothing_else_of_the_record(office: Office, li: Person) -> None:
    row = _decided(office, li)
    assert li.user is not None
    values = {"done_on": "2026-06-01", "result": "完", "due_on": "2027-01-01"}
    with pytest.raises(Problem):
        registers.move(entry=row, move="finish", values=values, by=of_user(li.user))
    for step in ("drop", "again"):
        with pytest.raises(Problem):
            registers.move(entry=row, move=step, by=of_user(li.user), reason="不办了")
    with pytest.raises(NotFound):
        registers.update(entry=row, values={"result": "完"}, version=row.version, by=of_user(li.user))
    assert office.browser(li).get(f"/r/decisions/{row.uid}/").status_code in {403, 404}


def test_given_to_somebody_else_it_is_his_no_more(office: Office, li: Person) -> None:
    row = _decided(office, li)
    task = _task(row)
    wang = office.person("王五", sees="employee")
    registers.update(entry=row, values={"owner": str(wang.uid)}, version=row.version, by=office.cast.house)
    assert office.post(f"/tasks/{task.uid}/report/", li, **_said(row.version + 1)).status_code == 404
    assert f"/tasks/{task.uid}/" not in office.page("/", li)
    stale = row  # read before: its owner then was Li
    assert li.user is not None
    with pytest.raises(Problem):
        registers.move(
            entry=stale, move="finish", values={"done_on": "2026-06-01", "result": "完"}, by=of_user(li.user)
        )


def test_a_task_made_by_hand_he_closes_with_his_word(office: Office, li: Person) -> None:
    task = office.task(DUE, owner=li)
    shown = office.page(f"/tasks/{task.uid}/", li)
    assert f"/tasks/{task.uid}/done/" in shown
    assert f"/tasks/{task.uid}/hand-over/" not in shown
    assert f"/tasks/{task.uid}/waive/" not in shown
    answer = office.post(
        f"/tasks/{task.uid}/done/", li, version=task.version, on="2026-06-01", reason="已报送，回执在办公室"
    )
    assert answer.status_code == 302
    task.refresh_from_db()
    assert (task.status, task.done_by) == (TaskStatus.DONE, "李四")


def test_he_is_told_of_it_and_finds_the_notice(office: Office, li: Person) -> None:
    task = office.task(DUE, owner=li)
    assert f"/tasks/{task.uid}/" in office.page("/tasks/notices/", li)
    assert "overdue" in {step for step, _days in _late(office, li)}


def _late(office: Office, who: Person) -> list[tuple[str, int]]:
    office.night(date(2026, 6, 12))
    return office.told(who)


def test_a_token_of_his_account_has_its_scopes_only(office: Office, li: Person) -> None:
    task = office.task(DUE, owner=li)
    row = _decided(office, li)
    assert li.user is not None
    _token, secret = access.issue_token(
        user=li.user, name="表格", scopes=[P.GOVERNANCE_READING_CONFIRM, P.REGISTER_ENTRY_EDIT], unit=office.cast.sub,
        expires_on=date(2026, 12, 31), by=office.cast.house,
    )  # fmt: skip
    by = access.token_actor(secret)
    assert by is not None
    assert not inbox.all_of(by=by).exists()
    with pytest.raises(NotFound):
        queries.find(by=by, uid=task.uid)
    with pytest.raises((Denied, NotFound)):
        actions.done(task=task, version=task.version, by=by, reason="完")
    with pytest.raises((Denied, NotFound)):
        registers.move(entry=row, move="finish", values={"done_on": "2026-06-01", "result": "完"}, by=by)


def test_an_account_that_is_nobodys_and_sees_no_unit_has_no_tasks(office: Office) -> None:
    user = access.create_account(username="lone", name="Lone", password="x9-Aq!long-enough", by=office.cast.house)
    access.grant(
        user=user, role="employee", unit=office.cast.sub, by=office.cast.house, reason="tests", from_on=date(2020, 1, 1)
    )
    assert office.browser(user).get("/tasks/").status_code == 403
    assert 'href="/tasks/"' not in office.page("/", user)


def test_whoever_may_keep_the_register_works_in_it_as_before(office: Office) -> None:
    row = _decided(office, office.zhao)
    task = _task(row)
    shown = office.page(f"/tasks/{task.uid}/")
    assert f"/tasks/{task.uid}/report/" not in shown
    assert f"/r/decisions/{row.uid}/" in shown


def test_an_employees_desk_asks_as_much_for_many_tasks_as_for_one(office: Office, li: Person) -> None:
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = office.browser(li)

    def asked() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/").status_code == 200
        return len(found)

    _decided(office, li)
    browser.get("/")
    few = asked()
    for number in range(5):
        _decided(office, li, f"事项{number}")
    assert asked() == few
