"""What each person meets first."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.access.models import User
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.workflow import actions as workflow
from tests.conftest import PASSWORD, Cast, english
from tests.web.conftest import Firm
from tests.web.registers.conftest import workbook


def _holder(cast: Cast, role: str, unit: Unit) -> User:
    user = access.create_account(username=role, name=role, password=PASSWORD, by=cast.house)
    access.grant(user=user, role=role, unit=unit, by=cast.house, reason="tests")
    return user


def test_an_officer_sees_late_rectifications_before_all_else(firm: Firm) -> None:
    firm.rectification(days=-12, problem="Seal lent without entry")
    body = firm.page("/")
    tasks = body[body.index('class="gj-tasks"') :]
    assert tasks.index("Seal lent without entry") < tasks.index("/u/HD/posture/")
    assert "12 days late" in body


def test_what_is_long_late_below_comes_before_ones_own_task_of_next_month(firm: Firm) -> None:
    firm.rectification(days=-206, problem="Of the subsidiary", unit=firm.cast.sub)
    lin = org.add_person(unit=firm.cast.group, name="林", by=firm.cast.house)
    org.link_account(user=firm.cast.lin, person=lin, by=firm.cast.house)
    for title, days in (("Of next month", 25), ("Of tomorrow", 1)):
        workflow.create_task(
            unit=firm.cast.group, title=title, owner=lin, due_on=clock.today() + timedelta(days=days), by=firm.by
        )
    body = firm.page("/")
    tasks = body[body.index('class="gj-tasks"') :]
    assert tasks.index("Of tomorrow") < tasks.index("Of the subsidiary") < tasks.index("Of next month")


def test_the_number_of_late_rectifications_is_that_of_the_list_it_leads_to(firm: Firm) -> None:
    firm.rectification(days=-9, unit=firm.cast.sub)
    client = english(firm.client())
    (stat,) = [one for one in client.get("/").context["stats"] if one["label"] == "Rectifications past the deadline"]
    assert stat["value"] == "1"
    assert client.get(stat["url"]).context["pager"]["count"] == 1


def test_a_rectification_that_is_closed_leaves_the_desk(firm: Firm) -> None:
    entry = firm.rectification(days=-12)
    wu = org.add_person(unit=firm.cast.group, name="吴昊", by=firm.by)
    done = {"measures": "补登记", "cause": "没人盯", "cause_kind": "unclear_duty"}
    entry = registers.move(entry=entry, move="submit", values=done, by=firm.by)
    registers.move(
        entry=entry,
        move="close",
        values={"done_on": entry.due_on, "acceptor": str(wu.uid), "acceptance": "同意", "no_files": "纸质已归档"},
        by=firm.cast.house,
    )
    body = firm.page("/")
    assert "12 days late" not in body


def test_what_is_missing_has_a_button_that_starts_it(firm: Firm) -> None:
    body = firm.page("/")
    assert "/r/appointments/new?unit=HD&amp;set.role=" in body


def test_many_late_rows_of_one_register_are_one_task(firm: Firm) -> None:
    for number in range(4):
        registers.create(
            register="risk_list",
            unit=firm.cast.group,
            values={
                "number": f"K{number}",
                "name": f"Risk {number}",
                "assessed_on": date(2025, 1, 1),
                "review_due": date(2025, 6, 1),
            },
            by=firm.by,
        )
    body = firm.page("/")
    assert "4 rows past their date" in body


def test_the_desk_asks_no_more_with_more_late_rows(firm: Firm) -> None:
    client = firm.client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    firm.rectification(days=-1)
    cost()
    one = cost()
    for days in (-2, -3):
        firm.rectification(days=days)
    assert cost() == one


def test_an_officer_of_a_subsidiary_sees_nothing_of_the_group(firm: Firm) -> None:
    firm.rectification(days=-5, problem="Of the group")
    firm.rectification(days=-5, problem="Of the subsidiary", unit=firm.cast.sub)
    body = firm.page("/", "mei")
    assert "Of the subsidiary" in body
    assert "Of the group" not in body


def test_a_principal_reads_what_is_red_who_is_late_and_how_each_unit_stands(firm: Firm) -> None:
    firm.rectification(days=-9, unit=firm.cast.sub)
    body = firm.page("/", "qian")
    assert "2 units answer to it:" in body
    assert "2 of 2 units" in body
    assert "周敏" in body
    assert "9 days" in body
    assert "华东路桥工程有限公司" in body


def test_a_principal_without_documents_reads_whose_turn_it_is(cast: Cast) -> None:
    body = english(cast.client(cast.qian)).get("/").content.decode()
    assert "The compliance office decides" in body


def test_a_supervisor_sees_names_and_documents_only(firm: Firm) -> None:
    cast = firm.cast
    authority = org.create_unit(code="GZ", name="某市国资委", kind="authority", by=cast.house)
    org.supervise(authority=authority, unit=cast.group, document="2023年第7号", from_on=date(2024, 1, 1), by=cast.house)
    firm.rectification(days=-9, problem="Seal lent without entry")
    body = cast.client(_holder(cast, "supervisor", authority)).get("/").content.decode()
    assert "华东建设集团有限公司" in body
    assert "2023年第7号" in body
    assert "Seal lent" not in body
    assert "/u/HD/" not in body


def test_an_auditor_is_led_to_the_trail(firm: Firm) -> None:
    body = firm.cast.client(_holder(firm.cast, "auditor", firm.cast.group)).get("/").content.decode()
    assert 'href="/trail/"' in body


def test_a_reader_sees_how_the_unit_stands(firm: Firm) -> None:
    body = firm.cast.client(_holder(firm.cast, "reader", firm.cast.group)).get("/").content.decode()
    assert "/u/HD/posture/cn:casmes:effectiveness-draft/" in body


def test_a_system_administrator_sees_accounts_and_no_records(firm: Firm) -> None:
    firm.rectification(days=-9, problem="Seal lent without entry")
    body = firm.cast.client(_holder(firm.cast, "system_admin", firm.cast.group)).get("/").content.decode()
    assert 'href="/admin/accounts/' in body
    assert "Seal lent" not in body
    assert "华东" not in body


def test_what_changed_lately_is_told_with_its_address(firm: Firm) -> None:
    entry = firm.rectification(days=20, problem="New today")
    body = firm.page("/")
    assert "Changed since yesterday" in body
    assert f"/r/rectifications/{entry.uid}/" in body


def test_a_draft_document_says_so_on_every_desk(firm: Firm) -> None:
    assert "Consultation draft" in firm.page("/")
    assert "Consultation draft" in firm.page("/", "qian")


def test_a_department_officer_of_a_department_has_a_desk(firm: Firm) -> None:
    cast = firm.cast
    body = cast.client(_holder(cast, "department_officer", cast.department)).get("/").content.decode()
    assert "经营部" in body


def test_who_has_most_of_the_way_before_her_reads_where_to_begin(firm: Firm) -> None:
    body = firm.page("/")
    steps = body[body.index("Begin here") : body.index("To do today")]
    assert "requirements wait for it" in steps
    assert "/new?unit=HD" in steps
    assert "/import/?unit=HD" in steps


def test_a_first_step_opens_a_form_that_says_what_the_row_is_to_prove(firm: Firm) -> None:
    body = firm.page("/")
    steps = body[body.index("Begin here") : body.index("To do today")]
    assert steps.count("/new?unit=HD") == steps.count("proves=") > 0


def test_one_primary_button_leads_the_desk(firm: Firm) -> None:
    firm.rectification(days=-12)
    assert firm.page("/").count("btn-primary") == 1


def test_a_desk_opens_after_many_rows_were_imported(firm: Firm) -> None:
    client = firm.client()
    rows = [(f"YW-{number}", "依法招标", "外部义务", "《招标投标法》第三条", "2026-03-01") for number in range(3)]
    page = client.post("/r/obligations/import/?unit=HD", {"unit": "HD", "file": workbook(*rows)}, follow=True)
    client.post(page.context["confirm_url"])
    assert "imported 3 rows" in firm.page("/")


def test_whoever_only_reads_has_nothing_to_do(firm: Firm) -> None:
    firm.rectification(days=-12)
    assert firm.client("lin").get("/").context["frame"]["todo_count"] == 1
    assert firm.client("qian").get("/").context["frame"]["todo_count"] == 0


def test_the_desk_says_what_the_number_of_the_menu_is_made_of(firm: Firm) -> None:
    lin = org.add_person(unit=firm.cast.group, name="林", by=firm.cast.house)
    org.link_account(user=firm.cast.lin, person=lin, by=firm.cast.house)
    workflow.create_task(
        unit=firm.cast.group, title="Of tomorrow", owner=lin, due_on=clock.today() + timedelta(days=1), by=firm.by
    )
    for number in range(2):
        firm.rectification(days=-12 - number)
    answer = english(firm.client()).get("/")
    counted = answer.context["counted"]
    assert (counted.tasks, counted.records) == (1, 2)
    assert answer.context["frame"]["todo_count"] == 3
    assert (
        "counts 3: tasks given to you 1, records past their date of this unit or in your name 2."
        in answer.content.decode()
    )


def test_an_auditor_finds_his_own_tasks_on_his_desk(firm: Firm) -> None:
    auditor = _holder(firm.cast, "auditor", firm.cast.group)
    kang = org.add_person(unit=firm.cast.group, name="康健", by=firm.cast.house)
    org.link_account(user=auditor, person=kang, by=firm.cast.house)
    due_on = clock.today() + timedelta(days=2)
    workflow.create_task(unit=firm.cast.group, title="Audit the seals", owner=kang, due_on=due_on, by=firm.by)
    assert "Audit the seals" in english(firm.cast.client(auditor)).get("/").content.decode()
