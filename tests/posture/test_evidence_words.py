"""What evidence tests may be asked about can be entered, and what is said about it are words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from guiju.posture import facts
from guiju.posture.evidence import TESTS, vocabulary
from guiju.posture.evidence.departments import DepartmentCovered
from guiju.posture.evidence.kinds import EachCycleTest, KindsTest
from guiju.registers import spec

#: Values that people never enter: rows of no kind, and of whatever kind.
_NOBODY = {""}


def _asked(name: str) -> Iterator[tuple[str, str]]:
    """The columns that parameters name values of."""
    test = TESTS[name]
    yield from test.match.items()
    if isinstance(test, KindsTest | EachCycleTest):
        yield test.by, test.wanted


def _codes(name: str, parameter: str) -> set[str]:
    """The values that a pack may name."""
    found = TESTS[name].Params.model_json_schema()["properties"][parameter]
    return set(found.get("enum") or found.get("items", {}).get("enum") or ()) - _NOBODY


def _enterable(relation: str, column: str) -> set[str]:
    """The values that registers offer for a column."""
    kind = facts.RELATIONS[relation]
    name = kind.day if column == "on" else column
    fed = [
        (item, fact.columns.get(name)) for item in spec.all_specs() for fact in item.facts if fact.relation == relation
    ]
    fields = [item.field(code) for item, code in fed if code]
    return {option.code for field in fields if field is not None for option in field.options}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TESTS)
def test_every_code_that_a_pack_may_ask_for_can_be_entered(name: str) -> None:
    for column, parameter in _asked(name):
        codes = _codes(name, parameter)
        relation = TESTS[name].reads[0].relation
        assert codes <= _enterable(relation, column), f"{relation}.{column}"


@pytest.mark.django_db
@pytest.mark.parametrize("relation", facts.RELATIONS)
def test_every_column_that_tests_read_is_fed_by_a_register(relation: str) -> None:
    sources = spec.fact_sources(relation)
    assert sources, f"no register feeds {relation}"
    columns = set().union(*(source.columns for source in sources))
    for test in TESTS.values():
        if test.reads[0].relation == relation and not isinstance(test, DepartmentCovered):
            wanted = {*getattr(test, "full", ()), *(flag.column for flag in test.flags.values())}
            assert wanted <= columns, test.name


def test_all_relations_have_words() -> None:
    assert set(vocabulary.RECORDS) == set(facts.RELATIONS)


def test_a_code_that_nobody_can_enter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match="unknown: feild; there are governance"):
        TESTS["risk.field"].Params.model_validate({"fields": ["feild"]})
    with pytest.raises(ValidationError, match="only 1 kinds"):
        TESTS["publicity.varied"].Params.model_validate({"kinds": ["skit"], "need": 2})


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        (
            "plan.made",
            {"kinds": ["overseas"], "quantified": True},
            "measures abroad (also: goals that can be measured)?",
        ),
        ("plan.made", {"kinds": ["overseas"]}, "months: measures abroad?"),
        ("study.held", {"kinds": ["compliance"]}, "(idea of compliance)"),
        ("policy.in_force", {"mechanisms": ["coordination"]}, "coordination with legal, internal control and risk?"),
        ("policy.field_ruled", {"fields": ["trade"]}, "each of: Trading?"),
        ("department.covered", {"by": "check"}, "(by: checks; last 12 months)?"),
    ],
)
def test_a_question_names_things_in_words(name: str, given: dict[str, Any], said: str) -> None:
    from django.utils import translation

    with translation.override("en"):
        assert said in TESTS[name].explain(TESTS[name].Params.model_validate(given))
