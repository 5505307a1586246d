"""The pack of seed 003 against the document itself: the tables and articles are read here again, independently."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PACK = Path(__file__).parents[2] / "packs" / "cn-casmes-effectiveness"
SOURCE = (PACK / "source.txt").read_text(encoding="utf-8")

Item = dict[str, Any]
#: A printed block: (section, position of the block in its section, its rows).
Block = tuple[str, int, list[str]]


def load(name: str) -> Any:
    return yaml.safe_load((PACK / name).read_text(encoding="utf-8"))


HEADER: Item = load("pack.yaml")
INDICATORS: list[Item] = load("indicators.yaml")["requirements"]
ARTICLES: list[Item] = load("clauses.yaml")["requirements"]
ALL = INDICATORS + ARTICLES
IDS = [item["id"] for item in ALL]

LABELS = {"中型企业", "小微企业", "小型企业", "微型企业", "中小微企业"}
#: Which sizes the blocks of a section are for, by how many blocks the section prints.
SIZES_OF_BLOCKS = {
    1: [["medium", "small", "micro"]],
    2: [["medium"], ["small", "micro"]],
    3: [["medium"], ["small"], ["micro"]],
}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def between(start: str, end: str | None = None) -> str:
    """The source from the last line that begins with `start` to the next one that begins with `end`."""
    begin = max(found.start() for found in re.finditer(rf"^{re.escape(start)}", SOURCE, re.MULTILINE))
    stop = re.search(rf"^{re.escape(end)}", SOURCE[begin:], re.MULTILINE) if end else None
    return SOURCE[begin : begin + stop.start()] if stop else SOURCE[begin:]


def cells(table: str) -> Iterator[str]:
    for line in table.splitlines()[1:]:
        yield from (cell.strip() for cell in line.split("\t") if cell.strip())


NUMERAL = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


def section_path(path: list[int], heading: str) -> list[int] | None:
    """The path after a heading 一、 / (一) / 1. of annex A or C, or None when the cell is not one."""
    if found := re.match(r"([一二三])、", heading):
        return [NUMERAL[found[1]]]
    if found := re.match(r"[(（]([一二三四五])[)）]", heading):
        return [*path[:1], NUMERAL[found[1]]] if len(path) >= 1 and path[0] else [0, NUMERAL[found[1]]]
    if found := re.match(r"(\d)\. ", heading):
        return [*path[:2], int(found[1])]
    return None


def labelled_blocks(annex: str, table: str) -> list[Block]:
    """Annexes A and C: each block stands whole behind its label; annex A prints the rows of a block in one cell."""
    blocks: list[Block] = []
    path: list[int] = []
    position = 0
    for cell in cells(table):
        if (deeper := section_path(path, cell)) is not None:
            path, position = deeper, 0
        elif cell in LABELS:
            code = ".".join([annex, *(str(step) for step in path if step)])
            blocks.append((code, position, []))
            position += 1
        else:
            rows = blocks[-2][2] if cell == "同上" else cell.split(" ")
            blocks[-1][2].extend(rows)
    return blocks


SECTIONS_OF_B = ["B.1.1", "B.1.2", "B.1.3", "B.3.1", "B.3.2", "B.3.3", "B.3.4", "B.3.5"]


def merged_blocks(table: str) -> list[Block]:
    """Annex B, whose labels and headings slid between the rows.

    A section begins at the label 中型企业 (unless the label only repeats on top of a continued page);
    the next block of a section begins with the first row that the current block already has.
    """
    blocks: list[Block] = []
    section = -1
    continued = False
    for cell in cells(table):
        if cell in LABELS:
            if cell == "中型企业" and not continued:
                section += 1
                blocks.append((SECTIONS_OF_B[section], 0, []))
        elif cell.startswith("表B.1"):
            continued = True
            continue
        elif section_path([0], cell) is None:
            code, position, rows = blocks[-1]
            if cell in rows:
                blocks.append((code, position + 1, [cell]))
            else:
                rows.append(cell)
        continued = False
    return blocks


def printed_blocks() -> list[Block]:
    return [
        *labelled_blocks("A", between("表A.1 ", "附录 B")),
        *merged_blocks(between("表B.1 合规风险识别、应对与管理优化的评价指标\n", "附 录 C")),
        *labelled_blocks("C", between("表C.1 ")),
    ]


BLOCKS = printed_blocks()


def sizes_of(block: Block) -> list[str]:
    code, position, _ = block
    return SIZES_OF_BLOCKS[sum(1 for other in BLOCKS if other[0] == code)][position]


def items_of(block: Block) -> list[Item]:
    return [item for item in INDICATORS if item["section"] == block[0] and item["sizes"] == sizes_of(block)]


def block_name(block: Block) -> str:
    return f"{block[0]}-{'-'.join(sizes_of(block))}"


every_block = pytest.mark.parametrize("block", BLOCKS, ids=block_name)


def test_the_source_is_the_document_byte_for_byte() -> None:
    assert hashlib.sha256((PACK / HEADER["source"]["file"]).read_bytes()).hexdigest() == HEADER["source"]["sha256"]


def test_the_header_says_it_is_the_consultation_draft() -> None:
    assert HEADER["urn"] == "cn:casmes:effectiveness-draft"
    assert HEADER["document_status"] == "draft"
    assert "征求意见稿" in HEADER["status_note"]
    assert HEADER["files"] == ["indicators.yaml", "clauses.yaml", "marks.yaml", "forms.yaml"]


@pytest.mark.parametrize("key", ["title", "title_en", "number", "issuer"])
def test_the_header_uses_the_words_of_the_title_page(key: str) -> None:
    assert HEADER[key] in between("团 体 标 准", "目 次")


def test_every_title_of_an_office_stands_in_the_document() -> None:
    offices = ["body", "compliance_staff", "department", "department_officer", "first_responsible"]
    assert sorted(HEADER["titles"]) == offices
    titles = [title for words in HEADER["titles"].values() for title in words]
    assert [title for title in titles if title not in SOURCE] == []


def test_every_section_is_named_in_the_words_of_the_document() -> None:
    codes = [section["code"] for section in HEADER["sections"]]
    assert len(codes) == len(set(codes))
    assert [section["title"] for section in HEADER["sections"] if section["title"] not in SOURCE] == []
    assert {item["section"] for item in INDICATORS} <= set(codes)


@pytest.mark.parametrize(
    ("size", "expected"),
    [("medium", (29, 108, 18)), ("small", (20, 54, 16)), ("micro", (20, 50, 16))],
)
def test_a_firm_of_one_size_is_asked_the_rows_of_its_size(size: str, expected: tuple[int, int, int]) -> None:
    counts = Counter(item["section"][0] for item in INDICATORS if size in item["sizes"])
    assert (counts["A"], counts["B"], counts["C"]) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("A.1.1", (5, 3, 3)),
        ("A.1.2", (2, 2, 2)),
        ("A.2.1", (10, 3, 3)),
        ("A.2.2.1", (3, 3, 3)),
        ("A.2.2.2", (3, 3, 3)),
        ("A.3.1", (4, 4, 4)),
        ("A.3.2", (2, 2, 2)),
        ("B.1.1", (12, 10, 10)),
        ("B.1.2", (12, 10, 10)),
        ("B.1.3", (11, 4, 4)),
        ("B.3.1", (16, 5, 5)),
        ("B.3.2", (16, 6, 3)),
        ("B.3.3", (15, 8, 7)),
        ("B.3.4", (12, 6, 6)),
        ("B.3.5", (14, 5, 5)),
        ("C.1", (2, 2, 2)),
        ("C.2", (6, 6, 6)),
        ("C.3", (6, 6, 6)),
        ("C.4", (4, 2, 2)),
    ],
)
def test_each_section_has_its_printed_number_of_rows(section: str, expected: tuple[int, int, int]) -> None:
    rows = [item["sizes"] for item in INDICATORS if item["section"] == section]
    assert tuple(sum(size in sizes for sizes in rows) for size in ("medium", "small", "micro")) == expected


@every_block
def test_a_block_holds_exactly_its_printed_rows_in_order(block: Block) -> None:
    assert [item["official"] for item in items_of(block)] == block[2]


def test_the_file_follows_the_order_of_the_tables_and_nothing_is_left_over() -> None:
    printed = [row for _, _, rows in BLOCKS for row in rows]
    assert [item["official"] for item in INDICATORS] == printed


def test_every_row_stands_as_often_as_the_tables_print_it() -> None:
    tables = between("表A.1 ", "附录 B") + between("表B.1 合规风险识别、应对与管理优化的评价指标\n", "附 录 C")
    pieces = [piece for cell in cells(tables + between("表C.1 ")) for piece in cell.split(" ")]
    printed = Counter(pieces)
    repeated_by_ditto = Counter(item["official"] for item in INDICATORS if "同上" in (item["note"] or ""))
    assert repeated_by_ditto.total() == 3
    assert printed["同上"] == 1
    items = Counter(item["official"] for item in INDICATORS)
    assert {row: printed[row] + repeated_by_ditto[row] for row in items} == dict(items)


@every_block
def test_rows_that_begin_with_or_are_tied_to_the_row_before_them(block: Block) -> None:
    chains: list[list[int]] = []
    for number, row in enumerate(block[2]):
        if not row.startswith("或"):
            continue
        if block[2][number - 1].startswith("或"):
            chains[-1].append(number)
        else:
            chains.append([number - 1, number])
    expected = {number: order for order, chain in enumerate(chains, start=1) for number in chain}
    groups = {number: item["group"] for number, item in enumerate(items_of(block)) if item["group"]}
    letter = {id_.split("-")[1][0] for id_ in (item["id"] for item in items_of(block))}.pop()
    assert groups == {number: f"{block[0]}-{letter}-g{order}" for number, order in expected.items()}


BLOCK_LETTERS = {
    "m": (["medium"], "中型企业"),
    "s": (["small", "micro"], "小微企业"),
    "l": (["small"], "小型企业"),
    "u": (["micro"], "微型企业"),
    "x": (["medium", "small", "micro"], "中小微企业"),
}


@every_block
def test_the_id_and_the_place_name_block_and_row(block: Block) -> None:
    items = items_of(block)
    letter = items[0]["id"].split("-")[1][0]
    sizes, label = BLOCK_LETTERS[letter]
    assert sizes == sizes_of(block)
    numbers = range(1, len(items) + 1)
    assert [item["id"] for item in items] == [f"{block[0]}-{letter}{number:02d}" for number in numbers]
    annex = block[0][0]
    for number, item in zip(numbers, items, strict=True):
        assert re.fullmatch(rf"附录{annex} 表{annex}\.1 \S+ {label} 第{number}行", item["source"])


def test_a_row_marked_ditto_says_so_and_repeats_the_medium_row() -> None:
    small = [item for item in INDICATORS if item["section"] == "A.2.2.1" and "small" in item["sizes"]]
    medium = [item for item in INDICATORS if item["section"] == "A.2.2.1" and "medium" in item["sizes"]]
    assert [item["official"] for item in small] == [item["official"] for item in medium]
    assert all("同上" in item["note"] for item in small)


def body() -> str:
    """Chapters 1 to 9 (the headings of the table of contents carry a tab and a page number)."""
    start = SOURCE.index("\n1 范围\n")
    return SOURCE[start : SOURCE.index("\n附录 A\n")]


def test_articles_cover_chapters_1_to_9_with_nothing_left_but_headings() -> None:
    text, rest, at = squeeze(body()), [], 0
    for item in ARTICLES:
        words = squeeze(item["official"])
        found = text.index(words, at)
        rest.append(text[at:found])
        at = found + len(words)
    rest.append(text[at:])
    heading = "|".join(
        f"{section['code']}{section['title']}" for section in HEADER["sections"] if section["code"][0] in "123456789"
    )
    number = r"-?\d(?:\.\d){0,2}|-[a-g]\)"
    left = [piece for piece in rest if not re.fullmatch(rf"(?:{heading}|{number})*", piece)]
    assert left == []


def numbered_articles() -> set[str]:
    """Every article number and lettered item that chapters 4 to 9 print with text of its own."""
    headings = {section["title"] for section in HEADER["sections"]}
    numbers: set[str] = set()
    article = ""
    for line in body()[body().index("\n4 总体原则与要求") :].splitlines():
        if found := re.match(r"[\s-]*(\d\.\d(?:\.\d)?) (.+)", line):
            article = found[1]
            numbers |= set() if found[2] in headings else {article}
        elif found := re.match(r"[\s-]*([a-g])\) ", line):
            numbers.add(f"{article} {found[1]})")
        elif line.strip() and article:
            numbers.add(article)
    return numbers


def test_every_numbered_article_of_chapters_4_to_9_has_an_item() -> None:
    numbers = numbered_articles()
    assert {"4.1 e)", "4.2", "5.3.4 g)", "6.2 c)", "6.8 b)", "7.9", "8.2.3", "8.5.4", "9.5"} <= numbers
    assert {item["section"] for item in ARTICLES if item["kind"] == "clause"} == numbers


def test_every_item_carries_the_words_of_the_document() -> None:
    document = squeeze(SOURCE)
    assert [item["id"] for item in ALL if squeeze(item["official"]) not in document] == []


def test_no_two_items_share_an_id_and_every_id_is_plain_ascii() -> None:
    assert [code for code, count in Counter(IDS).items() if count > 1] == []
    assert [code for code in IDS if not re.fullmatch(r"[A-Za-z0-9.\-]+", code)] == []


COMMON_KEYS = {"id", "kind", "section", "source", "official", "plain", "plain_en", "force", "group", "note", "tests"}


def test_every_item_has_its_fields() -> None:
    assert [item["id"] for item in INDICATORS if not {*COMMON_KEYS, "judgement", "sizes"} <= set(item)] == []
    assert [item["id"] for item in ARTICLES if not {*COMMON_KEYS, "judgement", "addressee"} <= set(item)] == []


def test_kinds_are_clean() -> None:
    assert {item["kind"] for item in INDICATORS} == {"indicator"}
    assert {item["kind"] for item in ARTICLES if item["section"][0] in "123"} == {"definition"}
    assert {item["kind"] for item in ARTICLES if item["section"][0] in "456789"} == {"clause"}
    assert {item["addressee"] for item in ARTICLES if item["kind"] == "definition"} == {"none"}
    asking = [item for item in ARTICLES if item["kind"] == "clause" and item["force"] != "may"]
    assert {item["addressee"] for item in asking} == {"unit", "evaluator"}
    assert {item["addressee"] for item in ARTICLES if item["section"][0] in "45"} == {"evaluator"}


def modal(words: str) -> str | None:
    """The force that the words themselves carry (应对, 相应, 适应, 反应 and the like are no modals)."""
    if "一般应" in words:
        return "normally"
    if re.search(r"应当|(?<![相适对反])应(?!对)", words):
        return "must"
    if re.search(r"可以|可直接", words):
        return "may"
    return None


def test_the_force_of_a_row_is_the_force_of_its_words() -> None:
    wrong = [item["id"] for item in INDICATORS if item["force"] != (modal(item["official"]) or "indicator")]
    assert wrong == []
    carried = [item["id"] for item in INDICATORS if item["force"] != "indicator"]
    assert carried == ["A.1.1-m04", "A.1.1-s03", "A.2.2.1-m03", "A.2.2.1-s03"]


def test_the_force_of_an_article_is_that_of_its_words_or_of_the_words_that_lead_its_letters() -> None:
    leads = {item["section"]: modal(item["official"]) for item in ARTICLES if item["official"].endswith("：")}
    wrong = []
    for item in ARTICLES:
        own = modal(item["official"]) if item["kind"] == "clause" else None
        lead = leads.get(item["section"].split(" ")[0]) if item["section"].endswith(")") else None
        if item["force"] != (own or lead or "indicator"):
            wrong.append(item["id"])
    assert wrong == []


def test_words_of_encouragement_in_this_document_are_contents_not_modals() -> None:
    holders = [item["id"] for item in ALL if re.search("鼓励|引导|指导", item["official"])]
    assert holders == ["B.3.3-u02", "C.2-x06", "4.1.e"]
    assert all(item["note"] for item in ALL if item["id"] in holders)


def test_articles_branch_only_where_the_document_branches() -> None:
    small = ["small", "micro"]
    assert {item["id"]: item["applies"] for item in ARTICLES if "applies" in item} == {
        "6.2.a-2": {"attribute": "has_board", "is": True},
        "6.2.a-3": {"attribute": "has_board", "is": False},
        "6.2.c-2": {"sizes": ["medium"]},
        "6.2.c-3": {"sizes": small},
        "6.2.c-4": {"sizes": small},
        "6.2.c-5": {"sizes": small},
        "6.6.b-2": {"any": [{"sizes": ["medium"]}, {"attribute": "single_business", "is": False}]},
        "6.6.d": {"sizes": small, "attribute": "single_business", "is": True},
    }
    assert [attribute["code"] for attribute in HEADER["attributes"]] == ["size", "has_board", "single_business"]


def test_the_plain_words_are_ours_and_short() -> None:
    assert [item["id"] for item in ALL if squeeze(item["plain"]) == squeeze(item["official"])] == []
    assert [item["id"] for item in ALL if not 0 < len(item["plain"]) <= 60] == []
    assert [item["id"] for item in ALL if not item["plain"].endswith(("？", "。", "）"))] == []
    assert [item["id"] for item in ALL if not re.fullmatch(r"[\x20-\x7e]+", item["plain_en"])] == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("A.2.1-m07", "能力获取"),
        ("B.1.2-s02", "外部义务"),
        ("B.1.3-m05", "识别外部合规义务"),
        ("B.1.3-m06", "识别外部合规义务"),
        ("B.1.3-m10", "合规风险评估与分级的合规风险"),
        ("B.3.1-m01", "没有“二”"),
        ("B.3.3-m13", "二者居一"),
        ("B.3.3-m14", "二者居一"),
        ("B.3.5-m14", "标签"),
        ("6.2.c-4", "原文不明"),
        ("7.4", "关注并培育合规文化"),
    ],
)
def test_where_the_document_slips_the_reader_is_told(code: str, words: str) -> None:
    assert words in next(item["note"] for item in ALL if item["id"] == code)


def named_tests(item: Item) -> list[Item]:
    return [ref for place in item["tests"] for ref in place.get("any", [place])]


def test_a_permission_is_asked_of_nobody_and_has_no_tests() -> None:
    permissions = [item for item in ARTICLES if item["force"] == "may" and item["addressee"] != "evaluator"]
    assert [item["id"] for item in permissions] == ["6.2.c-5", "6.5.b-2"]
    assert all(item["addressee"] == "none" and item["tests"] == [] for item in permissions)


def test_where_one_row_says_a_or_b_either_is_accepted() -> None:
    """制度和/或流程 is one kind of entry (a rule, whatever it lays down); 方法/举措 and 载体 are of several."""
    for item in INDICATORS:
        if "制度和/或流程" in item["official"]:
            assert [ref["test"] for ref in named_tests(item)] == ["policy.in_force"], item["id"]
            assert "sets" not in item["tests"][0]["params"], item["id"]
        elif re.search("方法/举措|制度或方法|具备或规定了", item["official"]):
            assert [len(place.get("any", [])) >= 2 for place in item["tests"]] == [True], item["id"]
        elif re.search("报告或其他载体|静态或动态载体", item["official"]):
            forms = {form for ref in named_tests(item) for form in ref["params"].get("forms", [])}
            assert {"report", "list", "record"} <= forms, item["id"]


def test_what_is_done_regularly_or_not_is_looked_for_in_two_years_and_the_row_says_so() -> None:
    rows = [item for item in INDICATORS if "定期或不定期" in item["official"] and "收到报告" not in item["official"]]
    assert len(rows) == 9
    for item in rows:
        windows = [ref["params"]["months"] for ref in named_tests(item) if "months" in ref["params"]]
        assert all(months >= 24 for months in windows), item["id"]
        assert item["id"] == "B.3.5-m02" or "口径" in item["note"], item["id"]


def test_a_small_firm_is_never_tested_more_strictly_than_a_medium_one_on_the_same_words() -> None:
    strict = ("percent", "need", "at_least", "score", "answered", "channels")
    medium = {item["official"].removeprefix("或"): item for item in INDICATORS if "medium" in item["sizes"]}
    rhythm = ["year", "half", "quarter", "month"]
    for item in INDICATORS:
        same = medium.get(item["official"].removeprefix("或"))
        if same is None or "medium" in item["sizes"]:
            continue
        theirs = {ref["test"]: ref["params"] for ref in named_tests(same) if ref.get("params")}
        for ref in named_tests(item):
            params, others = ref.get("params", {}), theirs.get(ref["test"], {})
            for name in strict:
                assert params.get(name, 0) <= others.get(name, params.get(name, 0)), (item["id"], name)
            assert params.get("months", 0) >= others.get("months", 0) or "every" in params, item["id"]
            assert rhythm.index(params.get("every", "year")) <= rhythm.index(others.get("every", "month")), item["id"]
            assert params.get("general", True) or params.get("forms") == ["people"], item["id"]


def test_a_micro_firm_needs_no_dedicated_channel() -> None:
    row = next(item for item in INDICATORS if item["id"] == "B.3.3-u02")
    assert row["tests"] == [{"test": "channel.open", "params": {"handled": False}}]
