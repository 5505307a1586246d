"""What other programmes read of a pack, and what the base pack gives to all."""

from __future__ import annotations

from pathlib import Path

import pytest

from guiju.access.actor import system
from guiju.lib.errors import NotFound, Problem
from guiju.packs import catalogue, load
from tests.packs.conftest import INDICATORS, MakePack

CASMES = "cn:casmes:effectiveness-draft"
KEYS = ["id", "kind", "section", "source", "official", "plain", "force", "group"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", ["medium", "small", "micro"])
def test_a_size_shows_exactly_its_indicators_in_the_documents_order(size: str) -> None:
    shown = catalogue.show(CASMES, size)
    rows = [
        row
        for row in catalogue.requirements(catalogue.current(CASMES))
        if row.kind == "indicator" and size in row.sizes
    ]
    assert list(shown) == ["urn", "version", "title", "document_status", "requirements"]
    assert [list(row) for row in shown["requirements"]] == [KEYS] * len(rows)
    assert [row["id"] for row in shown["requirements"]] == [row.code for row in rows]
    assert rows


def test_without_a_size_clauses_are_shown_too_but_no_definitions() -> None:
    assert {row["kind"] for row in catalogue.show(CASMES)["requirements"]} == {"indicator", "clause"}


def test_a_row_without_alternatives_has_no_group() -> None:
    groups = {row["group"] for row in catalogue.show(CASMES, "small")["requirements"]}
    assert None in groups
    assert "" not in groups


def test_a_row_for_every_size_is_shown_for_each(make_pack: MakePack, pack_dirs: Path) -> None:
    load.load(make_pack(indicators=INDICATORS.replace("    sizes: [small]\n", "", 1)), by=system("guiju"))
    assert [row["id"] for row in catalogue.show("cn:test:booklet", "medium")["requirements"]] == ["1"]
    assert [row["id"] for row in catalogue.show("cn:test:booklet", "small")["requirements"]] == ["1", "2", "3"]


def test_an_unknown_pack_or_size_is_refused_with_a_hint() -> None:
    with pytest.raises(NotFound, match=CASMES):
        catalogue.show("cn:casmes:effectivness-draft")
    with pytest.raises(Problem, match="medium"):
        catalogue.show(CASMES, "tiny")


def test_the_base_packs_description_of_an_attribute_holds() -> None:
    found = catalogue.attributes()["size"]
    assert found.pack == "guiju:base"
    assert found.derived
    assert [choice.code for choice in found.choices] == ["large", "medium", "small", "micro"]


def test_every_industry_has_its_row_of_limits() -> None:
    (table,) = catalogue.size_tables()
    assert table["from_on"] == "2011-06-18"
    assert len(table["rows"]) == 16
    assert [row["industry"] for row in table["rows"]] == [c.code for c in catalogue.attributes()["industry"].choices]
    assert table["rows"][4] == {
        "row": 5,
        "industry": "retail",
        "label": "零售业",
        "sme_below": {"staff_count": 300, "revenue": 20000},
        "medium": {"staff_count": 50, "revenue": 500},
        "small": {"staff_count": 10, "revenue": 100},
        "note": "",
    }


def test_reading_packs_again_asks_the_database_nothing(django_assert_num_queries) -> None:
    catalogue.show(CASMES)
    with django_assert_num_queries(0):
        catalogue.show(CASMES, "small")
        catalogue.attributes()
        catalogue.registers()
