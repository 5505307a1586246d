"""What pages give to take away, for programmes: single papers, a person's report, texts, statistics, files of a stock."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx as python_docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from guiju.demo import stockfiles
from guiju.documents.reports import MEDIA_TYPE, SHEET_TYPE
from guiju.governance.intake import reading
from guiju.governance.models import IntakeFile
from guiju.lib import clock
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail.models import Event
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.policy_house import in_force, stock
from tests.governance.stocks import raw, word

pytestmark = pytest.mark.django_db


def enter(cast: Cast, register: str, **values: Any) -> Entry:
    return registers.create(register=register, unit=cast.sub, values=values, by=cast.house)


def papers(cast: Cast) -> dict[str, Entry]:
    today, wang = clock.today(), str(cast.wang.uid)
    return {
        "meetings": enter(cast, "meetings", subject="合规协调会", topic="coordination", held_on=today),
        "self_check_opinions": enter(
            cast, "self_check_opinions", name="制度自查", subject="rule", role="compliance_staff", person=wang,
            given_on=today, risk="none", opinion="未发现风险。",
        ),
        "zero_risk_reports": enter(cast, "zero_risk_reports", subject="用印排查", checker=wang),
        "authority_reports": enter(
            cast, "authority_reports", name="主动报告", kind="proactive", receiver="市监局", sent_on=today, gist="发现的问题",
        ),
        "decision_opinions": enter(
            cast, "decision_opinions", matter="对外投资", role="compliance_head", person=wang, given_on=today,
        ),
    }  # fmt: skip


def test_each_record_that_is_a_paper_comes_as_data_and_as_word(cast: Cast, mei: Caller, tan: Caller) -> None:
    for register, entry in papers(cast).items():
        path = f"/registers/{register}/entries/{entry.uid}/paper"
        told = mei.get(path)
        assert told.status_code == 200, (register, told.content)
        assert told.json()["title"]
        taken = mei.get(f"{path}?format=docx")
        assert taken["Content-Type"] == MEDIA_TYPE, (register, taken.content)
        assert python_docx.Document(BytesIO(taken.content)).paragraphs
        assert tan.get(path).status_code == 404
    assert Event.objects.filter(action="export.made", object_type="report").count() == 5


def test_other_records_are_no_papers(cast: Cast, mei: Caller) -> None:
    entry = enter(cast, "alerts", number="1", name="预警", level="major", issued_on=clock.today(), due_on=clock.today())
    answer = mei.get(f"/registers/alerts/entries/{entry.uid}/paper")
    assert (answer.status_code, "meetings" in answer.json()["fix"]) == (404, True)


def test_a_persons_work_report_comes_as_word(cast: Cast, mei: Caller, tan: Caller) -> None:
    path = f"/units/HD-01/work-report/file?person={cast.wang.uid}&period={clock.today().year}"
    answer = mei.get(path)
    assert answer["Content-Type"] == MEDIA_TYPE, answer.content
    assert tan.get(path).status_code == 404
    assert mei.get(f"/units/HD-01/work-report/file?person={cast.sub.uid}&period=2026").status_code == 404


def test_the_text_of_a_version_comes_as_word_and_its_statistics_as_a_workbook(
    cast: Cast, mei: Caller, tan: Caller
) -> None:
    row = in_force(cast)
    text = mei.get(f"/policy-versions/{row.uid}/word")
    assert text["Content-Type"] == MEDIA_TYPE, text.content
    assert python_docx.Document(BytesIO(text.content)).paragraphs[0].text == row.title
    assert tan.get(f"/policy-versions/{row.uid}/word").status_code == 404
    assert mei.get(f"/policy-versions/{row.uid}/files/{'ab' * 32}").status_code == 404
    stock(cast)
    book = mei.get("/units/HD-01/policy-statistics/workbook")
    assert book["Content-Type"] == SHEET_TYPE, book.content
    assert load_workbook(BytesIO(book.content)).worksheets[0].max_row > 2
    assert mei.get(f"/units/HD-01/policy-statistics/workbook?on={clock.today().year + 2}-01-01").status_code == 422
    assert tan.get("/units/HD-01/policy-statistics/workbook").status_code == 404


def test_a_file_of_a_stock_is_fetched_replaced_and_read_again(cast: Cast, mei: Caller, tan: Caller) -> None:
    intake = stocks.read(cast, raw("印章.pdf", stockfiles.scan()))
    path = f"/intakes/{intake.uid}/files/1"
    assert mei.get(f"/intakes/{intake.uid}/files").json()[0]["fault"] == "scanned"
    document = mei.get(f"{path}/document")
    assert b"".join(document.streaming_content) == stockfiles.scan()  # type: ignore[attr-defined]
    assert tan.get(f"{path}/document").status_code == 404
    version = IntakeFile.objects.get(intake=intake).version
    again = word("印章管理办法")
    given = {"file": SimpleUploadedFile("印章管理办法.docx", again.source.read()), "version": str(version)}
    replaced = mei.upload(f"{path}/replace", given)
    assert replaced.status_code == 200, replaced.content
    assert replaced.json()["fault"] == ""
    reading.read(intake, by=cast.actor(cast.mei))
    assert mei.get(f"/intakes/{intake.uid}/files").json()[0]["name"] == "印章管理办法"
    stale = {"file": SimpleUploadedFile("印章管理办法.docx", b"x"), "version": str(version)}
    assert mei.upload(f"{path}/replace", stale).status_code == 409
    assert mei.post(f"/intakes/{intake.uid}/again", None).status_code == 200
    assert tan.post(f"/intakes/{intake.uid}/again", None).status_code == 404
