"""Pages of stocks of rules: send files, watch them being read, look through the table, take them over."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.demo import stockfiles
from guiju.governance.enums import IntakeState
from guiju.governance.intake import queries, reading
from guiju.governance.models import Intake
from guiju.lib import clock
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.stocks import fresh, line, raw, word

pytestmark = pytest.mark.django_db

BASE = "/u/HD-01/intake/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def mei(cast: Cast) -> Client:
    return cast.client(cast.mei)


def upload(name: str, *, data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.docx", data or stockfiles.docx(stocks.rule(name)))


def text(answer) -> str:
    return answer.content.decode()


def test_an_empty_page_says_what_belongs_here_and_begins_it(mei: Client) -> None:
    page = text(mei.get(BASE))
    assert f'href="{BASE}new"' in page
    assert "/r/policies/import" in page


def test_files_are_sent_by_the_plain_form_and_the_page_shows_how_far_they_are_read(mei: Client) -> None:
    given = {"name": "制度清理", "cutoff_on": "2022-12-31", "files": [upload("印章管理办法"), upload("档案管理办法")]}
    answer = mei.post(BASE + "new", given, follow=True)
    assert "gj-progress" in text(answer)
    intake = Intake.objects.get()
    assert text(mei.get(f"{BASE}{intake.uid}/progress")).count("<progress") == 1
    reading.read(intake, by=stocks_by(intake))
    assert mei.get(f"{BASE}{intake.uid}/progress").headers["HX-Refresh"] == "true"
    assert "印章管理办法" in text(mei.get(f"{BASE}{intake.uid}"))


def stocks_by(intake: Intake):
    from guiju.access.actor import of_user
    from guiju.access.models import User

    return of_user(User.objects.get(username="mei"))


def test_a_script_sends_many_files_some_at_a_time_with_their_folders(mei: Client) -> None:
    begun = mei.post(BASE + "new", {"name": "制度清理", "cutoff_on": "2022-12-31"}, **JSON).json()
    given = {"files": [upload("印章管理办法"), SimpleUploadedFile("宏.docm", b"PK")], "folders": ["制度/行政", "制度"]}
    told = mei.post(begun["add"], given, **JSON).json()
    assert told == {"added": 2, "refused": ["宏.docm"]}
    rows = list(Intake.objects.get().items.order_by("ordinal").values_list("folder", "name"))
    assert rows == [("制度/行政", "印章管理办法.docx"), ("制度", "宏.docm")]


@pytest.mark.parametrize(
    ("given", "word_"),
    [({"name": "", "cutoff_on": "2022-12-31"}, "name"), ({"name": "x", "cutoff_on": "2999-01-01"}, "")],
)
def test_a_wrong_beginning_is_refused_and_leaves_nothing(mei: Client, given, word_) -> None:
    assert mei.post(BASE + "new", given | {"files": [upload("印章管理办法")]}).status_code == 422
    refused = mei.post(BASE + "new", given, **JSON)
    assert (refused.status_code, bool(refused.json()["words"])) == (422, True)
    assert not Intake.objects.exists()


def test_the_table_asks_as_many_questions_for_two_files_as_for_forty(cast: Cast, mei: Client) -> None:
    from django.db import connection

    def asked(count: int) -> int:
        names = [f"第{at}号设备管理办法" for at in range(count)]
        intake = stocks.read(cast, *(word(name, more=(f"第九条 {name}。",)) for name in names))
        mei.get(f"{BASE}{intake.uid}?view=all")
        with CaptureQueriesContext(connection) as seen:
            assert mei.get(f"{BASE}{intake.uid}?view=all").status_code == 200
        return len(seen)

    few, more = asked(2), asked(40)
    assert more <= few
    assert more <= 20


def searched(cast: Cast) -> Intake:
    """Files of which one is a scan, one lacks its day, and one is a copy."""
    return stocks.read(
        cast,
        word("印章管理办法", folder="办公", number="办发〔2021〕3号"),
        word("值班管理办法", day="某日"),
        word("车辆管理办法"),
        word("车辆管理办法", file="副本.docx"),
        raw("印鉴样式.pdf", stockfiles.scan()),
    )


def names(answer) -> list[str]:
    return [row["name"] for row in answer.context["rows"]]


def test_files_are_found_by_words_of_title_number_folder_and_file(cast: Cast, mei: Client) -> None:
    address = f"{BASE}{searched(cast).uid}?view=all"
    assert names(mei.get(f"{address}&q=印章")) == ["印章管理办法"]
    assert names(mei.get(f"{address}&q=〔2021〕 办公")) == ["印章管理办法"]
    assert names(mei.get(f"{address}&q=副本")) == ["车辆管理办法"]
    assert len(names(mei.get(f"{address}&q=办法"))) == 4


def test_files_are_found_by_what_is_wrong_with_them(cast: Cast, mei: Client) -> None:
    address = f"{BASE}{searched(cast).uid}?view=all"
    offered = {one["code"]: one for one in mei.get(address).context["filters"]}
    assert {one["value"] for one in offered["problem"]["options"]} >= {"dayless", "scanned"}
    assert names(mei.get(f"{address}&problem=dayless")) == ["值班管理办法"]
    assert names(mei.get(f"{address}&problem=scanned")) == ["印鉴样式"]
    assert set(names(mei.get(f"{address}&level=specific&problem=copy"))) <= {"车辆管理办法"}


def test_a_search_that_finds_nothing_says_where_to_look(cast: Cast, mei: Client) -> None:
    address = f"{BASE}{searched(cast).uid}"
    elsewhere = mei.get(f"{address}?view=open&q=印章")
    assert names(elsewhere) == []
    assert elsewhere.context["elsewhere"] == 1
    assert "view=all" in elsewhere.context["everywhere_url"]
    nowhere = mei.get(f"{address}?view=all&q=没有的词")
    assert (names(nowhere), nowhere.context["elsewhere"]) == ([], 0)


def test_what_is_settled_of_several_leads_back_to_the_search(cast: Cast, mei: Client) -> None:
    intake = searched(cast)
    page = mei.get(f"{BASE}{intake.uid}?view=all&q=印章")
    sent = {"pick": ["1:1"], "action": "set", "level": "basic", "back": page.context["back"]}
    answer = mei.post(f"{BASE}{intake.uid}/many", sent)
    assert names(mei.get(answer.url)) == ["印章管理办法"]


def test_rules_of_a_finished_stock_are_searched_too(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    sent = {"version": intake.version, "year": clock.today().year}
    mei.post(f"{BASE}{intake.uid}/confirm", sent)
    answer = mei.get(f"{BASE}{intake.uid}?q=档案")
    assert [one["name"] for one in answer.context["entered"]] == ["档案管理办法"]
    assert mei.get(f"{BASE}{intake.uid}?q=没有的词").context["entered"] == []


def test_a_row_is_settled_in_place_and_the_figures_follow(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    answer = mei.post(
        f"{BASE}{intake.uid}/files/1/settle", {"level": "basic", "version": 1}, headers={"HX-Request": "true"}
    )
    assert 'hx-swap-oob="true"' in text(answer)
    assert 'id="file-1"' in text(answer)
    assert line(intake, 1).value("level") == "basic"
    late = mei.post(f"{BASE}{intake.uid}/files/1/settle", {"level": "guideline", "version": 1})
    assert late.status_code == 409
    assert line(intake, 1).value("level") == "basic"


def test_several_rows_are_left_out_at_once(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    mei.post(f"{BASE}{intake.uid}/many", {"pick": ["1:1", "2:1"], "action": "out"})
    assert [one.is_in for one in queries.lines_of(intake)] == [False, False]
    mei.post(f"{BASE}{intake.uid}/many", {"pick": ["2:2"], "action": "in", "back": "//evil.example"})
    mei.post(f"{BASE}{intake.uid}/many", {"pick": ["2:3"], "action": "set", "business": "hr", "advice": "repeal"})
    assert (line(intake, 2).value("business"), line(intake, 2).advice) == ("hr", "repeal")


def test_the_page_of_a_file_shows_its_words_and_corrects_everything(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法", more=("第九条 用印必登记。",)))
    url = f"{BASE}{intake.uid}/files/1"
    assert "用印必登记" in text(mei.get(url))
    given = {
        "version": 1, "name": "公章管理办法", "number": "办〔2022〕1号", "issued_on": "2022-03-01", "level": "basic",
        "business": "office", "mechanism": "business", "advice": "keep", "policy": "",
    }  # fmt: skip
    assert mei.post(url, given | {"issued_on": "2999-01-01"}).status_code == 422
    mei.post(url, given)
    one = line(intake, 1)
    assert (one.name, one.value("number"), one.value("level")) == ("公章管理办法", "办〔2022〕1号", "basic")
    assert mei.post(url, given | {"name": "另一个"}).status_code == 409


def test_a_scan_is_put_right_on_its_page_and_its_file_can_be_opened(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, raw("董事会议事规则.pdf", stockfiles.scan()))
    url = f"{BASE}{intake.uid}/files/1"
    assert "replace" in text(mei.get(url))
    given = {
        "version": 1, "name": "董事会议事规则", "issued_on": "2022-03-01", "level": "basic", "business": "governance",
        "mechanism": "business", "advice": "keep", "hand": "1",
    }  # fmt: skip
    assert mei.post(url, given).status_code == 302
    assert line(intake, 1).open == []
    answer = mei.get(url + "/document")
    assert answer.headers["Content-Type"] == "application/pdf"
    answer.close()


def test_a_repaired_file_is_sent_on_the_page_of_the_faulty_one(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, raw("a.pdf", stockfiles.locked_pdf()))
    answer = mei.post(f"{BASE}{intake.uid}/files/1/replace", {"version": 1, "file": upload("印章管理办法")})
    assert answer.status_code == 302
    assert fresh(intake).state == IntakeState.READING


def test_what_is_open_is_named_and_nothing_is_taken_over(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, raw("a.pdf", stockfiles.scan()), word("印章管理办法"))
    page = text(mei.get(f"{BASE}{intake.uid}"))
    assert "disabled" in page
    refused = mei.post(f"{BASE}{intake.uid}/confirm", {"version": intake.version, "year": clock.today().year})
    assert refused.status_code == 422
    assert "a.pdf" in text(refused)
    assert not Entry.objects.filter(register="policies").exists()


def test_a_stock_is_taken_over_and_its_page_says_what_came_of_it(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    given = {"version": intake.version, "year": clock.today().year}
    page = text(mei.post(f"{BASE}{intake.uid}/confirm", given, follow=True))
    assert "印章管理办法" in page
    assert str(fresh(intake).stocktake) in page
    assert mei.post(f"{BASE}{intake.uid}/confirm", given).status_code == 409
    assert str(intake.uid) in text(mei.get(BASE))


def test_a_dropped_stock_says_so(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    mei.post(f"{BASE}{intake.uid}/drop")
    assert fresh(intake).state == IntakeState.DROPPED
    assert mei.get(f"{BASE}{intake.uid}").status_code == 200


def test_others_find_nothing_here(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    for user in (cast.tan, cast.ou):
        for path in ("", "/files/1", "/files/1/document", "/progress"):
            assert cast.client(user).get(f"{BASE}{intake.uid}{path}").status_code in (403, 404)
    assert cast.client(cast.tan).get(f"/u/SJ/intake/{intake.uid}").status_code == 404
    assert cast.client(cast.lin).get(f"/u/HD/intake/{intake.uid}").status_code == 404
    assert cast.client(cast.lin).get(f"{BASE}{intake.uid}").status_code == 200


def test_an_excel_list_among_the_files_is_led_to_the_import_of_the_library(cast: Cast, mei: Client) -> None:
    intake = stocks.read(cast, raw("制度目录.xlsx", b"PK"), word("印章管理办法"))
    assert reverse("register-import", args=["policies"]) + "?unit=HD-01" in text(mei.get(f"{BASE}{intake.uid}"))
