"""What the guide for authors shows can be copied and passes the check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

from guiju.packs import factnames
from guiju.packs.check import check
from guiju.packs.schema import Attributes, Condition, Header, Item, Tests
from tests.project.source import ROOT

GUIDE = (ROOT / "docs/guide/write-a-pack.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?ms)^```(?:yaml|text)\n(.*?)^```", GUIDE)
FILES = {found[1]: block for block in BLOCKS if (found := re.match(r"# (\S+/\S+)\n", block))}
PIECES = [block for block in BLOCKS if not block.startswith("# ")]


def test_the_guides_pack_has_no_faults(tmp_path: Path) -> None:
    assert len(FILES) == 4
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
    else:
        Attributes.model_validate(data)


@pytest.mark.parametrize("model", [Header, Item])
def test_the_guide_explains_every_key(model: type[Header] | type[Item]) -> None:
    silent = {name for name in model.model_fields if f"`{name}`" not in GUIDE}
    assert silent == set()


def test_the_relations_a_register_may_feed_can_be_listed() -> None:
    factnames.register("check_of_tests", ["on", "result"])
    assert factnames.columns("check_of_tests") == {"on", "result"}
    assert "check_of_tests" in factnames.relations()
