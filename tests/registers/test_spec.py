"""What a register's file must keep to."""

from __future__ import annotations

import pytest
from django.utils import translation
from pydantic import ValidationError

from guiju.packs.registerfile import SHAPE
from guiju.registers import rules
from guiju.registers import spec as specs
from guiju.registers.spec import RegisterSpec
from tests.registers.conftest import BASE, CONTRACTS, declare, shipped, variant


def complaint(**changes) -> str:
    with pytest.raises(ValidationError) as refusal:
        RegisterSpec.model_validate(variant(**changes))
    return str(refusal.value)


def with_field(code, **changes):
    return {"fields": [{**item, **changes} if item["code"] == code else item for item in variant()["fields"]]}


def test_what_is_sorted_filtered_timed_a_key_or_a_fact_must_have_a_slot():
    assert "list.sort" in complaint(list={**CONTRACTS["list"], "sort": "note"})
    assert "list.filters" in complaint(list={**CONTRACTS["list"], "filters": ["risks"]})
    assert "key" in complaint(key=["note"])
    assert "happened" in complaint(**{"happened": "signed_on", **with_field("signed_on", slot="")})
    assert "facts.0.review" in complaint(facts=[{"relation": "review", "columns": {"subject": "note"}}])


def test_a_slot_holds_one_field_of_a_type_that_fits():
    assert "slot" in complaint(**with_field("note", slot="on"))
    assert "done_on" in complaint(**with_field("signed_on", slot="done_on"))
    assert "slot" in complaint(**with_field("handler", slot="text_3"))


def test_every_name_must_exist():
    assert "nobody" in complaint(list={**CONTRACTS["list"], "columns": ["nobody"]})
    assert "nobody" in complaint(key=["nobody"])
    assert "nobody" in complaint(moves=[{**CONTRACTS["moves"][0], "needs": ["nobody"]}])
    assert "nowhere" in complaint(moves=[{**CONTRACTS["moves"][0], "to": "nowhere"}])
    assert "may:not:be" in complaint(moves=[{**CONTRACTS["moves"][0], "permission": "may:not:be"}])
    assert "initial" in complaint(initial="nowhere")
    assert "org.nothing" in complaint(**with_field("kind", choices=[], choices_from="org.nothing"))
    assert "not_before" in complaint(**with_field("closed_on", not_before="name"))
    assert "colour" in complaint(colour="red")


def test_a_row_needs_a_title():
    assert "title" in complaint(**with_field("name", slot=""))
    fine = variant(title_from="{kind} · {number}", facts=[], **with_field("name", slot=""))
    assert RegisterSpec.model_validate(fine)


def test_a_register_over_a_table_names_only_what_the_table_has():
    people = shipped("people")
    assert RegisterSpec.model_validate(people)
    strange = {**people, "fields": [*people["fields"], {"code": "shoe_size", "label": "鞋码", "type": "integer"}]}
    for wrong, word in ((strange, "shoe_size"), ({**people, "storage": "org.nothing"}, "org.nothing")):
        with pytest.raises(ValidationError, match=word):
            RegisterSpec.model_validate(wrong)


def test_labels_follow_the_reader_and_fall_back_to_chinese():
    spec = RegisterSpec.model_validate(CONTRACTS)
    with translation.override("en"):
        assert (spec.title(), spec.field("kind").label(), spec.state("open").label()) == ("Contracts", "Kind", "Open")
    with translation.override("zh-hans"):
        assert (spec.title(), spec.field("kind").label("en")) == ("合同台账", "Kind")
    assert RegisterSpec.model_validate(variant(title_en="")).title("en") == "合同台账"


def test_facts_name_columns_of_the_entry(contracts):
    (source,) = [one for one in specs.fact_sources("review") if one.register == "contracts"]
    assert source.columns == {"on": "on", "title": "title", "outcome": "status"}
    assert source.where == {"kind": ("purchase",)}


def test_a_register_that_is_loaded_anew_is_seen_at_once(contracts):
    declare(variant(title="合同总台账"))
    assert specs.get("contracts").title_zh == "合同总台账"


@pytest.mark.parametrize("path", sorted(BASE.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_register_of_the_base_pack_is_sound(path):
    data = shipped(path.stem)
    assert data["register"] == path.stem
    assert rules.check(SHAPE.model_validate(data)) == []
