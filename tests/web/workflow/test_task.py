"""The page of one task, and what people do there."""

from __future__ import annotations

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.packs import catalogue
from guiju.posture import duties
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.workflow import actions
from guiju.workflow.models import Notice, Task, TaskStatus
from tests.web.workflow.conftest import URN, Office
from tests.workflow.conftest import TODAY


def _training(office: Office) -> Entry:
    values = {"topic": "合规培训", "audience": "all", "held_on": "2026-05-20", "attended": 12}
    return registers.create(register="trainings", unit=office.cast.sub, values=values, by=office.cast.house)


def test_it_shows_the_documents_words_with_the_way_to_finding_and_text(office: Office) -> None:
    office.adopt()
    task = office.asked(date(2026, 6, 10))
    body = office.page(f"/tasks/{task.uid}/")
    assert "What the document says" in body
    assert f"/u/HD-01/posture/{URN}/{task.code}/" in body
    assert f"/u/HD-01/posture/{URN}/text/" in body


def test_it_leads_to_the_register_that_proves_it_with_what_is_known(office: Office) -> None:
    office.adopt()
    task = office.asked(date(2026, 6, 10))
    body = office.page(f"/tasks/{task.uid}/")
    assert "/new?unit=HD-01" in body
    assert f"proves={URN.replace(':', '%3A')}%2F{task.code}" in body


def test_a_task_that_covers_several_requirements_leads_to_the_registers_of_them_all(office: Office) -> None:
    office.adopt()
    plan = next(plan for plan in duties.plans(catalogue.current(URN)) if plan.row.covers)
    task = office.asked(date(2026, 6, 10), code=plan.row.code)
    answer = office.browser(office.zhao).get(f"/tasks/{task.uid}/")
    assert answer.context["starts"]
    assert answer.context["asking"].registers


def test_a_reader_is_offered_no_step_he_may_not_take(office: Office) -> None:
    li = office.person("李四", sees="reader")
    task = office.task(date(2026, 6, 10))
    body = office.page(f"/tasks/{task.uid}/", li)
    for name in ("done", "hand-over", "waive"):
        assert f"/tasks/{task.uid}/{name}/" not in body
        assert office.browser(li).get(f"/tasks/{task.uid}/{name}/").status_code == 403


def test_a_stranger_does_not_find_it(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    for name in ("", "done/", "hand-over/", "waive/", "reopen/"):
        assert office.browser(office.cast.tan).get(f"/tasks/{task.uid}/{name}").status_code == 404


def test_it_tells_who_was_told_and_who_is_told_next(office: Office) -> None:
    head = office.person("钱二", sees="principal")
    office.appoint("compliance_head", head)
    with office.on(date(2026, 5, 20)):
        task = office.task(date(2026, 6, 3))
    office.night(date(2026, 5, 29))
    body = office.page(f"/tasks/{task.uid}/")
    climb = body[body.index("Who is told when") :]
    steps = ["Reminded 3 working days before", "Reminder on the day itself", "Late: told once more"]
    steps.append("1 working day late: the compliance head is told")
    places = [climb.index(step) for step in steps]
    assert places == sorted(places)
    assert "钱二" in climb


def test_whoever_reads_a_task_has_read_its_notices(office: Office) -> None:
    with office.on(date(2026, 5, 20)):
        task = office.task(date(2026, 6, 1))
        other = office.task(date(2026, 6, 1), title="Another")
    office.night(TODAY)
    office.page(f"/tasks/{task.uid}/")
    assert not Notice.objects.filter(task=task, read_at__isnull=True).exists()
    assert Notice.objects.filter(task=other, read_at__isnull=True).exists()


def test_a_record_closes_it_and_is_named(office: Office) -> None:
    task, record = office.task(date(2026, 6, 10)), _training(office)
    answer = office.post(
        f"/tasks/{task.uid}/done/",
        office.zhao,
        version=task.version,
        on="2026-06-01",
        record=f"trainings/{record.uid}",
    )
    assert answer.status_code == 302
    body = office.page(f"/tasks/{task.uid}/")
    assert "shown by the record" in body
    assert f"/r/trainings/{record.uid}/" in body
    assert "合规培训" in body


def test_without_a_record_some_words_are_needed(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    path = f"/tasks/{task.uid}/done/"
    wanting = office.post(path, office.zhao, version=task.version, on="2026-06-01")
    assert wanting.status_code == 422
    assert "Choose a record or attach a file, or say in a few words" in wanting.content.decode()
    assert office.post(path, office.zhao, version=1, on="2026-06-01", reason="sent by post").status_code == 302
    task.refresh_from_db()
    assert (task.status, task.reason) == (TaskStatus.DONE, "sent by post")


def test_what_was_done_tomorrow_is_refused_at_its_field(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    answer = office.post(f"/tasks/{task.uid}/done/", office.zhao, version=1, on="2026-06-02", reason="sent by post")
    assert answer.status_code == 422
    assert "The day lies in the future" in answer.content.decode()


def test_a_record_of_a_stranger_is_not_offered_and_not_taken(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    values = {"topic": "SJ-secret", "audience": "all", "held_on": "2026-05-20"}
    foreign = registers.create(register="trainings", unit=office.cast.stranger, values=values, by=office.cast.house)
    path = f"/tasks/{task.uid}/done/"
    assert "SJ-secret" not in office.page(path)
    answer = office.post(path, office.zhao, version=1, on="2026-06-01", record=f"trainings/{foreign.uid}")
    assert answer.status_code == 422


def test_it_is_handed_over_with_a_reason_that_the_new_owner_reads(office: Office) -> None:
    sun = office.person("孙三", sees="department_officer")
    task = office.task(date(2026, 6, 10))
    answer = office.post(
        f"/tasks/{task.uid}/hand-over/", office.zhao, version=1, owner=str(sun.uid), reason="on leave until July"
    )
    assert answer.status_code == 302
    assert "on leave until July" in office.page(f"/tasks/{task.uid}/", sun)
    assert "Handed over" in office.page("/tasks/notices/", sun)
    back = office.post(f"/tasks/{task.uid}/hand-over/", sun, version=2, owner="", reason="")
    assert back.status_code == 302
    task.refresh_from_db()
    assert task.owner is None


def test_nobody_of_another_firm_takes_it_over(office: Office) -> None:
    tan = office.person("谭外", office.cast.stranger)
    task = office.task(date(2026, 6, 10))
    answer = office.post(f"/tasks/{task.uid}/hand-over/", office.zhao, version=1, owner=str(tan.uid))
    assert answer.status_code == 404
    assert "There is no such person here" in answer.content.decode()
    task.refresh_from_db()
    assert task.owner is None


def test_two_at_once_see_what_the_other_did_and_decide_again(office: Office) -> None:
    sun = office.person("孙三", sees="department_officer")
    zhou = office.person("周四", sees="compliance_office")
    task = office.task(date(2026, 6, 10))
    actions.hand_over(task=task, to=sun, version=1, by=office.cast.actor(office.cast.mei), reason="Sun knows the case")
    given = {"on": "2026-06-01", "reason": "sent by post"}
    path = f"/tasks/{task.uid}/done/"
    answer = office.post(path, zhou, version=1, **given)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Sun knows the case" in body
    assert "sent by post" in body
    assert 'name="version" value="2"' in body
    assert office.post(path, zhou, version=2, **given).status_code == 302


def test_a_task_that_somebody_else_has_closed_is_not_closed_twice(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    actions.done(task=task, version=1, by=office.cast.house, reason="done elsewhere")
    answer = office.post(f"/tasks/{task.uid}/done/", office.zhao, version=2, on="2026-06-01", reason="sent by post")
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "There is nothing left to do about it here" in body
    assert "Send it all the same" not in body


def test_not_needed_takes_a_reason(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    path = f"/tasks/{task.uid}/waive/"
    assert office.post(path, office.cast.mei, version=1, reason="").status_code == 422
    assert office.post(path, office.cast.mei, version=1, reason="the project was given up").status_code == 302
    assert "the project was given up" in office.page(f"/tasks/{task.uid}/")


def test_what_was_closed_too_early_is_opened_again(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    actions.done(task=task, version=1, by=office.cast.house, reason="too early")
    answer = office.post(f"/tasks/{task.uid}/reopen/", office.zhao, version=2, reason="the annex is missing")
    assert answer.status_code == 302
    body = office.page(f"/tasks/{task.uid}/")
    assert "the annex is missing" in body
    assert f"/tasks/{task.uid}/done/" in body


def test_history_is_told_in_sentences(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    actions.done(task=task, version=1, by=office.cast.actor(office.cast.mei), reason="sent by post")
    body = office.page(f"/tasks/{task.uid}/")
    history = body[body.index("history-title") :]
    assert "Mei" in history
    assert "sent by post" in history


def test_the_page_asks_as_much_for_a_long_history_as_for_a_short_one(office: Office) -> None:
    task = office.task(date(2026, 6, 10))
    client = office.browser(office.zhao)

    def cost() -> int:
        client.get(f"/tasks/{task.uid}/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"/tasks/{task.uid}/").status_code == 200
        return len(asked)

    few = cost()
    for number in range(1, 7, 2):
        actions.done(task=task, version=number, by=office.cast.house, reason="done once")
        actions.reopen(task=task, version=number + 1, by=office.cast.house, reason="opened again")
    assert cost() <= few <= 45


# --- by hand --------------------------------------------------------------------------------------------------------------


def test_an_officer_makes_a_task_for_an_office_within_working_days(office: Office) -> None:
    given = {"title": "Answer the letter", "unit": "HD-01", "within": "5", "role": "compliance_staff"}
    answer = office.post("/tasks/new/", office.cast.mei, **given)
    assert answer.status_code == 302
    task = Task.objects.get(title="Answer the letter")
    assert task.due_on == date(2026, 6, 8)
    assert "Answer the letter" in office.page("/tasks/")


def test_an_officer_makes_a_task_for_one_person_by_a_day(office: Office) -> None:
    sun = office.person("孙三", sees="department_officer")
    given = {"title": "Answer the letter", "unit": "HD-01", "due_on": "2026-06-12", "role": "compliance_staff"}
    office.post("/tasks/new/", office.cast.mei, **given, owner=str(sun.uid))
    assert "Answer the letter" in office.page("/tasks/", sun)
    assert "Answer the letter" not in office.page("/tasks/")


def test_a_task_without_a_deadline_or_in_the_past_is_refused(office: Office) -> None:
    given = {"title": "Answer the letter", "unit": "HD-01", "role": "compliance_staff"}
    assert office.post("/tasks/new/", office.cast.mei, **given).status_code == 422
    past = office.post("/tasks/new/", office.cast.mei, **given, due_on="2026-05-29")
    assert past.status_code == 422
    assert "due today or later" in past.content.decode()


def test_nobody_makes_a_task_for_a_unit_that_is_not_his(office: Office) -> None:
    given = {"title": "Answer the letter", "unit": "SJ", "due_on": "2026-06-12", "role": "compliance_staff"}
    answer = office.post("/tasks/new/", office.cast.mei, **given)
    assert answer.status_code == 422
    assert not Task.objects.filter(title="Answer the letter").exists()
    assert "SJ" not in office.page("/tasks/new/units/?q=松江", office.cast.mei)


# --- notices --------------------------------------------------------------------------------------------------------------


def test_notices_stand_unread_until_they_are_read(office: Office) -> None:
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 6, 1), title="First")
        office.task(date(2026, 6, 3), title="Second")
    office.night(TODAY)
    body = office.page("/tasks/notices/")
    assert "2 unread" in body
    one = Notice.objects.filter(task__title="First").first()
    assert one is not None
    office.post("/tasks/notices/read/", office.zhao, notice=str(one.uid))
    assert "1 unread" in office.page("/tasks/notices/")
    office.post("/tasks/notices/read/", office.zhao)
    assert "All read" in office.page("/tasks/notices/")


def test_nobody_reads_for_others(office: Office) -> None:
    with office.on(date(2026, 5, 20)):
        office.task(date(2026, 6, 1))
    office.night(TODAY)
    held = Notice.objects.first()
    assert held is not None
    office.post("/tasks/notices/read/", office.cast.mei, notice=str(held.uid))
    office.post("/tasks/notices/read/", office.cast.mei, notice="nonsense")
    held.refresh_from_db()
    assert held.read_at is None


def test_without_notices_the_page_says_what_will_come(office: Office) -> None:
    assert "No notices yet" in office.page("/tasks/notices/")


def test_the_owner_closes_a_task_that_asks_for_proof_with_a_file_and_everybody_finds_it(office: Office) -> None:
    task = office.task(date(2026, 6, 10), asks_proof=True)
    address = f"/tasks/{task.uid}/done/"
    assert "Asked for: a file or a record that shows it" in office.page(f"/tasks/{task.uid}/")
    told = {"version": 1, "on": "2026-06-01", "reason": "已经报送"}
    refused = office.post(address, office.zhao, **told)
    assert refused.status_code == 422
    assert "Attach a file, or name the record that shows it." in refused.content.decode()
    sheet = SimpleUploadedFile("回执.pdf", b"%PDF-1.4\n1\n%%EOF\n")
    assert office.post(address, office.zhao, **told, files=sheet).status_code == 302
    body = office.page(f"/tasks/{task.uid}/")
    assert "shown by a file" in body
    held = Task.objects.get(pk=task.pk).files[0]
    answer = office.browser(office.zhao).get(f"/tasks/{task.uid}/files/{held['digest']}/{held['name']}")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    assert office.browser(office.cast.tan).get(f"/tasks/{task.uid}/files/{held['digest']}/x.pdf").status_code == 404


def test_a_file_that_may_not_come_in_is_refused_with_its_name(office: Office) -> None:
    task = office.task(date(2026, 6, 10), asks_proof=True)
    told = {"version": 1, "on": "2026-06-01", "reason": "", "files": [SimpleUploadedFile("程序.exe", b"MZ")]}
    refused = office.post(f"/tasks/{task.uid}/done/", office.zhao, **told)
    assert refused.status_code == 422
    assert "程序.exe" in refused.content.decode()
    assert Task.objects.get(pk=task.pk).status == TaskStatus.OPEN


def test_whoever_makes_a_task_asks_for_proof(office: Office) -> None:
    lin = office.cast.lin
    given = {
        "title": "报送清单",
        "unit": "HD-01",
        "due_on": "2026-06-10",
        "role": "compliance_staff",
        "asks_proof": "on",
    }
    assert office.post("/tasks/new/", lin, **given).status_code == 302
    assert Task.objects.get(title="报送清单").asks_proof
