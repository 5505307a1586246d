"""Records and posture on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers.models import Entry, ImportRun

URN = "cn:casmes:effectiveness-draft"


@pytest.fixture
def book(tmp_path: Path):
    """Writes a workbook of meetings."""

    def write(*rows: tuple[object, ...], heads: tuple[str, ...] = ("会议名称", "主要议题", "召开日期")) -> Path:
        sheet = openpyxl.Workbook()
        sheet.active.append(heads)
        for row in rows:
            sheet.active.append(row)
        path = tmp_path / "会议.xlsx"
        sheet.save(path)
        return path

    return write


GOOD = ("一季度合规汇报", "听取合规专题汇报", "2026-03-31")
BAD = ("二季度合规汇报", "听取合规专题汇报", "没有日期")


def meetings() -> list[str]:
    return list(Entry.objects.filter(register="meetings").values_list("title", flat=True))


def test_a_good_file_is_saved(guiju, cast, book) -> None:
    ran = guiju("import", "meetings", book(GOOD), "--unit", "HD", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert (told["new"], told["saved"], told["faults"]) == (1, True, [])
    assert meetings() == ["一季度合规汇报"]


def test_a_dry_run_saves_nothing(guiju, cast, book) -> None:
    ran = guiju("import", "meetings", book(GOOD), "--unit", "HD", "--dry-run")
    assert ran.code == 0
    assert "Nothing was saved." in ran.out
    assert meetings() == []
    assert not ImportRun.objects.filter(state="ready").exists()


def test_one_bad_cell_keeps_the_whole_file_out_and_is_named(guiju, cast, book, tmp_path: Path) -> None:
    ran = guiju("import", "meetings", book(GOOD, BAD), "--unit", "HD", "--marked", tmp_path / "marked.xlsx")
    assert ran.code == 1
    assert "会议.xlsx Sheet!C3 Held on: " in ran.err
    assert meetings() == []
    assert (tmp_path / "marked.xlsx").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("meetngs", "{file}", "--unit", "HD"), "meetngs"),
        (("meetings", "{file}", "--unit", "XX"), "XX"),
        (("meetings", "absent.xlsx", "--unit", "HD"), "absent.xlsx"),
        (("meetings", "{file}", "--unit", "HD", "--layout", "odd"), "odd"),
    ],
)
def test_a_wrong_name_is_wrong_use(guiju, cast, book, words: tuple[str, ...], told: str) -> None:
    ran = guiju("import", *[word.format(file=book(GOOD)) for word in words])
    assert ran.code == 2
    assert told in ran.err
    assert meetings() == []


def test_what_is_no_workbook_is_refused(guiju, cast, tmp_path: Path) -> None:
    path = tmp_path / "会议.xlsx"
    path.write_text("no workbook", encoding="utf-8")
    ran = guiju("import", "meetings", path, "--unit", "HD")
    assert ran.code == 2
    assert "会议.xlsx" in ran.err


def test_a_list_comes_out_as_it_went_in(guiju, cast, book, tmp_path: Path) -> None:
    guiju("import", "meetings", book(GOOD), "--unit", "HD")
    target = tmp_path / "out.xlsx"
    ran = guiju("export", "meetings", "--unit", "HD", "-o", target, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["rows"] == 1
    cells = [cell for row in openpyxl.load_workbook(target).active.iter_rows(values_only=True) for cell in row]
    assert "一季度合规汇报" in cells
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_an_export_into_a_folder_that_is_not_there_is_wrong_use(guiju, cast, tmp_path: Path) -> None:
    ran = guiju("export", "meetings", "--unit", "HD", "-o", tmp_path / "absent" / "out.xlsx")
    assert ran.code == 2
    assert "absent" in ran.err


def test_posture_has_every_requirement_with_its_evidence(guiju, cast) -> None:
    posture.adopt(unit=cast.sub, pack=catalogue.current(URN), by=cast.house)
    ran = guiju("posture", "--unit", "HD-01", "--pack", URN, "--json")
    assert ran.code == 1
    rows = json.loads(ran.out)["requirements"]
    assert {"id", "status", "strength", "figure", "evidence", "missing"} <= rows[0].keys()
    assert {row["status"] for row in rows} <= {"met", "partly", "unmet", "na", "person"}
    assert "B.1.1-" in guiju("posture", "--unit", "HD-01", "--pack", URN).out


def test_a_document_that_was_not_adopted_is_told_so(guiju, cast) -> None:
    ran = guiju("posture", "--unit", "SJ", "--pack", URN, "--json")
    assert ran.code == 1
    told = json.loads(ran.out)
    assert told["adopted"] is False
    assert {row["status"] for row in told["requirements"]} == {"not_adopted"}
    assert "has not adopted" in guiju("posture", "--unit", "SJ", "--pack", URN).out


def test_a_date_that_is_none_is_wrong_use(guiju, cast) -> None:
    ran = guiju("posture", "--unit", "SJ", "--pack", URN, "--as-of", "soon")
    assert ran.code == 2
    assert "soon" in ran.err


def test_authors_can_list_evidence_tests_and_relations(guiju) -> None:
    tests = json.loads(guiju("packs", "tests", "--json").out)["tests"]
    held = next(test for test in tests if test["test"] == "appointment.held")
    assert held["reads"] == ["appointment"]
    assert held["params"]["roles"].startswith("[first_responsible | ")
    assert "appointment.held" in guiju("packs", "tests").out
    assert "document" in json.loads(guiju("packs", "facts", "--json").out)["relations"]["appointment"]
