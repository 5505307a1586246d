"""An organisation's own forms: kept, checked, inherited, learned from its workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from guiju.compliance.lists import names
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import learning, ownlayouts, tables
from guiju.registers import spec as specs
from guiju.registers.models import OwnLayout
from guiju.registers.spec import RegisterSpec
from guiju.trail.models import Event
from guiju.web.compliance.lists.tables import header
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

COLUMNS = [{"field": "name", "label": "风险"}, {"field": "level", "label": "等级", "under": "评估"}]


@pytest.fixture
def risks(cast: Cast) -> RegisterSpec:
    return specs.get("risk_list")


def _set(cast: Cast, unit: Any, spec: RegisterSpec, **more: Any) -> OwnLayout:
    given_: dict[str, Any] = {"title": "风险表", "columns": COLUMNS, "by": cast.actor(cast.lin), **more}
    return ownlayouts.set_layout(unit=unit, spec=spec, **given_)


def _words(unit: Any) -> ownlayouts.Wording:
    return ownlayouts.wordings(unit, ["risk_list"])["risk_list"]


def test_the_first_form_names_the_list_and_its_columns(cast: Cast, risks: RegisterSpec) -> None:
    _set(cast, cast.group, risks)
    found = _words(cast.sub)
    assert (found.title, found.label(risks.by_code["level"])) == ("风险表", "等级")
    assert found.label(risks.by_code["owner"]) == risks.by_code["owner"].label()


def test_the_form_of_the_nearest_unit_names_the_list(cast: Cast, risks: RegisterSpec) -> None:
    _set(cast, cast.group, risks, title="集团的")
    _set(cast, cast.sub, risks, title="路桥的")
    assert [_words(unit).title for unit in (cast.group, cast.sub, cast.grandchild)] == [
        "集团的", "路桥的", "路桥的"
    ]  # fmt: skip
    found = ownlayouts.wordings(cast.grandchild, ["risk_list", "duty_list"])
    assert (found["risk_list"].title, found["duty_list"].title) == ("路桥的", "")
    assert _words(cast.stranger).title == ""


def test_of_two_forms_of_one_code_the_nearer_one_holds_for_lists_and_for_files(cast: Cast, risks: RegisterSpec) -> None:
    """The group has two; the subsidiary makes its own first one, which is called like the group's first."""
    group = [_set(cast, cast.group, risks, title=title) for title in ("集团一", "集团二")]
    mine = _set(cast, cast.sub, risks, title="路桥一")
    assert mine.code == group[0].code
    for unit, titles in ((cast.group, ["集团一", "集团二"]), (cast.grandchild, ["路桥一", "集团二"])):
        assert [one.title for one in ownlayouts.held_by(unit, "risk_list")] == titles
        named = tables.layouts_for(risks, unit)
        assert [named[one.code].title for one in group] == titles
        chosen = ownlayouts.default_of(unit, "risk_list")
        assert (chosen.title if chosen else "", _words(unit).title) == (titles[0], titles[0])


def test_imports_and_exports_know_the_form(cast: Cast, risks: RegisterSpec) -> None:
    made = _set(cast, cast.group, risks)
    assert made.code in tables.layouts_for(risks, cast.grandchild)
    assert made.code not in tables.layouts_for(risks, cast.stranger)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([*COLUMNS, {"field": "nothing", "label": "无"}], "no field"),
        ([*COLUMNS, {"field": "level", "label": "级别"}], "already"),
        ([*COLUMNS, {"field": "note", "label": " "}], "no heading"),
        ([*COLUMNS, {"field": "note", "label": "风险"}], "stands twice"),
        ([*COLUMNS, {"field": "note", "label": "备注", "width": 900}], "width"),
        ([{"field": "level", "label": "等级"}, {"field": "note", "label": "备注"}], "lacks"),
        ([{"field": "name", "label": "风险"}], "between 2 and"),
    ],
)
def test_a_form_that_cannot_be_used_says_which_column_and_why(
    cast: Cast, risks: RegisterSpec, columns: list[dict[str, Any]], words: str
) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(Problem) as refused:
        _set(cast, cast.group, risks, columns=columns)
    assert any(words in fault.what for fault in refused.value.faults), refused.value.faults
    assert not OwnLayout.objects.exists()


def test_a_required_field_that_is_made_from_others_may_be_left_out(cast: Cast, risks: RegisterSpec) -> None:
    columns = [{"field": "behaviour", "label": "风险行为"}, {"field": "level", "label": "等级"}]
    assert _set(cast, cast.group, risks, columns=columns).columns == columns


def test_the_later_of_two_people_is_told(cast: Cast, risks: RegisterSpec) -> None:
    made = _set(cast, cast.group, risks)
    _set(cast, cast.group, risks, code=made.code, version=1, title="甲")
    with pytest.raises(Conflict):
        _set(cast, cast.group, risks, code=made.code, version=1, title="乙")


def test_a_change_is_told_to_the_trail_and_no_change_is_none(cast: Cast, risks: RegisterSpec) -> None:
    made = _set(cast, cast.group, risks)
    told = Event.objects.filter(action="layout.set")
    assert told.count() == 1
    assert _set(cast, cast.group, risks, code=made.code, version=1).version == 1
    assert told.count() == 1


def test_taking_the_default_away_leaves_the_next_one(cast: Cast, risks: RegisterSpec) -> None:
    first, second = _set(cast, cast.group, risks, title="一"), _set(cast, cast.group, risks, title="二")
    assert (first.is_default, second.is_default) == (True, False)
    ownlayouts.drop_layout(layout=first, version=1, by=cast.actor(cast.lin))
    assert _words(cast.group).title == "二"


def test_another_form_is_chosen(cast: Cast, risks: RegisterSpec) -> None:
    _set(cast, cast.group, risks, title="一")
    second = _set(cast, cast.group, risks, title="二")
    ownlayouts.choose_default(layout=second, version=second.version, by=cast.actor(cast.lin))
    assert _words(cast.group).title == "二"


def test_only_those_who_may_set_things_change_forms(cast: Cast, risks: RegisterSpec) -> None:
    with pytest.raises(NotFound):
        _set(cast, cast.group, risks, by=cast.actor(cast.tan))
    with pytest.raises(Denied):
        _set(cast, cast.group, risks, by=cast.actor(cast.qian))


def test_a_shipped_code_is_not_taken(cast: Cast, risks: RegisterSpec) -> None:
    for code in ("grid-company", "standard", "Mein Code"):
        with pytest.raises(Problem) as refused:
            _set(cast, cast.group, risks, code=code)
        assert refused.value.code == "layout.code"


@pytest.mark.parametrize("register", ["duty_list", "risk_list", "process_list"])
def test_every_shipped_form_can_be_an_own_one(cast: Cast, register: str) -> None:
    spec = specs.get(register)
    for code in spec.layouts:
        title, columns, by_department = ownlayouts.copied(spec, code)
        made = _set(cast, cast.group, spec, title=title, columns=columns, by_department=by_department)
        assert tables.layout(made) == spec.layouts[code].model_copy(update={"note": "", "note_en": ""})


@pytest.mark.parametrize("code", list(names.SETS))
def test_the_names_of_a_document_keep_the_columns_that_were_chosen(cast: Cast, risks: RegisterSpec, code: str) -> None:
    _set(cast, cast.group, risks)
    by = cast.actor(cast.lin)
    names.use(unit=cast.group, code=code, by=by)
    (mine,) = OwnLayout.objects.filter(register="risk_list")
    assert (mine.title, mine.columns) == (names.SETS[code].titles["risk_list"], COLUMNS)
    names.use(unit=cast.sub, code=code, by=by)
    below = ownlayouts.default_of(cast.sub, "risk_list")
    assert below is not None
    assert below.columns == COLUMNS


def test_headings_that_share_a_group_stand_below_it() -> None:
    columns = [{"label": "甲"}, {"label": "乙", "under": "组"}, {"label": "丙", "under": "组"}, {"label": "丁"}]
    upper, lower = header(columns)
    assert [(one["label"], one["span"], one["rows"]) for one in upper] == [("甲", 1, 2), ("组", 2, 1), ("丁", 1, 2)]
    assert [one["label"] for one in lower] == ["乙", "丙"]


# --- learned from a workbook --------------------------------------------------------------------------------------


def _book(path: Path, *sheets: list[list[str]], merge: str = "") -> Path:
    book = Workbook()
    for number, lines in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"部门{number}")
        assert sheet is not None
        for line in lines:
            sheet.append(line)
        if merge and number == 0:
            for ref in merge.split():
                sheet.merge_cells(ref)
    book.save(path)
    return path


def test_groups_titles_and_merged_columns_are_learned(cast: Cast, risks: RegisterSpec, tmp_path: Path) -> None:
    lines = [
        ["某某公司风险清单", "", "", ""],
        ["一级业务", "风险行为描述", "合规依据", ""],
        ["", "", "法律法规", "规章制度"],
        ["招标", "围标", "招标投标法", "招标办法"],
        ["", "串标", "招标投标法", "招标办法"],
    ]
    path = _book(tmp_path / "a.xlsx", lines, lines, merge="A1:D1 A2:A3 B2:B3 C2:D2 A4:A5")
    found = learning.learn(risks, path, name="a.xlsx")
    assert (found.title, found.by_department, found.own) == ("某某公司风险清单", True, [])
    assert found.columns == [
        {"field": "business_1", "label": "一级业务", "carry": True},
        {"field": "behaviour", "label": "风险行为描述"},
        {"field": "basis_law", "label": "法律法规", "under": "合规依据"},
        {"field": "basis_rules", "label": "规章制度", "under": "合规依据"},
    ]
    _set(cast, cast.group, risks, title=found.title, columns=found.columns, by_department=found.by_department)


def test_a_file_that_is_no_workbook_is_refused_by_name(risks: RegisterSpec, tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    path.write_text("不是表格")
    with pytest.raises(Problem):
        learning.learn(risks, path, name="b.xlsx")


def test_a_workbook_without_a_header_is_refused(risks: RegisterSpec, tmp_path: Path) -> None:
    path = _book(tmp_path / "c.xlsx", [["今天", "天气", "很好"]])
    with pytest.raises(Problem) as refused:
        learning.learn(risks, path, name="c.xlsx")
    assert refused.value.code == "header.not_found"


_LABELS = st.sampled_from(["风险", "等级", "", " ", "备注", "x" * 201])
_FIELDS = st.sampled_from(["name", "level", "own_1", "_row", "files", "nothing", "note"])
_ANY = st.fixed_dictionaries(
    {"field": _FIELDS, "label": _LABELS},
    optional={"under": _LABELS, "width": st.sampled_from(["", "12", "-3", "abc"]), "carry": st.booleans()},
)


@given(columns=st.lists(_ANY, max_size=6), title=st.text(max_size=5))
def test_whatever_is_given_either_can_be_used_or_is_refused_with_faults(columns: list[Any], title: str) -> None:
    spec = specs.get("risk_list")
    refused: Problem | None = None
    kept: list[dict[str, Any]] = []
    try:
        kept = ownlayouts.checked(spec, title, columns)
    except Problem as problem:
        refused = problem
    if refused is None:
        assert {"name"} <= {column["field"] for column in kept}
    else:
        assert (refused.code, bool(refused.faults)) == ("layout.invalid", True)
