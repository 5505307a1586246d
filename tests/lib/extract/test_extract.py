"""The words of documents, and what is wrong with those that have none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guiju.demo import stockfiles
from guiju.lib.extract import child, doc, paragraphs
from guiju.lib.extract.found import BrokenError, Found, Limits
from guiju.lib.extract.numbering import chinese, written
from guiju.lib.extract.reader import Reader
from tests.lib.extract import make


def found(tmp_path: Path, name: str, data: bytes, limits: Limits | None = None) -> Found:
    """What reading a file in this process gives (the child's own function)."""
    path = tmp_path / name
    path.write_bytes(data)
    return child.read(path, name.rpartition(".")[2], limits or Limits())


@pytest.mark.parametrize(
    ("name", "write"), [("a.docx", stockfiles.docx), ("a.doc", stockfiles.doc), ("a.pdf", stockfiles.pdf)]
)
def test_each_kind_of_file_gives_its_paragraphs_in_order(tmp_path, name, write):
    assert found(tmp_path, name, write(make.RULE)).text.replace("\f", "").splitlines() == make.RULE


def test_a_wps_file_that_is_a_word_file_inside_is_read(tmp_path):
    assert found(tmp_path, "a.wps", stockfiles.doc(make.RULE)).state == "read"


def test_text_files_are_read_in_the_encodings_of_the_country(tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert found(tmp_path, "a.txt", "\r\n".join(make.RULE).encode(encoding)).text.splitlines() == make.RULE


def test_pages_of_a_pdf_are_parted_and_lines_become_paragraphs_again(tmp_path):
    long = "第三条 " + "各部门应当按照本办法的规定履行合规管理职责，" * 60 + "不得推诿。"
    result = found(tmp_path, "a.pdf", stockfiles.pdf([*make.RULE, long, "第四条 本办法自发布之日起施行。"]))
    lines = result.text.split("\n")
    assert [line.rstrip("\f") for line in lines] == [*make.RULE, long, "第四条 本办法自发布之日起施行。"]
    assert result.text.count("\f") == result.page_count
    assert "—" not in result.text


def test_tables_text_boxes_notes_and_kept_changes_are_read_and_deleted_words_are_not(tmp_path):
    body = (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>岗位</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>职责</w:t></w:r></w:p>"
        "</w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>框里一段</w:t></w:r></w:p><w:p><w:r><w:t>框里两段</w:t></w:r></w:p>"
        "</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>外</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>文本框</w:t></w:r>"
        "</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p><w:r><w:t>文本框</w:t></w:r></w:p></mc:Fallback>"
        "</mc:AlternateContent></w:r><w:ins><w:r><w:t>新加</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>删掉</w:delText><w:t>也删</w:t></w:r></w:del></w:p>"
    )
    notes = '<w:footnotes xmlns:w="w"><w:footnote><w:p><w:r><w:t>脚注的话</w:t></w:r></w:p></w:footnote></w:footnotes>'
    text = found(tmp_path, "a.docx", make.word(body, **{"word/footnotes.xml": notes})).text
    assert text.splitlines() == ["岗位\t职责", "框里一段", "框里两段", "文本框", "外新加", "脚注的话"]


def test_numbers_that_word_makes_by_itself_are_written_out(tmp_path):
    assert found(tmp_path, "a.docx", make.numbered_docx()).text.splitlines() == [
        "第一章 总则",
        "第九条 为了规范管理。",
        "第十条 适用于各部门。",
        "（一） 采购部门；",
        "（二） 财务部门。",
        "第二章 职责",
        "不编号的话。",
        "第十一条 法务部门负责审查。",
        "（一） 合同部门。",
    ]


def test_numbers_are_counted_as_people_here_count():
    assert [chinese(n) for n in (1, 10, 11, 20, 105, 110, 1001, 2023)] == [
        "一", "十", "十一", "二十", "一百零五", "一百一十", "一千零一", "二千零二十三",
    ]  # fmt: skip
    assert [written(4, form) for form in ("lowerRoman", "upperLetter", "decimalZero", "decimalEnclosedCircle")] == [
        "iv", "D", "04", "④",
    ]  # fmt: skip


def test_a_scan_without_words_says_so(tmp_path):
    result = found(tmp_path, "a.pdf", make.scan(3))
    assert (result.state, result.page_count) == ("scanned", 3)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", make.locked_pdf()),
        ("a.docx", make.locked_docx()),
        ("a.doc", stockfiles.doc(make.RULE, encrypted=True)),
    ],
)
def test_a_file_with_a_password_says_so(tmp_path, name, data):
    assert found(tmp_path, name, data).state == "locked"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing else"),
        ("a.docx", stockfiles.docx(make.RULE)[:900]),
        ("a.doc", stockfiles.doc(make.RULE)[:600]),
        ("a.docx", stockfiles.zipped({"word/document.xml": "<w:document><w:p>"})),
        ("a.docx", stockfiles.zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
    ],
)
def test_a_damaged_file_is_called_damaged(tmp_path, name, data):
    assert found(tmp_path, name, data).state == "broken"


def test_what_holds_no_words_is_not_called_damaged(tmp_path):
    assert found(tmp_path, "a.png", b"\x89PNG\r\n\x1a\n" + bytes(50)).state == "none"
    assert found(tmp_path, "a.xlsx", stockfiles.zipped({"xl/workbook.xml": "<a/>"})).state == "none"


def test_two_thousand_pages_are_read_whole(tmp_path):
    result = found(tmp_path, "a.pdf", make.long_pdf(2_000))
    assert (result.state, result.page_count, result.cut) == ("read", 2_000, False)
    assert "第2000条" in result.text


def test_of_a_document_beyond_the_limits_the_first_part_is_read(tmp_path):
    pages = found(tmp_path, "a.pdf", make.long_pdf(30), Limits(pages=20))
    assert (pages.page_count, pages.cut, "第20条" in pages.text, "第21条" in pages.text) == (30, True, True, False)
    words = found(tmp_path, "a.docx", stockfiles.docx(["一二三四五六七八九十"] * 50), Limits(characters=200))
    assert words.cut
    assert words.text.startswith("一二三四五六七八九十\n")


def test_slides_and_official_layout_documents_are_read(tmp_path):
    slide = "<s xmlns:a='a'><a:p><a:r><a:t>合规培训</a:t></a:r><a:r><a:t>第一讲：为什么合规</a:t></a:r></a:p></s>"
    data = stockfiles.zipped({"ppt/presentation.xml": "<a/>", "ppt/slides/slide1.xml": slide})
    assert found(tmp_path, "a.pptx", data).text == "合规培训第一讲：为什么合规\f"
    page = "<P><TextObject><TextCode>公司合规管理办法第一条</TextCode></TextObject></P>"
    data = stockfiles.zipped({"OFD.xml": "<a/>", "Doc_0/Pages/Page_0/Content.xml": page})
    assert found(tmp_path, "a.ofd", data).text == "公司合规管理办法第一条\f"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Zs", "Cc", "Cf", "Zl", "Zp"]),
            min_size=12,
            max_size=40,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_text_survives_its_way_through_an_old_word_file(lines):
    assume(any(char.isalnum() for line in lines for char in line))  # signs alone are nothing to read
    raw = stockfiles.doc(lines)
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.doc"
        path.write_bytes(raw)
        assert [line.strip() for line in doc.read(path, Limits()).text.split("\n")] == [line.strip() for line in lines]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 9_000), st.binary(min_size=1, max_size=40))
def test_a_spoiled_old_word_file_is_at_worst_called_damaged(at, noise):
    import tempfile

    data = bytearray(stockfiles.doc(make.RULE))
    data[at : at + len(noise)] = noise
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.doc"
        path.write_bytes(bytes(data))
        assert child.read(path, "doc", Limits()).state in ("read", "broken", "locked", "none", "scanned")


@given(st.lists(st.text(max_size=60), max_size=6))
def test_no_word_is_lost_when_lines_become_paragraphs(pages):
    kept = "".join("".join(line for line in paragraphs._lines(page)) for page in pages)
    joined = "".join(paragraphs.of_pages(pages))
    assert [c for c in joined if not c.isspace()] == [c for c in kept if not c.isspace()]


def test_one_child_reads_many_files_and_outlives_a_file_that_kills_it(tmp_path):
    (tmp_path / "a.docx").write_bytes(stockfiles.docx(make.RULE))
    (tmp_path / "b.pdf").write_bytes(make.long_pdf(400))
    with Reader(Limits(memory_bytes=1 << 30)) as reader:
        assert reader.read(tmp_path / "a.docx", name="a.docx").state == "read"
        first = reader._process
        assert reader.read(tmp_path / "b.pdf", name="b.pdf").page_count == 400
        assert reader._process is first
        first.kill()
        assert reader.read(tmp_path / "a.docx", name="a.docx").state == "broken"
        assert reader.read(tmp_path / "a.docx", name="a.docx").state == "read"


def test_a_missing_main_stream_is_no_word_file(tmp_path):
    (tmp_path / "a.doc").write_bytes(stockfiles.compound({"Something": b"x"}))
    assert doc.read(tmp_path / "a.doc", Limits()).state == "none"
    (tmp_path / "b.doc").write_bytes(b"no container")
    with pytest.raises(BrokenError):
        doc.read(tmp_path / "b.doc", Limits())
