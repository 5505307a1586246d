"""Lin brings a workbook in; some cells are wrong."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.jobs import worker
from guiju.registers.models import Entry, ImportRun
from guiju.web.registers import imports
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
    assert {fault["ref"] for fault in page.context["faults"]} == {"C3", "E3"}
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
