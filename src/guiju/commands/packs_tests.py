"""The evidence tests as an author of packs needs them: what each asks, and what its parameters mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guiju.commands.language import say as _


def found(name: str = "") -> list[dict[str, Any]]:
    """Every test whose name holds the word, by name."""
    from guiju.lib.errors import NotFound
    from guiju.packs import explain, testnames

    known = testnames.all()
    tests = [test for key, test in sorted(known.items()) if name in key]
    if not tests:
        what = _("There is no evidence test “%(name)s”.") % {"name": name}
        raise NotFound(what, fix=explain.did_you_mean(name, list(known)))
    return [_shown(test, testnames.parameters(test)) for test in tests]


def _shown(test: Any, params: Mapping[str, str]) -> dict[str, Any]:
    question, says = test.describe()
    return {
        "test": test.name,
        "label": str(test.label),
        "question": question,
        "strength": test.strength,
        "reads": list(test.reads),
        "params": dict(params),
        "says": says,
    }


def lines(tests: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One test after the other; a parameter without a default is needed."""
    from guiju.posture.evidence import Strength

    needed = _("(needed)")
    for test in tests:
        strength = Strength[test["strength"].upper()].label
        reads = _("any") if len(test["reads"]) > _MANY else ", ".join(test["reads"])
        yield f"{test['test']}  {test['label']}  ({strength}; {reads})"
        if test["question"]:
            yield f"    {test['question']}"
        for name, kind in test["params"].items():
            yield f"    {name}: {_typed(kind)}" if " = " in kind else f"    {name}: {_typed(kind)}  {needed}"
            if name in test["says"]:
                yield f"        {test['says'][name]}"


#: A test that may read more relations than these reads whichever a parameter names.
_MANY = 10


def _typed(kind: str) -> str:
    word, is_, default = kind.partition(" = ")
    words = {"integer": _("a whole number"), "boolean": "true | false"}
    return f"{words.get(word, word)}{is_}{default}"
