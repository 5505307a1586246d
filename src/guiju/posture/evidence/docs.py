"""The page `docs/evidence-tests.md`, written from the tests themselves by `tools/evidence_docs.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils import translation

from guiju.posture.evidence import TESTS, Strength
from guiju.posture.evidence.base import Outcome
from guiju.posture.facts import RELATIONS
from guiju.posture.models import Status

HEAD = """# Evidence tests

*Written by `python tools/evidence_docs.py`; do not edit.*

An evidence test is a named question to the records of one legal entity, with typed parameters. A pack says which tests
prove a requirement; all of them must be met, of those listed under `any` one. A row that only declares (no date, or no
person, document or file) gives at most *partly*. Tests marked * answer *needs a person* when nothing of the kind has
happened, because records cannot tell whether that is right; a `quiet` one then has nothing to say and drops out.
“Used by” counts the requirements of each shipped pack that name the test.

"""
Used = Mapping[str, Counter[str]]


def page() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        return _page()


def _page() -> str:
    counts = Counter(test.strength for test in TESTS.values())
    used = _used()
    lines = [HEAD, f"{len(TESTS)} tests, from the weakest to the strongest:\n\n", "| strength | tests |\n|---|---|\n"]
    lines += [f"| {strength.label} (`{strength.code}`) | {counts[strength]} |\n" for strength in Strength]
    for strength in Strength:
        tests = [test for test in TESTS.values() if test.strength == strength]
        if tests:
            lines.append(
                f"\n## {strength.label}\n\n| name | says | parameters | reads | used by |\n|---|---|---|---|---|\n"
            )
            lines += [_row(test, used) for test in tests]
    return "".join(lines)


def _used() -> Used:
    """Test -> the packs that use it, with the number of their requirements that do."""
    found: dict[str, Counter[str]] = {}
    for folder in sorted(path.parent for path in Path(settings.PACK_DIRS[0]).glob("*/pack.yaml")):
        urn = _parsed(folder / "pack.yaml")["urn"]
        for path in sorted(folder.glob("*.yaml")):
            for item in _parsed(path).get("requirements") or ():
                for name in {ref["test"] for ref in _refs(item)}:
                    found.setdefault(name, Counter())[urn] += 1
    return found


def _refs(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for place in item.get("tests") or ():
        yield from place.get("any") or [place]


def _parsed(path: Path) -> Mapping[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe loaders
    return found if isinstance(found, dict) else {}


def _reads(test: Any) -> str:
    if len(test.reads) == len(RELATIONS):
        return "any"
    counted = [*(["people"] if test.counts_people else []), *(["departments"] if test.counts_departments else [])]
    return ", ".join([*(row.relation for row in test.reads), *counted])


def _row(test: Any, used: Used) -> str:
    by = "<br>".join(f"`{urn}` {count}" for urn, count in sorted(used.get(test.name, {}).items()))
    asks = test.status(Outcome(), test.Params.model_construct(**_defaults(test))) == Status.PERSON
    fields = "<br>".join(_field(name, field) for name, field in test.Params.model_fields.items())
    return f"| `{test.name}`{'*' if asks else ''} | {test.label} | {fields} | {_reads(test)} | {by} |\n"


def _defaults(test: Any) -> dict[str, Any]:
    return {
        name: (("-",) if field.is_required() else field.default) for name, field in test.Params.model_fields.items()
    }


def _field(name: str, field: Any) -> str:
    if field.is_required():
        return f"`{name}` (needed)"
    value = field.default
    if isinstance(value, bool):
        return f"`{name}` = {'yes' if value else 'no'}"
    return f"`{name}` = {', '.join(map(str, value)) if isinstance(value, tuple) and value else value or 'any'}"
