"""The pages of the three lists, as officer, compliance office and strangers meet them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.compliance.lists import versions
from guiju.org import actions as org
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import Entry, OwnLayout
from tests.compliance.lists_house import ListHouse, build
from tests.conftest import PASSWORD, Cast, english

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(cast: Cast) -> ListHouse:
    return build(cast)


@pytest.fixture
def officer(house: ListHouse) -> Client:
    return english(house.cast.client(house.officer))


@pytest.fixture
def office(house: ListHouse) -> Client:
    return english(house.cast.client(house.cast.mei))


def _page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def _versions() -> Any:
    return Entry.objects.filter(register="list_versions")


def test_the_overview_offers_one_next_step_for_each_list(house: ListHouse, office: Client) -> None:
    house.row()
    page = _page(office, "/u/HD-01/lists/")
    assert "经营部" in page
    assert "财务部" in page
    assert page.count("Begin a version") == 6


def test_an_officer_hands_the_list_in_and_the_office_puts_it_in_force(
    house: ListHouse, officer: Client, office: Client
) -> None:
    house.row()
    page = _page(officer, "/u/HD-01-D1/lists/risk/?department=HD-01-D1")
    assert "围标串标" in page
    answer = officer.post(
        "/u/HD-01-D1/lists/risk/draft/", {"department": "HD-01-D1", "number": "V1", "submit": "1"}, follow=True
    )
    assert "submitted with 1 row" in answer.content.decode()
    entry = _versions().get()
    where = f"/u/HD-01/lists/versions/{entry.uid}/"
    assert "Approve" in _page(office, where)
    office.post(f"{where}move/approve/", {"version": str(entry.version)})
    office.post(f"{where}move/enforce/", {"in_force_on": "2026-01-05"})
    entry.refresh_from_db()
    assert (entry.status, entry.on, entry.person) == ("in_force", date(2026, 1, 5), house.chen)
    assert "V1" in _page(office, "/u/HD-01/lists/")


def test_an_officer_gets_no_button_to_approve_and_is_refused_all_the_same(house: ListHouse, officer: Client) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.head)
    where = f"/u/HD-01-D1/lists/versions/{entry.uid}/"
    assert "move/approve" not in _page(officer, where)
    assert officer.post(f"{where}move/approve/", {}).status_code == 403


def test_an_empty_list_says_what_belongs_here_and_starts_it(house: ListHouse, officer: Client) -> None:
    page = _page(officer, "/u/HD-01-D1/lists/duty/?department=HD-01-D1")
    assert "Import an Excel file" in page
    assert "Submit for approval" not in page


def test_sending_back_without_a_reason_asks_for_one(house: ListHouse, office: Client) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    where = f"/u/HD-01/lists/versions/{entry.uid}/move/back/"
    answer = office.post(where, {"reason": ""})
    assert answer.status_code == 422
    office.post(where, {"reason": "缺少底线"})
    assert _versions().get().status == "draft"


def test_who_was_slower_is_told_and_nothing_is_moved(house: ListHouse, office: Client) -> None:
    house.row()
    entry = versions.submit(entry=house.draft(), by=house.drafter)
    answer = office.post(
        f"/u/HD-01/lists/versions/{entry.uid}/move/back/", {"reason": "再看", "version": str(entry.version - 1)}
    )
    assert answer.status_code == 422
    assert _versions().get().status == "submitted"


def test_a_version_shows_its_frozen_rows_and_what_differs_now(house: ListHouse, office: Client) -> None:
    row = house.row(level="high")
    entry = house.in_force(on=date(2026, 1, 5))
    house.change(row, level="low", name="围标")
    page = _page(office, f"/u/HD-01/lists/versions/{entry.uid}/?to=now")
    assert "围标串标" in page
    assert "1 row changed" in page
    assert re.search(r"<del>(高|High)</del>", page)
    assert "1 change not approved yet" in _page(office, "/u/HD-01/lists/")


def test_a_version_goes_out_as_it_was(house: ListHouse, office: Client) -> None:
    row = house.row()
    entry = house.in_force()
    house.change(row, name="另一个名字")
    answer = office.get(f"/u/HD-01/lists/versions/{entry.uid}/export/?layout=grid-company")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[arg-type]
    words = {str(cell.value) for sheet in book for line in sheet for cell in line}
    assert "围标串标" in words
    assert "另一个名字" not in words


def test_strangers_and_officers_of_other_departments_find_nothing(house: ListHouse, officer: Client) -> None:
    house.row(department=house.other)
    entry = house.in_force(department=house.other)
    stranger = house.cast.client(house.cast.tan)
    for path in ("/u/HD-01/lists/", f"/u/HD-01/lists/versions/{entry.uid}/", "/u/HD-01/lists/settings/"):
        assert stranger.get(path).status_code in {403, 404}
    assert officer.get(f"/u/HD-01-D1/lists/versions/{entry.uid}/").status_code == 404
    assert officer.get("/u/HD-01-D1/lists/risk/?department=HD-01-D2").status_code == 404
    assert officer.get("/u/HD-01/lists/settings/").status_code == 403


def test_a_version_of_another_company_is_not_shown_under_this_one(house: ListHouse) -> None:
    house.row()
    entry = house.in_force()
    lin = house.cast.client(house.cast.lin)
    assert lin.get(f"/u/HD-01-A/lists/versions/{entry.uid}/").status_code == 404


def test_the_group_sees_all_levels(house: ListHouse) -> None:
    for kind in ("duty", "risk", "process"):
        house.row(kind)
        house.in_force(kind)
    page = _page(english(house.cast.client(house.cast.lin)), "/u/HD/lists/levels/")
    assert "1 of 2 units below have all three lists in force" in page


def test_a_list_page_asks_the_same_number_of_questions_for_many_rows(house: ListHouse, office: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            _page(office, "/u/HD-01/lists/risk/?department=HD-01-D1")
        return len(captured)

    house.row()
    asked()
    few = asked()
    for _number in range(8):
        house.row(owner=str(house.chen.uid))
    assert asked() <= few + 2


# --- names and columns --------------------------------------------------------------------------------------------


def test_one_press_gives_the_lists_the_names_of_a_document(house: ListHouse, office: Client) -> None:
    office.post("/u/HD-01/lists/settings/names/", {"names": "baotou"})
    page = _page(office, "/u/HD-01/lists/")
    assert "违规风险清单" in page
    assert "重点流程节点清单" in page
    assert "违规风险清单" in _page(office, "/r/risk_list/?unit=HD-01")


def test_names_hold_for_the_units_below_that_have_none(house: ListHouse, office: Client) -> None:
    lin = house.cast.actor(house.cast.lin)
    spec = specs.get("risk_list")
    title, columns, by_department = ownlayouts.copied(spec, "law-firm")
    ownlayouts.set_layout(
        unit=house.cast.group, spec=spec, title="集团风险表", columns=columns, by_department=by_department, by=lin
    )
    assert title
    assert "集团风险表" in _page(office, "/u/HD-01/lists/")
    office.post("/u/HD-01/lists/settings/names/", {"names": "chongqing"})
    assert "集团风险表" not in _page(office, "/u/HD-01/lists/")


def _form(layout: OwnLayout, **more: str) -> dict[str, Any]:
    return {
        "version": str(layout.version),
        "title": layout.title,
        "field": [column["field"] for column in layout.columns],
        "label": [column["label"] for column in layout.columns],
        "under": [column.get("under", "") for column in layout.columns],
        "width": [str(column.get("width", "")) for column in layout.columns],
        "when": ["" for _column in layout.columns],
        **more,
    }


@pytest.fixture
def layout(house: ListHouse, office: Client) -> OwnLayout:
    office.post("/u/HD-01/lists/settings/risk/new/", {"copy": "grid-company"})
    return OwnLayout.objects.get()


def test_columns_go_up_and_down_and_out_without_scripts(office: Client, layout: OwnLayout) -> None:
    where = f"/u/HD-01/lists/settings/risk/{layout.uid}/"
    assert "合规依据" in _page(office, where)
    office.post(where, _form(layout, up="1"))
    layout.refresh_from_db()
    assert [column["field"] for column in layout.columns[:2]] == ["business", "business_1"]
    office.post(where, _form(layout, drop="0"))
    layout.refresh_from_db()
    assert layout.columns[0]["field"] == "business_1"


def test_an_own_column_gets_a_heading_and_stands_in_the_list(
    house: ListHouse, office: Client, layout: OwnLayout
) -> None:
    where = f"/u/HD-01/lists/settings/risk/{layout.uid}/"
    office.post(where, _form(layout, more="1", add="own_1", add_label="党纪依据"))
    house.row(own_1="第三条")
    page = _page(office, "/u/HD-01/lists/risk/?department=HD-01-D1")
    assert "党纪依据" in page
    assert "第三条" in page


def test_a_form_that_cannot_be_used_is_shown_again_with_what_is_wrong(office: Client, layout: OwnLayout) -> None:
    form = _form(layout)
    form["label"][3] = ""
    answer = office.post(f"/u/HD-01/lists/settings/risk/{layout.uid}/", form)
    assert answer.status_code == 422
    assert "Column 4 has no heading" in answer.content.decode()
    assert OwnLayout.objects.get().version == layout.version


def test_two_people_at_one_form_the_later_is_told(office: Client, layout: OwnLayout) -> None:
    where = f"/u/HD-01/lists/settings/risk/{layout.uid}/"
    form = _form(layout)
    office.post(where, {**form, "title": "甲的名字"})
    answer = office.post(where, {**form, "title": "乙的名字"})
    assert answer.status_code == 422
    assert OwnLayout.objects.get().title == "甲的名字"


def _book(*rows: tuple[str, ...]) -> BytesIO:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    found = BytesIO()
    book.save(found)
    found.seek(0)
    found.name = "我的风险表.xlsx"
    return found


def test_a_workbook_teaches_its_form(office: Client, house: ListHouse) -> None:
    book = _book(("路桥公司风险台账",), ("序号", "风险点描述", "等级", "党纪依据"), ("1", "围标", "高", "第三条"))
    answer = office.post("/u/HD-01/lists/settings/risk/new/", {"file": book, "learn": "1"}, follow=True)
    assert "党纪依据" in answer.content.decode()
    found = OwnLayout.objects.get()
    assert found.title == "路桥公司风险台账"
    assert [column["field"] for column in found.columns] == ["_row", "name", "level", "own_1"]


def test_a_workbook_with_too_many_strange_columns_is_refused_by_name(office: Client, house: ListHouse) -> None:
    strange = tuple(f"奇怪的列{number}" for number in range(7))
    book = _book(("风险点描述", "等级", *strange), ("围标", "高", *strange))
    answer = office.post("/u/HD-01/lists/settings/risk/new/", {"file": book, "learn": "1"})
    assert answer.status_code == 422
    assert "奇怪的列6" in answer.content.decode()


def test_new_departments_appear_by_themselves(house: ListHouse, office: Client) -> None:
    org.create_unit(code="HD-01-D9", name="审计部", kind="department", parent=house.cast.sub, by=house.cast.house)
    assert "审计部" in _page(office, "/u/HD-01/lists/")


def test_a_company_that_keeps_its_list_as_a_whole_reads_that_it_is_in_force(house: ListHouse, office: Client) -> None:
    house.row()
    entry = versions.draft(unit=house.cast.sub, kind="risk", department=None, by=house.cast.house)
    entry = versions.submit(entry=entry, by=house.cast.house, owner=house.zhao)
    page = _page(office, "/u/HD-01/lists/")
    assert "0 of 6 lists of the departments in force" in page
    versions.enforce(entry=versions.approve(entry=entry, by=house.head), by=house.head)
    assert "0 of 6 lists of the departments in force; 1 list of the whole company in force" in _page(
        office, "/u/HD-01/lists/"
    )


def test_all_levels_are_offered_only_to_whoever_sees_units_below(house: ListHouse) -> None:
    cast = house.cast
    reader = access.create_account(username="bao", name="Bao", password=PASSWORD, by=cast.house)
    access.grant(user=reader, role="reader", unit=cast.group, with_subtree=False, by=cast.house, reason="tests",
                 from_on=date(2020, 1, 1))  # fmt: skip
    bao, lin = english(cast.client(reader)), english(cast.client(cast.lin))
    for address in ("/u/HD/lists/", "/u/HD/policies/", "/u/HD/rectify/", "/u/HD/risks/"):
        assert "All levels" in _page(lin, address), address
        assert "All levels" not in _page(bao, address).split("<main", 1)[-1], address
    assert "No units below that you see" in _page(bao, "/u/HD/lists/levels/")
