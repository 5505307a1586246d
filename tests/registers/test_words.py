"""What people read in the registers of the base pack: English for everything, one list for one thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guiju.org.enums import Role
from guiju.packs.registerfile import SHAPE
from guiju.posture import facts
from guiju.registers import choices, slots
from guiju.registers.spec import RegisterSpec
from guiju.registers.values import parse
from tests.registers.conftest import BASE, shipped

CODES = sorted(path.stem for path in BASE.glob("*.yaml"))
SPECS: dict[str, RegisterSpec] = {code: SHAPE.model_validate(shipped(code)) for code in CODES}


def _silent(spec: RegisterSpec) -> Iterator[str]:
    """Everything that has Chinese words and no English ones."""
    for name, zh, en in (("title", spec.title_zh, spec.title_en), ("help", spec.help_zh, spec.help_en)):
        if not zh or not en:
            yield name
    for item in spec.fields:
        if not item.en or (item.help_zh and not item.help_en):
            yield f"fields.{item.code}"
        yield from (f"{item.code}={choice.code}" for choice in item.options if not choice.en)
    yield from (f"states.{state.code}" for state in spec.states if not state.en)
    yield from (f"moves.{move.code}" for move in spec.moves if not move.en)
    yield from (f"section {name}" for name in spec.sections if name and spec.section_label(name, "en") == name)


@pytest.mark.parametrize("code", CODES)
def test_whoever_reads_english_finds_no_chinese_in_a_register(code: str) -> None:
    assert list(_silent(SPECS[code])) == []


@pytest.mark.parametrize("code", CODES)
def test_a_section_has_one_english_name_and_its_fields_stand_together(code: str) -> None:
    named = [item.section for item in SPECS[code].fields if item.section_en]
    assert len(named) == len(set(named))


def test_every_office_can_be_entered_and_called_in_two_languages() -> None:
    offices = choices.options("org.role")
    assert {office.code for office in offices} == set(Role.values)
    item = SPECS["appointments"].by_code["role"]
    assert [parse(item, word, None) for word in ("总法律顾问", "General counsel", "首席合规官")] == [  # type: ignore[arg-type]
        "general_counsel", "general_counsel", "compliance_head",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "code"),
    [("市场交易", "trade"), ("环保安全", "safety"), ("安全环保", "safety"), ("数据与个人信息", "data"),
     ("信息安全", "data"), ("Trading", "trade"), ("域外业务", "overseas")],
)  # fmt: skip
def test_a_field_of_compliance_is_understood_in_the_words_of_every_document(word: str, code: str) -> None:
    for register in ("risk_list", "policies", "checks", "programme_plans"):
        assert parse(SPECS[register].by_code["field"], word, None) == code  # type: ignore[arg-type]


def test_the_seventeen_fields_and_others_are_one_list() -> None:
    labels = [option.zh for option in choices.options("taxonomy.field")]
    assert len(labels) == 18
    for field in ("公司治理", "合同管理", "债务管理", "工程建设", "租赁性资产", "礼品与商务接待", "社会捐赠与赞助"):
        assert field in labels


#: Codes that rows of earlier versions hold; the log has sealed them.
SEALED = {
    ("risk_list", "field"): "trade safety quality labour finance ip partner data other",
    ("policies", "mechanism"): "organisation all obligation obligation_external obligation_internal risk_assessment "
    "risk_response due_diligence monitoring speakup reporting improvement review culture business",
    ("policies", "level"): "basic specific guideline",
    ("resources", "mechanism"): "obligation_external obligation_internal risk_assessment risk_response monitoring "
    "speakup reporting improvement all",
    ("mechanism_reviews", "mechanism"): "all obligation obligation_external improvement",
    ("work_records", "mechanism"): "all obligation staff officer",
    ("trainings", "audience"): "all managers officers key_posts new_hires department",
    ("trainings", "mechanism"): "obligation_external improvement general",
    ("reviews", "subject"): "policy contract decision product key_post activity other",
    ("checks", "focus"): "people posts links general",
    ("meetings", "topic"): "compliance_report coordination goal_review decision risk culture other",
}


@pytest.mark.parametrize(("register", "field"), SEALED)
def test_a_code_that_rows_may_hold_stays_a_choice(register: str, field: str) -> None:
    known = {option.code for option in SPECS[register].by_code[field].options}
    assert set(SEALED[register, field].split()) <= known


def test_shared_choices_fit_into_their_slots() -> None:
    for spec in SPECS.values():
        for item in spec.fields:
            width = slots.WIDTHS.get(item.slot)
            assert not width or all(len(option.code) <= width for option in item.options), (spec.code, item.code)


def test_every_relation_has_a_register_that_fills_all_its_columns() -> None:
    common = {"title", "status", "recorded_at", "created_at", "file_count"}
    # What the review register itself knows of its rows (`posture.reading`).
    known = {"review": {"said_on", "bar", "own_number"}}
    fed: dict[str, set[str]] = {}
    for spec in SPECS.values():
        for fact in spec.facts:
            fed.setdefault(fact.relation, set()).update(fact.columns)
    for name, kind in facts.RELATIONS.items():
        wanted = facts.names(name) - common - {"on", facts.FILES}
        wanted -= known.get(name, set())
        assert wanted <= fed.get(name, set()) | {kind.relation}, (name, wanted - fed.get(name, set()))
