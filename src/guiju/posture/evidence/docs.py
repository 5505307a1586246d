"""The page `docs/evidence-tests.md`, written from the tests themselves by `tools/evidence_docs.py`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import translation

from guiju.posture.evidence import TESTS, Strength
from guiju.posture.evidence.base import Outcome
from guiju.posture.models import Status

HEAD = """# Evidence tests

*Written by `python tools/evidence_docs.py`; do not edit.*

An evidence test is a named question to the records of one legal entity, with typed parameters. A pack says which tests
prove a requirement; all of them must be met, of those listed under `any` one. A row that only declares (no date, or no
person, document or file) gives at most *partly*. Tests marked * answer *needs a person* when nothing of the kind has
happened, because records cannot tell whether that is right; a `quiet` one then has nothing to say and drops out.

"""


def page() -> str:
    """The whole page, in English."""
    with translation.override("en"):
        return _page()


def _page() -> str:
    counts = Counter(test.strength for test in TESTS.values())
    lines = [HEAD, f"{len(TESTS)} tests, from the weakest to the strongest:\n\n", "| strength | tests |\n|---|---|\n"]
    lines += [f"| {strength.label} (`{strength.code}`) | {counts[strength]} |\n" for strength in Strength]
    for strength in Strength:
        tests = [test for test in TESTS.values() if test.strength == strength]
        if tests:
            lines.append(f"\n## {strength.label}\n\n| name | says | parameters | reads |\n|---|---|---|---|\n")
            lines += [_row(test) for test in tests]
    return "".join(lines)


def _row(test: Any) -> str:
    reads = ", ".join(row.relation for row in test.reads) + (", people" if test.counts_people else "")
    asks = test.status(Outcome(), test.Params.model_construct(**_defaults(test))) == Status.PERSON
    fields = "<br>".join(_field(name, field) for name, field in test.Params.model_fields.items())
    return f"| `{test.name}`{'*' if asks else ''} | {test.label} | {fields} | {reads} |\n"


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
