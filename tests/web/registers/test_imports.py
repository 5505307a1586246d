"""Lin brings a workbook in; some cells are wrong."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.jobs import worker
from guiju.org import actions as org
from guiju.registers.models import Entry, ImportRun
from guiju.web.registers import imported, imports
from tests.conftest import Cast
from tests.web.registers.conftest import Enter, workbook

URL = "/r/obligations/import/"
GOOD = ("YW-101", "不得串通投标", "外部义务", "《招标投标法》第三十二条", "2025-04-01")
BAD = ("YW-102", "公平竞争审查", "外面的", "《公平竞争审查条例》", "2025-13-01")


def _text(response) -> str:
    return response.content.decode()


def _upload(client, file: SimpleUploadedFile):
    return client.post(URL, {"unit": "HD", "file": file}, follow=True)


def test_lin_sees_what_a_file_would_do_and_then_saves_it(cast: Cast, enter: Enter) -> None:
    enter("YW-001")
    client = cast.client(cast.lin)
    changed = ("YW-001", "依法招标 YW-001", "外部义务", "新依据", "2025-03-01")
    page = _upload(client, workbook(GOOD, changed))
    told = page.context["told"]
    assert (told["new"], told["changed"], told["faulty"]) == (1, 1, 0)
    assert page.context["conflicts"][0]["cells"][0]["new"] == "新依据"
    assert Entry.objects.count() == 1
    done = client.post(page.context["confirm_url"], follow=True)
    assert done.redirect_chain[-1][0] == "/r/obligations/?unit=HD"
    assert set(Entry.objects.values_list("number", "text_1")) == {
        ("YW-001", "新依据"),
        ("YW-101", "《招标投标法》第三十二条"),
    }


def test_wrong_cells_are_named_and_nothing_is_saved_until_lin_says_so(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD, BAD))
    assert {fault["ref"] for fault in page.context["faults"]} == {"E3"}
    assert [one["value"] for one in page.context["questions"]] == ["外面的"]
    refused = client.post(page.context["confirm_url"])
    assert refused.status_code == 422
    assert not Entry.objects.exists()
    client.post(page.context["confirm_url"], {"skip_faulty": "1"})
    assert list(Entry.objects.values_list("number", flat=True)) == ["YW-101"]


def test_lin_takes_the_marked_file_back(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD, BAD))
    response = client.get(page.context["marked_url"])
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    sheet = book.worksheets[0]
    assert sheet["C3"].comment is not None
    assert sheet["C2"].comment is None


def test_an_import_dropped_leaves_nothing(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD))
    client.post(page.context["discard_url"])
    assert client.post(page.context["confirm_url"]).status_code == 409
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [("宏.xlsm", b"PK\x03\x04"), ("坏.xlsx", b"not a workbook"), ("空.xlsx", b""), ("程序.exe", b"MZ")],
)
def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(cast: Cast, name: str, content: bytes) -> None:
    response = _upload(cast.client(cast.lin), SimpleUploadedFile(name, content))
    assert response.status_code == 422
    assert response.context["problem"].what
    assert not ImportRun.objects.exists()


def test_no_file_is_said_plainly(cast: Cast) -> None:
    response = cast.client(cast.lin).post(URL, {"unit": "HD"})
    assert response.status_code == 422


def test_a_colleagues_import_is_not_mine(cast: Cast) -> None:
    page = _upload(cast.client(cast.lin), workbook(GOOD))
    other = cast.client(cast.mei)
    assert other.get(page.redirect_chain[-1][0]).status_code == 404
    assert other.post(page.context["confirm_url"]).status_code == 404


def test_the_empty_form_has_the_headings_and_the_choices(cast: Cast) -> None:
    response = cast.client(cast.lin).get("/r/obligations/template")
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
    assert "合规义务" in cells
    assert book.worksheets[0].data_validations.count > 0


def test_a_large_file_is_read_and_saved_while_lin_looks_at_a_bar(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(imports, "INLINE_BYTES", 10)
    monkeypatch.setattr(imports, "INLINE_ROWS", 0)
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD))
    assert page.context["job"]["url"].endswith("/progress")
    assert "HX-Refresh" not in client.get(page.context["job"]["url"]).headers
    worker.drain()
    assert client.get(page.context["job"]["url"]).headers["HX-Refresh"] == "true"
    ready = client.get(page.redirect_chain[-1][0])
    assert ready.context["told"]["new"] == 1
    client.post(ready.context["confirm_url"])
    assert not Entry.objects.exists()
    worker.drain()
    assert Entry.objects.count() == 1
    assert client.get(page.redirect_chain[-1][0]).context["run"].state == "done"


def test_a_large_file_that_is_refused_says_why_when_lin_comes_back(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(imports, "INLINE_BYTES", 10)
    client = cast.client(cast.lin)
    page = _upload(client, workbook(("a", "b"), headings=("甲", "乙")))
    worker.drain()
    response = client.get(page.redirect_chain[-1][0])
    assert response.status_code == 422
    assert response.context["problem"].what


# --- a clerk's own list -------------------------------------------------------------------------------------------


def _own_list() -> SimpleUploadedFile:
    return workbook(
        (1, "不得串通投标", "外面的", "《招标投标法》第三十二条", "采购部", "2025-04-01", "存档"),
        (2, "公平竞争审查", "外面的", "《公平竞争审查条例》", "采购部", "2025-04-01", "存档"),
        ("审核人：", "", "", "", "制表人：李", "", ""),
        headings=("序号", "合规义务", "内外部", "法律依据", "责任部门", "识别日期", "归档方式"),
    )


def _as_shown(page) -> dict[str, str]:
    """The form as a browser sends it, with the likeliest answers chosen."""
    form = {one["input"]: one["to"] for one in page.context["mapping"]}
    for one in page.context["questions"]:
        form[one["input"]] = next((option["value"] for option in one["options"] if option["on"]), "")
    return form


def test_lin_says_once_what_her_words_mean_and_saves_without_touching_the_file(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, _own_list())
    assert (page.context["told"]["asked"], page.context["unsaved"]) == (2, ["归档方式"])
    assert "归档方式" in _text(page)
    form = _as_shown(page) | {"value:scope:外面的": "to:external", "value:department:采购部": "to:-", "do": "check"}
    page = client.post(page.context["decide_url"], form, follow=True)
    assert (page.context["told"]["new"], page.context["told"]["faulty"]) == (2, 0)
    done = client.post(page.context["decide_url"], _as_shown(page) | {"do": "save"}, follow=True)
    assert done.redirect_chain[-1][0] == "/r/obligations/?unit=HD"
    assert set(Entry.objects.values_list("title", flat=True)) == {"不得串通投标", "公平竞争审查"}


def test_how_grave_a_risk_is_and_whose_it_is_are_asked_and_never_guessed(cast: Cast) -> None:
    headings = ("序号", "风险名称", "风险行为", "风险等级", "归口部门")
    file = workbook((1, "应招未招", "化整为零规避招标", "极高", "采购部"), headings=headings)
    page = cast.client(cast.lin).post("/r/risk_list/import/", {"unit": "HD", "file": file}, follow=True)
    asked = {one["value"]: one for one in page.context["questions"]}
    assert [option["label"] for option in asked["极高"]["options"] if option["on"]] == []
    assert not any("业务" in option["label"] for option in asked["极高"]["options"])
    offered = {option["label"] for option in asked["采购部"]["options"]}
    assert not any(cast.department.name in label for label in offered), "a department of a subsidiary"


def test_choices_changed_at_the_last_moment_are_shown_before_anything_is_saved(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD))
    form = _as_shown(page) | {"column:来源文件及条款": "text", "column:合规义务": "", "do": "save"}
    page = client.post(page.context["decide_url"], form, follow=True)
    assert "合规义务" in page.context["told"]["lacking"]
    assert not Entry.objects.exists()


def test_two_columns_for_one_field_are_refused_on_the_page_and_nothing_is_lost(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = _upload(client, workbook(GOOD))
    form = _as_shown(page) | {"column:内外部": "duty", "column:合规义务": "duty", "do": "check"}
    assert client.post(page.context["decide_url"], form | {"column:合规义务": "text"}, follow=True).status_code == 200
    refused = client.post(page.context["decide_url"], form)
    assert refused.status_code == 422
    assert not Entry.objects.exists()


def test_somebody_elses_import_cannot_be_decided(cast: Cast) -> None:
    page = _upload(cast.client(cast.lin), workbook(GOOD))
    other = cast.client(cast.mei)
    assert other.post(page.context["decide_url"], {"do": "save"}).status_code in {403, 404}
    assert not Entry.objects.exists()


RISKS = ("风险编号", "合规风险名称", "归口部门", "评估日期")


def _list_of_risks(client, *rows: tuple[object, ...]):
    given = {"unit": "HD-01", "file": workbook(*rows, headings=RISKS)}
    page = client.post("/r/risk_list/import/", given, follow=True)
    return client.post(page.context["confirm_url"], follow=True)


def test_after_a_list_was_imported_the_way_leads_to_the_list_of_that_department(cast: Cast) -> None:
    client = cast.client(cast.mei)
    done = _list_of_risks(client, ("R-1", "应招未招", "经营部", "2026-03-01"), ("R-2", "围标", "经营部", "2026-03-01"))
    assert [(one["name"], one["count"]) for one in done.context["lists"]] == [("经营部", 2)]
    listed = client.get(done.context["lists"][0]["url"])
    assert listed.status_code == 200
    assert "应招未招" in _text(listed)
    assert done.context["lists"][0]["url"] in _text(done)


def test_rows_of_the_unit_and_of_a_department_lead_to_both_lists(cast: Cast) -> None:
    rows = [(f"R-{count}", f"风险{count}", "经营部" if count else "", "2026-03-01") for count in range(3)]
    client = cast.client(cast.mei)
    done = _list_of_risks(client, *rows)
    assert [one["count"] for one in done.context["lists"]] == [2, 1]
    for one in done.context["lists"]:
        assert client.get(one["url"]).status_code == 200
    assert client.get(done.context["lists_url"]).status_code == 200


def test_the_way_to_the_lists_costs_the_same_for_many_departments(cast: Cast) -> None:
    made = [
        org.create_unit(code=f"HD-01-X{n}", name=f"第{n}部", kind="department", parent=cast.sub, by=cast.house)
        for n in range(9)
    ]
    by = cast.actor(cast.mei)

    def asked(count: int) -> int:
        places = [[cast.sub.pk, str(one.uid), 1] for one in made[:count]]
        run = ImportRun(register="risk_list", unit=cast.sub, summary={"places": places})
        with CaptureQueriesContext(connection) as queries:
            found = imported.lists(run, by=by)
        assert len(found) == min(count, 6)
        return len(queries)

    assert asked(9) == asked(2)
