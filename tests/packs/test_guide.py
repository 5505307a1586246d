"""What the guide for authors shows can be copied and passes the check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import TypeAdapter

from guiju.packs import factnames
from guiju.packs.check import check
from guiju.packs.schema import (
    Attributes,
    Cell,
    Condition,
    Form,
    Header,
    Item,
    Items,
    Mark,
    Programme,
    RoleName,
    Stage,
    Strict,
    Tests,
    When,
    WhyNoDuty,
)
from tests.project.source import ROOT

GUIDE = (ROOT / "docs/guide/write-a-pack.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```(?:yaml|text)\n(.*?)^```", GUIDE)
FILES = {found[1]: block for block in BLOCKS if (found := re.match(r"# (\S+/\S+)\n", block))}
PIECES = [block for block in BLOCKS if not block.startswith("# ")]


def test_the_guides_pack_has_no_faults(tmp_path: Path) -> None:
    assert len(FILES) == 5
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.split("\n", 1)[1], encoding="utf-8")
    assert [str(fault) for fault in check(tmp_path / "my-rules")] == []


@pytest.mark.parametrize("text", PIECES)
def test_every_other_example_of_the_guide_fits_the_schema(text: str) -> None:
    data = yaml.safe_load(text)
    if "applies" in data:
        Condition.model_validate(data["applies"])
    elif "tests" in data:
        TypeAdapter(Tests).validate_python(data["tests"])
    elif "when" in data:
        When.model_validate(data["when"])
    elif "forms" in data:
        Items.model_validate(data)
    else:
        Attributes.model_validate(data)


@pytest.mark.parametrize("model", [Header, Programme, Stage, Item, When, Mark, Form, Cell])
def test_the_guide_explains_every_key(model: type[Strict]) -> None:
    silent = {name for name in model.model_fields if not re.search(rf"[`{{, ]{name}[`:,}}]", GUIDE)}
    assert silent == set()


@pytest.mark.parametrize("words", [WhyNoDuty, RoleName])
def test_the_guide_lists_every_word_that_may_stand_there(words: object) -> None:
    assert [word for word in get_args(words) if f"`{word}`" not in GUIDE] == []


def test_the_relations_a_register_may_feed_can_be_listed() -> None:
    factnames.register("check_of_tests", ["on", "result"])
    assert factnames.columns("check_of_tests") == {"on", "result"}
    assert "check_of_tests" in factnames.relations()
