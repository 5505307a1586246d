"""Files that come in from outside, good ones and hostile ones."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib.errors import Problem
from guiju.lib.excel import guard
from guiju.lib.excel.limits import MB, Limits
from tests.lib.excel import files

GOOD = files.package(files.parts())


def refused(data, *, name="台账.xlsx", limits=None):
    with pytest.raises(Problem) as caught:
        guard.check(io.BytesIO(data), name=name, limits=limits)
    assert caught.value.where == name
    assert caught.value.fix
    return caught.value


def outcome(data):
    try:
        guard.check(io.BytesIO(data), name="a.xlsx")
    except Problem as problem:
        return problem.code
    return "file.good"


@pytest.mark.parametrize("data", [GOOD, files.streamed(files.parts()), files.package(files.parts(), method=0)])
def test_an_honest_workbook_passes_however_it_was_packed(data):
    assert guard.check(io.BytesIO(data), name="a.xlsx").members == 5


def test_a_workbook_on_disk_passes(tmp_path):
    path = tmp_path / "台账.xlsx"
    path.write_bytes(GOOD)
    checked = guard.check(path, name=path.name)
    assert (checked.size, checked.members) == (len(GOOD), 5)


def test_a_stream_is_given_back_at_its_beginning():
    stream = io.BytesIO(GOOD)
    guard.check(stream, name="a.xlsx")
    assert stream.read(2) == b"PK"


def test_an_empty_file_is_refused():
    assert refused(b"").code == "file.empty"


def test_a_file_beyond_the_limit_is_refused_with_both_sizes():
    problem = refused(b"PK" + b"0" * 3 * MB, limits=Limits(upload_bytes=2 * MB))
    assert (problem.code, problem.status) == ("file.too_big", 413)
    assert "4 MB" in problem.what
    assert "2 MB" in problem.what


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (files.ole("Workbook"), "old Excel file"),
        (files.ole("WordDocument"), "old Word document"),
        ("序号,名称\n1,合规\n".encode(), "text table"),
        ("序号，名称\n1，合规\n".encode("gb18030"), "text table"),
        ("序号\t名称\r\n".encode("utf-16"), "text table"),
        (("合" * 2000).encode(), "text file"),
        (b"<html><body><table>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "XML file"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"Rar!\x1a\x07", "compressed archive"),
        (b"{\\rtf1", "rich text"),
        (bytes(range(128, 256)) * 20 + b"\x00\x01\x02" * 400, "unknown kind"),
        (files.package({"a.txt": "x"}), "zip archive"),
        (files.package({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"}), "Word document"),
        (files.package({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": "x"}), "binary workbook"),
        (files.package({"mimetype": "x", "content.xml": "<d/>"}), "OpenDocument"),
    ],
)
def test_a_file_that_is_no_workbook_is_named_for_what_it_looks_like(data, kind):
    problem = refused(data)
    assert problem.code == "file.not_xlsx"
    assert kind in problem.what


def test_a_file_with_a_password_is_told_apart_from_an_old_one():
    assert refused(files.ole("EncryptedPackage")).code == "file.encrypted"


def test_a_password_whose_mark_lies_across_two_read_pieces_is_found():
    data = files.ole("x") + b"\x00" * (MB - len(files.ole("x")) - 7) + "EncryptedPackage".encode("utf-16-le")
    assert refused(data).code == "file.encrypted"


def test_a_zip_with_a_password_is_refused():
    data = bytearray(GOOD)
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(bytes(data)).code == "file.encrypted"


@pytest.mark.parametrize(
    "content",
    [
        files.parts(kind=files.MACRO),
        files.parts() | {"xl/vbaProject.bin": b"x"},
        files.parts() | {"xl/VBAPROJECT.BIN": b"x"},
        files.parts() | {"xl\\macrosheets\\sheet1.xml": "<a/>"},
        files.parts() | {"[Content_Types].xml": files.CONTENT_TYPES.format(kind=files.MACRO).encode("utf-16")},
        files.parts() | {"[Content_Types].xml": "<Types><!-- application/vnd.ms-office.vbaProject --></Types>"},
    ],
)
def test_a_macro_file_is_refused_whatever_its_name(content):
    problem = refused(files.package(content), name="月报.xlsx")
    assert problem.code == "file.macro"
    assert "月报.xlsx" in str(problem)


def test_a_part_that_unpacks_to_a_thousand_times_its_size_is_refused():
    problem = refused(files.package(files.parts() | {"xl/media/zero.bin": b"\x00" * 8 * MB}))
    assert problem.code == "file.bomb"


def test_many_parts_that_are_each_small_enough_are_refused_together():
    content = files.parts() | {f"xl/media/{n}.bin": b"\x00" * MB for n in range(12)}
    assert refused(files.package(content), limits=Limits(unpacked_bytes=10 * MB)).code == "file.bomb"


def test_thousands_of_parts_are_refused():
    content = files.parts() | {f"xl/{n}": b"" for n in range(2_000)}
    assert refused(files.package(content)).code == "file.bomb"


def test_a_huge_table_of_contents_is_refused_before_it_is_read():
    content = files.parts() | {f"xl/{'n' * 3000}{n}": b"" for n in range(900)}
    problem = refused(files.package(content))
    assert problem.code == "file.bomb"
    assert "table of contents" in problem.what


@pytest.mark.parametrize("pack", [files.package, files.streamed])
def test_a_part_that_is_larger_than_it_says_is_found_out(pack):
    name = "xl/media/zero.bin"
    data = files.with_lying_size(pack(files.parts() | {name: b"\x00" * 8 * MB}), name, 10_000)
    assert refused(data).code == "file.bomb"


def test_a_part_that_is_smaller_than_it_says_is_broken():
    name = "xl/workbook.xml"
    assert refused(files.with_lying_size(GOOD, name, 900_000)).code == "file.broken"


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!-- hello -->\n<?pi x?>  <!DOCTYPE a>",
        "<!--" + "x" * 5000 + "--><!DOCTYPE a>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_document_type_is_refused_wherever_it_hides(head, encoding):
    sheet = files.sheet_xml("", head=head).encode(encoding)
    assert refused(files.package(files.parts() | {"xl/worksheets/sheet1.xml": sheet})).code == "file.doctype"


def test_the_word_doctype_in_a_cell_does_no_harm():
    sheet = files.sheet_xml(files.text_row(1, "&lt;!DOCTYPE html&gt;"))
    guard.check(io.BytesIO(files.package(files.parts(sheet=sheet))), name="a.xlsx")


def test_a_document_type_behind_an_endless_comment_is_not_waited_for():
    sheet = files.sheet_xml("", head="<!--" + "x y" * 60_000 + "--><!DOCTYPE a>")
    assert refused(files.package(files.parts() | {"xl/worksheets/sheet1.xml": sheet})).code == "file.broken"


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9])
def test_a_file_that_was_cut_off_on_its_way_is_broken(keep):
    assert refused(GOOD[: int(len(GOOD) * keep)]).code == "file.broken"


def test_a_compression_that_office_does_not_know_is_refused():
    assert refused(files.package(files.parts(), method=zipfile.ZIP_BZIP2)).code == "file.broken"


def test_a_forged_64_bit_directory_is_refused():
    at = GOOD.rfind(b"PK\x05\x06")
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 2**40, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    assert refused(GOOD[:at] + record + locator + GOOD[at:]).code == "file.bomb"


@given(st.data())
def test_a_damaged_file_is_answered_and_never_crashes(data):
    changed = bytearray(GOOD)
    for _time in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(GOOD) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(changed)).startswith("file.")
