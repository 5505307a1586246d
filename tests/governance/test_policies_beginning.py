"""Who may put a rule in force without approval: a stock is taken over by who may issue, everybody else begins a draft."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from guiju.access.models import User
from guiju.governance.enums import IntakeState
from guiju.governance.intake import actions as intakes
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions
from guiju.lib import clock
from guiju.lib.errors import Denied
from guiju.registers import actions as registers
from guiju.registers import grid
from guiju.registers import importing as imports
from guiju.registers.grid import GridRow
from guiju.registers.models import Entry, ImportRun
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.policy_house import account, stock

pytestmark = pytest.mark.django_db

VALUES = {"name": "用印管理办法", "mechanism": "business", "issued_on": "2021-03-01"}


@pytest.fixture
def officer(cast: Cast) -> User:
    """Keeps the records of the whole subsidiary, and may not issue."""
    return account("Xu", "department_officer", cast.sub, cast.house)


@pytest.fixture
def liaison(cast: Cast) -> User:
    """Keeps the records of one department."""
    return account("He", "department_officer", cast.department, cast.house)


def status() -> str:
    return str(Entry.objects.get(register="policies").status)


def test_a_rule_that_an_officer_enters_begins_as_a_draft(cast: Cast, officer: User) -> None:
    registers.create(register="policies", unit=cast.sub, values=VALUES, by=cast.actor(officer))
    assert status() == "draft"


def test_neither_a_draft_nor_a_rule_of_unknown_day_needs_a_day_of_issue(cast: Cast, officer: User) -> None:
    values = {"name": "用印管理办法", "mechanism": "business"}
    registers.create(register="policies", unit=cast.sub, values=values, by=cast.actor(officer))
    assert status() == "draft"
    registers.create(register="policies", unit=cast.sub, values=values | {"name": "值班办法"}, by=cast.actor(cast.mei))
    assert Entry.objects.get(register="policies", title="值班办法").status == "issued"


def test_the_compliance_office_enters_a_rule_that_is_in_force(cast: Cast) -> None:
    registers.create(register="policies", unit=cast.sub, values=VALUES, by=cast.actor(cast.mei))
    assert status() == "issued"


def test_nobody_names_the_state_in_force_who_may_not_issue(cast: Cast, officer: User, liaison: User) -> None:
    own = VALUES | {"department": str(cast.department.uid)}
    for who, values in ((officer, VALUES), (liaison, own)):
        with pytest.raises(Denied):
            registers.create(register="policies", unit=cast.sub, values=values, status="issued", by=cast.actor(who))
    assert not Entry.objects.filter(register="policies").exists()


def test_a_liaison_enters_a_draft_of_his_department(cast: Cast, liaison: User) -> None:
    values = VALUES | {"department": str(cast.department.uid)}
    registers.create(register="policies", unit=cast.sub, values=values, by=cast.actor(liaison))
    assert status() == "draft"


def test_many_at_once_and_the_table_begin_as_drafts_too(cast: Cast, officer: User) -> None:
    by = cast.actor(officer)
    registers.create_many(register="policies", unit=cast.sub, rows=[VALUES], by=by)
    row = GridRow(key=str(uuid4()), values=VALUES | {"name": "档案管理办法"})
    grid.save(register="policies", unit=cast.sub, rows=[row], by=by)
    assert set(Entry.objects.filter(register="policies").values_list("status", flat=True)) == {"draft"}


def test_by_the_api_an_officer_gets_a_draft_and_is_refused_a_rule_in_force(cast: Cast, officer: User) -> None:
    caller = open_caller(officer, cast.sub)
    body = {"unit": "HD-01", "values": VALUES}
    assert caller.post("/registers/policies/entries", body | {"status": "issued"}).status_code == 403
    made = caller.post("/registers/policies/entries", body)
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    many = {"unit": "HD-01", "rows": [VALUES | {"name": "档案管理办法"}]}
    assert caller.post("/registers/policies/bulk", many).status_code == 201
    assert not Entry.objects.filter(register="policies", status="issued").exists()


def test_the_form_says_how_the_rule_will_begin(cast: Cast, officer: User) -> None:
    client = cast.client(officer)
    for path in ("new", "import", "grid"):
        assert "起草" in client.get(f"/r/policies/{path}?unit=HD-01", follow=True).content.decode(), path
    client.post("/r/policies/new?unit=HD-01", {"unit": "HD-01", **VALUES})
    assert status() == "draft"


def book(*, state: str = "") -> bytes:
    sheet = Workbook()
    page = sheet.active
    page.append(["制度名称", "所属机制", "发布日期", *(["状态"] if state else [])])
    page.append(["用印管理办法", "业务管理", "2021-03-01", *([state] if state else [])])
    held = BytesIO()
    sheet.save(held)
    return held.getvalue()


def imported(cast: Cast, who: User, data: bytes) -> ImportRun:
    client = cast.client(who)
    file = SimpleUploadedFile("制度.xlsx", data)
    client.post("/r/policies/import/?unit=HD-01", {"unit": "HD-01", "file": file})
    return ImportRun.objects.latest("pk")


def test_an_import_of_an_officer_brings_drafts_and_names_the_cell_that_says_in_force(cast: Cast, officer: User) -> None:
    run = imported(cast, officer, book(state="现行有效"))
    assert run.summary["faulty"] == 1
    assert "现行有效" in run.summary["faults"][0]["what"]
    run = imported(cast, officer, book())
    assert run.summary["faulty"] == 0
    imports.confirm(run, cast.actor(officer))
    assert status() == "draft"


def test_the_compliance_office_imports_a_stock_that_is_in_force(cast: Cast) -> None:
    run = imported(cast, cast.mei, book(state="现行有效"))
    imports.confirm(run, cast.actor(cast.mei))
    assert status() == "issued"


def test_an_officer_looks_through_a_stock_and_somebody_who_may_issue_takes_it_over(cast: Cast, officer: User) -> None:
    intake = stocks.read(cast, stocks.word("用印管理办法"))
    page = cast.client(officer).get(f"/u/HD-01/intake/{intake.uid}").content.decode()
    assert 'data-show="take"' not in page
    with pytest.raises(Denied):
        intakes.confirm(intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(officer))
    assert 'data-show="take"' in cast.client(cast.mei).get(f"/u/HD-01/intake/{intake.uid}").content.decode()
    done = intakes.confirm(intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(cast.mei))
    assert done.state == IntakeState.CONFIRMED
    assert status() == "issued"


def test_an_officer_puts_no_words_under_a_rule_in_force(cast: Cast, officer: User) -> None:
    entry = stock(cast)
    with pytest.raises(Denied):
        actions.take_over(entry=entry, text="第一条 任意填写。", by=cast.actor(officer))
    assert not PolicyVersion.objects.exists()
    assert actions.start(policy=entry, unit=cast.sub, text="第一条 修订。", by=cast.actor(officer)).state == "draft"
