"""What evidence tests may be asked about can be entered, and what is said about it are words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation
from pydantic import ValidationError

from guiju.posture import facts
from guiju.posture.evidence import TESTS, kinds, vocabulary
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


@pytest.mark.parametrize("name", TESTS)
def test_every_list_that_a_pack_may_give_is_a_list_of_known_codes(name: str) -> None:
    lists = [code for code, field in TESTS[name].Params.model_fields.items() if kinds.is_list(field)]
    assert [code for code in lists if not _codes(name, code)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name, test in TESTS.items() if "mechanism" in test.Params.model_fields])
def test_every_mechanism_that_a_pack_may_ask_about_can_be_entered(name: str) -> None:
    assert _codes(name, "mechanism") <= _enterable(TESTS[name].reads[0].relation, "mechanism")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "parameter", "column"),
    [
        ("policy.in_force", "mechanisms", "mechanism"),
        ("body.meets", "topics", "topic"),
        ("audit.done", "kinds", "kind"),
        ("management_review.done", "triggers", "trigger"),
        ("training.given", "audiences", "audience"),
        ("training.given", "mechanisms", "mechanism"),
        ("risk.assessed", "levels", "level"),
        ("veto.reported", "outcomes", "outcome"),
        ("appraisal.duties", "subjects", "subject"),
        ("check.regular", "focus", "focus"),
        ("rectification.closed", "sources", "source"),
        ("response.carried_out", "kinds", "kind"),
    ],
)
def test_a_pack_may_ask_for_whatever_the_register_offers(name: str, parameter: str, column: str) -> None:
    assert _codes(name, parameter) == _enterable(TESTS[name].reads[0].relation, column)


#: Parameters that the question itself explains.
_PLAIN = {"months", "percent", "days"}


@pytest.mark.parametrize("name", TESTS)
def test_every_parameter_is_explained_to_authors(name: str) -> None:
    with translation.override("en"):
        question, says = TESTS[name].described()
    assert question.endswith("?")
    assert [code for code in TESTS[name].Params.model_fields if code not in says and code not in _PLAIN] == []


def test_an_author_reads_whether_each_of_a_list_is_asked_for_or_any() -> None:
    with translation.override("en"):
        assert TESTS["lists.in_use"].says()["kinds"] == "each one given is asked for"
        assert TESTS["body.exists"].says()["kinds"] == "any one of those given counts"
        assert TESTS["audit.done"].says()["kinds"] == "any one of those given counts; none given: all count"
        assert TESTS["self_check.opined"].says()["roles"] == "each one given is asked for"
        assert TESTS["authority.reported"].says()["in_time"] == "asks besides: in time"


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
    with translation.override("en"):
        with pytest.raises(ValidationError, match=r"Unknown: feild\. Known are: governance"):
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
        ("check.regular", {"focus": ["policy"]}, "Was there a check (carrying out of rules) in every quarter"),
        ("rectification.closed", {"sources": ["discipline"]}, "(found by: discipline inspection) due in the last"),
        ("response.carried_out", {"kinds": ["handling"]}, "months: handling of an event?"),
        ("appraisal.duties", {"subjects": ["subsidiary"]}, "compliance duties of subsidiaries appraised"),
        ("policy.in_force", {"mechanisms": ["all"]}, "a rule in force on: compliance as a whole?"),
        ("study.held", {"kinds": ["compliance"]}, "(idea of compliance)"),
        ("policy.in_force", {"mechanisms": ["coordination"]}, "coordination with legal, internal control and risk?"),
        ("policy.field_ruled", {"fields": ["trade"]}, "each of: Trading?"),
        ("department.covered", {"by": "check"}, "(by: checks; last 12 months)?"),
    ],
)
def test_a_question_names_things_in_words(name: str, given: dict[str, Any], said: str) -> None:
    with translation.override("en"):
        assert said in TESTS[name].explain(TESTS[name].Params.model_validate(given))
