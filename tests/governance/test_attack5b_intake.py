"""Stocks of rules under attack: archives that trick, names that lie, jobs that die, two people at one thing."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from guiju.demo import stockfiles
from guiju.files import store
from guiju.governance.enums import FileState, IntakeState
from guiju.governance.intake import actions
from guiju.governance.models import IntakeFile
from guiju.jobs import worker
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers.models import Entry
from guiju.trail import verify
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.stocks import confirm, fresh, raw, word

pytestmark = pytest.mark.django_db
WORD = stockfiles.docx(stocks.rule("档案管理办法"))


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_damaged_member_of_an_archive_is_a_damaged_file_and_the_rest_is_read(cast: Cast, method: int) -> None:
    data = bytearray(zipped(("坏.txt", b"abc" * 40_000), ("档案管理办法.docx", WORD), method=method))
    at = data.index("坏.txt".encode()) + len("坏.txt".encode())
    data[at + 6 : at + 30] = b"\xff" * 24
    intake = stocks.read(cast, raw("制度.zip", bytes(data)))
    assert intake.state == IntakeState.READY
    assert sorted((one.name, one.state) for one in IntakeFile.objects.filter(intake=intake)) == [
        ("坏.txt", FileState.FAULTY), ("档案管理办法.docx", FileState.READ),
    ]  # fmt: skip


def test_two_archives_with_too_many_files_together_stop_nobody(cast: Cast) -> None:
    first = zipped(*((f"甲{n}.txt", f"办法{n}".encode()) for n in range(1_600)))
    second = zipped(*((f"乙{n}.txt", f"规定{n}".encode()) for n in range(1_600)))
    intake = stocks.empty(cast)
    actions.add(intake=intake, uploads=[raw("甲.zip", first), raw("乙.zip", second)], by=cast.actor(cast.mei))
    worker.drain()
    now = fresh(intake)
    assert now.state == IntakeState.READY
    assert [one.fault for one in IntakeFile.objects.filter(intake=now, name="乙.zip")] == ["many"]


def test_a_member_that_climbs_out_lies_in_a_plain_folder(cast: Cast) -> None:
    intake = stocks.read(cast, raw("制度.zip", zipped(("../../etc/./合同/档案管理办法.docx", WORD))))
    assert [(one.folder, one.name) for one in IntakeFile.objects.filter(intake=intake)] == [
        ("etc/合同", "档案管理办法.docx")
    ]


def test_names_carry_no_invisible_characters_and_lie_about_no_ending(cast: Cast) -> None:
    lying = "档案\x00\u202ecod.管理\x07办法.docx"
    intake = stocks.read(cast, raw(lying, WORD), raw("制度.zip", zipped(("甲\u202e\x01乙/管理\u200b办法.docx", WORD))))
    found = [(one.folder, one.name) for one in IntakeFile.objects.filter(intake=intake).order_by("ordinal")]
    assert found == [("", "档案cod.管理办法.docx"), ("甲乙", "管理办法.docx")]


def test_the_name_of_a_stock_carries_no_invisible_characters(cast: Cast) -> None:
    assert stocks.empty(cast, "清理\x00\u202e二〇二二\n年").name == "清理二〇二二 年"
    with pytest.raises(Problem):
        stocks.empty(cast, "\u200b\u202e")


def test_a_locked_member_of_an_archive_says_so(cast: Cast) -> None:
    data = bytearray(zipped(("密.txt", "内容".encode()), ("档案管理办法.docx", WORD)))
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + flags] |= 1
    intake = stocks.read(cast, raw("制度.zip", bytes(data)))
    assert {one.name: one.fault for one in IntakeFile.objects.filter(intake=intake)} == {
        "密.txt": "locked", "档案管理办法.docx": "",
    }  # fmt: skip


def test_what_is_inside_an_archive_inside_an_archive_stays_there(cast: Cast) -> None:
    inner = zipped(("../../evil.docx", WORD))
    intake = stocks.read(cast, raw("制度.zip", zipped(("里/层.zip", inner), ("__MACOSX/._a.docx", b"x"))))
    assert [(one.folder, one.name, one.fault) for one in IntakeFile.objects.filter(intake=intake)] == [
        ("里", "层.zip", "nested")
    ]


def test_a_stock_whose_taking_over_broke_off_is_confirmed_again_or_dropped(cast: Cast) -> None:
    intake = stocks.read(cast, word("车辆管理办法"))
    mei = cast.actor(cast.mei)
    actions.confirm(intake=intake, version=intake.version, year=clock.today().year, by=mei, inline=0)
    # The worker died each time.
    Job.objects.filter(unique_key=actions.taking_key(intake)).update(state=JobState.FAILED, attempt=3, error="x\ny")
    assert fresh(intake).state == IntakeState.TAKING
    with pytest.raises(Problem):
        actions.drop(intake=fresh(intake), by=mei)
    actions.go_on(intake=fresh(intake), by=mei, again=True)
    now = fresh(intake)
    assert now.state == IntakeState.READY
    assert confirm(cast, intake).state == IntakeState.CONFIRMED
    assert Entry.objects.filter(register="policies", title="车辆管理办法").count() == 1


def test_a_stock_that_is_being_taken_over_is_not_given_back_under_the_worker(cast: Cast) -> None:
    intake = stocks.read(cast, word("车辆管理办法"))
    mei = cast.actor(cast.mei)
    actions.confirm(intake=intake, version=intake.version, year=clock.today().year, by=mei, inline=0)
    actions.go_on(intake=fresh(intake), by=mei, again=True)
    assert fresh(intake).state == IntakeState.TAKING
    worker.drain()
    assert fresh(intake).state == IntakeState.CONFIRMED


def test_a_formula_and_a_script_in_a_title_stay_words_on_every_way_out(cast: Cast) -> None:
    intake = stocks.read(cast, word("档案管理办法"))
    evil = '=HYPERLINK("http://x","y")<script>alert(1)</script>'
    stocks.settle(cast, intake, 1, name=evil, number="+1+cmd|' /C calc'!A0", business="office")
    done = confirm(cast, intake)
    entry = Entry.objects.select_related("body").get(uid=done.stocktake)
    with store.open_file(entry.body.data["files"][0]["digest"]) as file:
        sheet = load_workbook(io.BytesIO(file.read())).active
    assert [(cell.value, cell.data_type) for cell in sheet[2][1:3]] == [(evil, "s"), ("+1+cmd|' /C calc'!A0", "s")]
    page = cast.client(cast.mei).get(f"/u/HD-01/policies/intake/{intake.uid}", follow=True)
    assert "<script>alert" not in page.content.decode()


def test_the_trail_agrees_with_all_of_it(cast: Cast) -> None:
    intake = stocks.read(
        cast, raw("制度.zip", zipped(("甲\u202e/档案管理办法.docx", WORD), ("坏.docx", b"PK\x03\x04")))
    )
    stocks.settle(cast, intake, 2, left_out=True)
    confirm(cast, intake)
    assert verify.run().findings == []
