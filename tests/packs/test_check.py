"""An author's mistakes are named with file, line and key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from guiju.lib.errors import NotFound
from guiju.packs import factnames, testnames
from guiju.packs.check import check, look
from guiju.packs.folder import read as read_folder
from tests.packs.conftest import HEADER, INDICATORS, SOURCE, MakePack

GOOD_HEADER = HEADER.format(urn="cn:test:booklet", version="1", status="in_force")


class Params(BaseModel, extra="forbid"):
    """Parameters of the test's own evidence test."""

    role: str
    months: int = 12


@pytest.fixture(autouse=True)
def _english(pack_dirs: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(testnames, "_known", {})
    monkeypatch.setattr(factnames, "_known", {})
    with translation.override("en"):
        yield


def told(path: Path) -> str:
    return "\n".join(str(fault) for fault in check(path))


def test_a_good_pack_has_no_faults(make_pack: MakePack) -> None:
    assert told(make_pack()) == ""


def test_the_shipped_packs_have_no_faults() -> None:
    assert told(Path(__file__).resolve().parents[2] / "packs") == ""


HEADER_FAULTS = [
    ("urn: cn:test:booklet\n", "", "cn-test/pack.yaml:1 urn: The key “urn” is missing."),
    ("title: 合规小册", "titel: 合规小册", "cn-test/pack.yaml:3 titel: The key “titel” is not known here. Did you mean “title”?"),
    ("version: '1'", "version: 1.0", "cn-test/pack.yaml:2 version: “1.0” is not text. Put it in quotes."),
    ("in_force", "inforce", "cn-test/pack.yaml:4 document_status: “inforce” is not one of the words allowed"),
    ("urn: cn:test:booklet", "urn: CN Test", "cn-test/pack.yaml:1 urn: “CN Test” cannot stand here. It must look like"),
    ("[indicators.yaml]", "[indicator.yaml]", "cn-test/pack.yaml:6 files[1]: There is no file “indicator.yaml”"),
    ("[indicators.yaml]", "[../other/pack.yaml]", "There is no file “../other/pack.yaml” in this pack's folder."),
    ("[indicators.yaml]", "indicators.yaml", "cn-test/pack.yaml:6 files: “indicators.yaml” is not a list"),
    ("{file: source.txt}", "{file: sauce.txt}", "cn-test/pack.yaml:5 source.file: There is no file “sauce.txt”"),
    ("source.txt}", "source.txt, sha256: '" + "0" * 64 + "'}", "cn-test/pack.yaml:5 source.sha256: The text in “source.txt”"),
    ("compliance_head:", "compliance_heda:", "cn-test/pack.yaml:8 titles.compliance_heda: “compliance_heda” is not a role"),
    ("type: boolean", "type: choice", "cn-test/pack.yaml:10 attributes[1].type: An attribute of type choice"),
    ("title: 合规小册", "title: ''", "cn-test/pack.yaml:3 title: “” cannot stand here. It must not be empty."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), HEADER_FAULTS)
def test_a_wrong_header_is_named_with_line_and_key(make_pack: MakePack, before: str, after: str, words: str) -> None:
    assert words in told(make_pack(pack=GOOD_HEADER.replace(before, after, 1)))


ITEM_FAULTS = [
    ("    force: must\n", "", "cn-test/indicators.yaml:2 requirements[1].force: The key “force” is missing."),
    ("force: must", "force: 应当", "cn-test/indicators.yaml:9 requirements[1].force: “应当” is not one of the words"),
    ("force: must", "forse: must", "Did you mean “force”?"),
    ("sizes: [small]", "sizes: [tiny]", "cn-test/indicators.yaml:5 requirements[1].sizes[1]: “tiny” is not one of"),
    ("sizes: [small]", "sizes: small", "cn-test/indicators.yaml:5 requirements[1].sizes: “small” is not a list"),
    ("id: '2'", "id: '1'", "cn-test/indicators.yaml:11 requirements[2].id: The id “1” stands twice; it stands first"),
    ("    group: g1\n", "", "requirements[3].group: The group “g1” has only this row."),
    ("section: '1'\n    sizes: [small]\n    source: 第三条", "section: '2'\n    sizes: [small]\n    source: 第三条",
     "requirements[3].group: This row does not belong to the group “g1”"),
    ("attribute: has_workshop", "attribute: has_workshp", "No pack declares the attribute “has_workshp”. Did you mean"),
    ("is: true", "is: often", "requirements[2].applies.is: “often” is not a value of the attribute “has_workshop”."),
    (", is: true", "", "cn-test/indicators.yaml:21 requirements[2].applies: “attribute” and “is” stand together."),
    ("{attribute: has_workshop, is: true}", "{any: [{}]}", "requirements[2].applies.any[1]: This condition is empty."),
    ("official: 企业应当设合规负责人", "official: 企业必须设合规负责人",
     "cn-test/indicators.yaml:7 requirements[1].official: These words do not stand in the document's text."),
    ("judgement: true", "judgement: 'true'", "requirements[1].judgement: “true” is not true or false."),
    ("requirements:", "requirement:", "requirement: The key “requirement” is not known here. Did you mean"),
    ("kind: indicator", "kind: indicator\n    applies: {size: [small]}", "applies.size: The key “size” is not known here."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), ITEM_FAULTS)
def test_a_wrong_requirement_is_named_with_line_and_key(
    make_pack: MakePack, before: str, after: str, words: str
) -> None:
    assert words in told(make_pack(indicators=INDICATORS.replace(before, after, 1)))


def test_every_fault_of_a_file_is_told_at_once(make_pack: MakePack) -> None:
    wrong = INDICATORS.replace("force: must", "force: 应当").replace("plain: 有没有专员？", "plane: 有没有专员？")
    assert [line.split(": ")[0] for line in told(make_pack(indicators=wrong)).splitlines()][:3] == [
        "cn-test/indicators.yaml:9 requirements[1].force",
        "cn-test/indicators.yaml:11 requirements[2].plain",
        "cn-test/indicators.yaml:17 requirements[2].plane",
    ]


HAS = "{test: has_role, params: {role: x}}"


def with_test(text: str) -> str:
    return INDICATORS.replace("    judgement: true\n", f"    tests: {text}\n", 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[{test: has_rol, params: {role: x}}]", "tests[1].test: There is no evidence test “has_rol”. Did you mean “has_role”?"),
        ("[{test: has_role, params: {months: 3}}]", "tests[1].params.role: The key “role” is missing."),
        ("[{test: has_role, params: {role: x, month: 3}}]", "tests[1].params.month: The key “month” is not known here. Did"),
        ("[{test: has_role, params: {role: x, months: soon}}]", "indicators.yaml:10 requirements[1].tests[1].params.months"),
        ("[]", "cn-test/indicators.yaml:10 requirements[1].tests: Nothing can answer this requirement."),
        ("[{any: [{test: has_role, params: {role: x}}, {test: has_rol}]}]", "tests[1].any[2].test: There is no evidence test"),
        ("[{any: [{test: has_role, params: {role: x}}]}]", "requirements[1].tests[1].any: A list cannot stand here"),
        ("[{any: [{tes: has_role}, {test: has_role}]}]", "tests[1].any[1].tes: The key “tes” is not known here."),
        ("[{test: has_role, parms: {role: x}}]", "tests[1].parms: The key “parms” is not known here. Did you mean “params”?"),
        (f"[{{any: [{HAS}, {HAS}]}}]", "tests[1].any[2].test: The test “has_role” stands here twice"),
    ],
    ids=["unknown", "missing parameter", "unknown parameter", "wrong parameter", "none", "unknown alternative",
         "lone alternative", "misspelt alternative", "misspelt key", "twice"],
)  # fmt: skip
def test_a_wrong_evidence_test_is_named(make_pack: MakePack, text: str, words: str) -> None:
    testnames.register("has_role", Params, ["appointment"], "document", "Somebody holds the role")
    assert words in told(make_pack(indicators=with_test(text)))


def test_a_right_evidence_test_is_accepted(make_pack: MakePack) -> None:
    testnames.register("has_role", Params, ["appointment"], "document", "Somebody holds the role")
    assert told(make_pack(indicators=with_test("[{test: has_role, params: {role: x}}]"))) == ""
    choice = "[{any: [{test: has_role, params: {role: x}}, {test: has_role, params: {role: y}}]}]"
    assert told(make_pack(indicators=with_test(choice))) == ""


def test_two_folders_with_one_urn_are_both_named(make_pack: MakePack, pack_dirs: Path) -> None:
    make_pack("one")
    make_pack("two")
    words = told(pack_dirs)
    assert "Two folders carry the pack cn:test:booklet" in words
    assert str(pack_dirs / "one") in words
    assert str(pack_dirs / "two") in words


def test_two_packs_cannot_mean_different_things_by_one_attribute(make_pack: MakePack, pack_dirs: Path) -> None:
    make_pack("one", urn="cn:test:one")
    make_pack(
        "two",
        pack=GOOD_HEADER.replace("booklet", "two").replace("type: boolean", "type: integer"),
        indicators=INDICATORS.replace("is: true", "is: 3"),
    )
    assert "two/pack.yaml:10 attributes[1].type: The attribute “has_workshop” has another type" in told(pack_dirs)


REGISTER = """\
register: visits
title: 走访台账
group: checks
fields:
  - {code: "on", label: 日期, type: date, slot: "on", required: true}
  - {code: what, label: 内容, type: text, slot: title}
  - {code: remark, label: 备注, type: text}
list: {columns: [what, "on"], sort: -on}
facts:
  - {relation: check, columns: {on: "on"}}
"""

REGISTER_FAULTS = [
    ("slot: title", "slot: amount", "cn-test/registers/visits.yaml:6 fields[2]: A field of type text cannot stand in"),
    ("sort: -on", "sort: -remark", "cn-test/registers/visits.yaml:8 list.sort: The field “remark” lives in the record's"),
    ('columns: [what, "on"]', "columns: [what, whn]", "cn-test/registers/visits.yaml:8 list.columns: There is no field"),
    ("type: text, slot", "tpye: text, slot", "cn-test/registers/visits.yaml:6 fields[2].tpye: The key “tpye” is not known"),
    ("label: 备注", "label: 备注, help: one, two", "fields[3].two: The key “two” is not known here. A text with a comma"),
    ("relation: check", "relation: chek", "cn-test/registers/visits.yaml:10 facts[1].relation: There is no fact relation"),
    ('{on: "on"}', '{onn: "on"}', "facts[1].columns.onn: The relation “check” has no column “onn”. Did you mean “on”?"),
    ("register: visits", "register: calls", "register: The register “calls” stands in a file of another name."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), REGISTER_FAULTS)
def test_a_wrong_register_is_named_with_line_and_key(make_pack: MakePack, before: str, after: str, words: str) -> None:
    factnames.register("check", ["on", "result"])
    folder = make_pack()
    (folder / "registers").mkdir()
    path = folder / "registers" / "visits.yaml"
    path.write_text(REGISTER, encoding="utf-8")
    assert told(folder) == ""
    path.write_text(REGISTER.replace(before, after, 1), encoding="utf-8")
    assert words in told(folder)


def test_a_file_inside_a_pack_means_its_pack(make_pack: MakePack) -> None:
    folder = make_pack(indicators="requirements: 3")
    assert told(folder / "indicators.yaml") == told(folder) != ""


def test_where_there_is_no_pack_the_way_to_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"pack\.yaml"):
        check(tmp_path / "absent")


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [
        "id",
        "kind",
        "section",
        "sizes",
        "source",
        "official",
        "force",
        "group",
        "tests",
        "applies",
        "weight",
        "judgement",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=KEYS, value=VALUES, header_key=st.sampled_from(["urn", "files", "titles", "attributes", "source", "sections"])
)
def test_no_value_ends_in_a_traceback(make_pack: MakePack, key: str, value: object, header_key: str) -> None:
    items = yaml.safe_load(INDICATORS)
    items["requirements"][1][key] = value
    check(make_pack(indicators=yaml.safe_dump(items, allow_unicode=True)))
    header = yaml.safe_load(GOOD_HEADER)
    header[header_key] = value
    check(make_pack(pack=yaml.safe_dump(header, allow_unicode=True)))


MARKS = """\
marks:
  - {kind: no_duty, why: heading, official: 第二条 企业可以设合规}
"""
BEGIN = HEADER.format(urn="cn:test:booklet", version="1", status="in_force").replace(
    "files: [indicators.yaml]", "files: [indicators.yaml, more.yaml]"
)


def test_once_a_pack_has_marks_every_word_must_have_become_something(make_pack: MakePack) -> None:
    source = SOURCE + "附则\n本办法由某委负责解释。\n"
    fault = told(make_pack(pack=BEGIN, more=MARKS, source=source))
    assert "cn-test/source.txt:5: Nothing says what became of these words: “附则”." in fault
    assert "cn-test/source.txt:6: Nothing says what became of these words: “本办法由某委负责解释”." in fault
    assert len(fault.splitlines()) == 2
    assert told(make_pack(source=source)) == ""


FORM = """\
forms:
  - code: ledger
    title: 台账
    source: 附表
    kind: table
    cells:
      - {id: a, official: 或者外聘律师, role: column}
      - {id: b, official: 企业应当设, role: row, about: '1', under: a}
"""
EXTRA_FAULTS = [
    (MARKS.replace("why: heading, ", ""), "more.yaml:2 marks[1].why: A mark of the kind no_duty says why."),
    (MARKS.replace("no_duty", "date"), "more.yaml:2 marks[1].why: Only a mark of the kind no_duty has a “why”."),
    (MARKS.replace("why: heading", "why: hedging"), "more.yaml:2 marks[1].why: “hedging” is not one of the words"),
    (MARKS.replace("第二条 企业", "第二条 公司"), "more.yaml:2 marks[1].official: These words do not stand in"),
    (FORM.replace("或者外聘律师", "或者外请律师"), "more.yaml:7 forms[1].cells[1].official: These words do not stand in"),
    (FORM.replace("about: '1'", "about: '9'"), "more.yaml:8 forms[1].cells[2].about: There is no requirement “9”"),
    (FORM.replace("under: a", "under: z"), "more.yaml:8 forms[1].cells[2].under: There is no cell “z” in this form."),
    (FORM.replace("id: b", "id: a"), "more.yaml:8 forms[1].cells[2].id: The id “a” stands twice"),
    (FORM + FORM.split("\n", 1)[1], "more.yaml:9 forms[2].code: The id “ledger” stands twice"),
    (FORM.replace("role: row", "role: rows"), "more.yaml:8 forms[1].cells[2].role: “rows” is not one of the words"),
    ("mark: []\n", "more.yaml:1 mark: The key “mark” is not known here. Did you mean “marks”?"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "words"), EXTRA_FAULTS)
def test_a_wrong_mark_or_form_is_named_with_line_and_key(make_pack: MakePack, more: str, words: str) -> None:
    assert words in told(make_pack(pack=BEGIN, more=more))


def test_a_good_form_has_no_faults(make_pack: MakePack) -> None:
    assert told(make_pack(pack=BEGIN, more=FORM)) == ""


def with_when(text: str) -> str:
    return INDICATORS.replace("    judgement: true\n", f"    judgement: true\n    when: {text}\n", 1)


PROGRAMME = GOOD_HEADER + (
    "programme:\n  base_date: 2023-01-01\n  from_on: 2023-01-01\n  to_on: 2023-12-31\n  stages:\n"
    "    - {code: start, title: 启动, from_on: 2023-01-01, to_on: 2023-03-31}\n"
    "    - {code: work, title: 推进, from_on: 2023-04-01, to_on: 2023-11-30}\n"
)
WHEN_FAULTS = [
    ("{text: 每周, cycle: month}", "requirements[1].when.text: These words do not stand in the document's text."),
    ("{text: 企业, due_on: 2024-01-31}", "when.due_on: 2024-01-31 lies outside the programme (2023-01-01 to 2023-12-31)."),
    ("{text: 企业, due_on: 2023-01-31, cycle: month}", "when.cycle: “due_on” is for what is due once"),
    ("{text: 企业, day: 20}", "when.day: “day” says nothing without “cycle”."),
    ("{text: 企业, task: 报送进展}", "when.task: A task needs a day: “due_on”, a “cycle”, or “open”."),
    ("{text: 企业, cycle: month, from_on: 2023-06-01, until_on: 2023-05-01}", "when.from_on: “from_on” lies after"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WHEN_FAULTS)
def test_a_date_that_cannot_be_told_is_named(make_pack: MakePack, text: str, words: str) -> None:
    assert words in told(make_pack(pack=PROGRAMME, indicators=with_when(text)))


@pytest.mark.parametrize(
    "text",
    [
        "{text: 企业, due_on: 2023-03-31, task: 报送方案}",
        "{text: 企业, cycle: month, day: 20, after: 1, task: 报送进展}",
        "{text: 企业, open: true, task: 报送总结}",
        "{text: 企业}",
    ],
)
def test_a_date_that_can_be_told_has_no_faults(make_pack: MakePack, text: str) -> None:
    assert told(make_pack(pack=PROGRAMME, indicators=with_when(text))) == ""


PROGRAMME_FAULTS = [
    ("to_on: 2023-12-31", "to_on: 2022-12-31", "programme.from_on: “from_on” lies after “to_on”."),
    ("from_on: 2023-04-01", "from_on: 2022-04-01", "programme.stages[2].from_on: This stage begins before"),
    ("to_on: 2023-11-30", "to_on: 2024-11-30", "programme.stages[2].to_on: This stage ends after the programme."),
]


@pytest.mark.parametrize(("before", "after", "words"), PROGRAMME_FAULTS)
def test_a_programme_that_cannot_run_is_named(make_pack: MakePack, before: str, after: str, words: str) -> None:
    assert words in told(make_pack(pack=PROGRAMME.replace(before, after)))


def test_an_office_needs_its_title_in_the_document(make_pack: MakePack) -> None:
    row = INDICATORS.replace("    judgement: true\n", "    judgement: true\n    role: compliance_staff\n", 1)
    assert "role: The titles in pack.yaml give none of this document for the office “compliance_staff”." in told(
        make_pack(indicators=row)
    )
    who = INDICATORS.replace("    judgement: true\n", "    judgement: true\n    who: 总经理\n", 1)
    assert "who: “总经理” is not a word of this document." in told(make_pack(indicators=who))


def test_a_draft_says_which_pack_it_would_replace_and_is_no_double(make_pack: MakePack, tmp_path: Path) -> None:
    make_pack()
    draft = tmp_path / "drafts" / "cn-test"
    shutil.copytree(tmp_path / "packs" / "cn-test", draft)
    found = look(draft)
    assert found.faults == []
    (note,) = found.notes
    assert f"This would replace version 1, which is installed in {tmp_path / 'packs' / 'cn-test'}." in str(note)
    assert "raise it if anything differs" in note.fix
    header = draft / "pack.yaml"
    header.write_text(header.read_text(encoding="utf-8").replace("version: '1'", "version: '2'"), encoding="utf-8")
    assert "move its files there" in look(draft).notes[0].fix


def test_two_drafts_of_one_pack_are_a_double(make_pack: MakePack, tmp_path: Path) -> None:
    folder = make_pack()
    for name in ("one", "two"):
        shutil.copytree(folder, tmp_path / "drafts" / name)
    assert "Two folders carry the pack cn:test:booklet" in told(tmp_path / "drafts")


SOURCELESS = GOOD_HEADER.replace("source: {file: source.txt}\n", "")


def test_a_pack_without_its_text_is_told_that_nobody_compared(make_pack: MakePack) -> None:
    found = look(make_pack(pack=SOURCELESS, indicators=INDICATORS.replace("企业应当设合规负责人", "别的话")))
    assert found.faults == []
    assert "nobody compared “official”, “who” and “when.text”" in found.notes[0].what


def test_a_gist_needs_no_text_and_is_noted(make_pack: MakePack) -> None:
    found = look(make_pack(pack=SOURCELESS + "words: gist\n"))
    assert found.faults == []
    assert [note.what for note in found.notes] == [
        "The official words are a gist in our own words; every page says so beside them."
    ]


def test_a_gist_beside_the_text_is_refused(make_pack: MakePack) -> None:
    assert "words: A gist is for a document whose text is not at hand" in told(
        make_pack(pack=GOOD_HEADER + "words: gist\n")
    )


def test_marks_without_a_text_are_refused(make_pack: MakePack) -> None:
    marks = "marks:\n  - {kind: no_duty, why: title, official: 合规小册}\n"
    header = SOURCELESS.replace("[indicators.yaml]", "[indicators.yaml, marks.yaml]")
    assert "marks[1]: Marks say what became of the document's text, but this pack has no text." in told(
        make_pack(pack=header, marks=marks)
    )


def test_a_section_that_the_header_does_not_name_is_told(make_pack: MakePack) -> None:
    header = GOOD_HEADER + "sections:\n  - {code: '1', title: 总则}\n"
    assert told(make_pack(pack=header)) == ""
    deeper = INDICATORS.replace("section: '1'", "section: '1.2 a)'")
    assert told(make_pack(pack=header, indicators=deeper)) == ""
    wrong = INDICATORS.replace("section: '1'", "section: '2'")
    assert "requirements[1].section: The header names no section “2”." in told(make_pack(pack=header, indicators=wrong))


def test_a_task_is_one_line(make_pack: MakePack) -> None:
    when = "    judgement: true\n    when: {text: 设, cycle: year, task: " + "办" * 41 + "}\n"
    assert "when.task: “办办" in (
        words := told(make_pack(indicators=INDICATORS.replace("    judgement: true\n", when, 1)))
    )
    assert "at most 40 characters" in words


class Bounded(BaseModel, extra="forbid"):
    """Parameters with limits."""

    months: int = Field(default=12, ge=1, le=60)
    roles: tuple[str, ...] = Field(default=(), min_length=1, strict=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{months: 0}", "It must be at least 1."),
        ("{months: 99}", "It must be at most 60."),
        ("{roles: []}", "It needs at least so many: 1."),
    ],
)
def test_a_parameter_out_of_bounds_is_told_the_bound(make_pack: MakePack, text: str, words: str) -> None:
    testnames.register("bounded", Bounded, ["appointment"], "document", "Bounded")
    assert words in told(make_pack(indicators=with_test(f"[{{test: bounded, params: {text}}}]")))


def test_a_register_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "registers").mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        "urn: cn:test:mine\nversion: '1'\ntitle: 我的\ndocument_status: own\n", encoding="utf-8"
    )
    secret = tmp_path / "secret.yaml"
    secret.write_text("geheimnis: 1", encoding="utf-8")
    (folder / "registers" / "visits.yaml").symlink_to(secret)
    found = read_folder(folder)
    assert [fault.where for fault in found.faults] == ["mine/registers/visits.yaml"]
    assert "geheimnis" not in " ".join(str(fault) for fault in found.faults)
