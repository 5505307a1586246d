"""The evidence tests that packs may name. Those who own them register them when the programme starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from pydantic import BaseModel


def _nothing() -> tuple[str, dict[str, str]]:
    return "", {}


@dataclass(frozen=True, slots=True)
class EvidenceName:
    """What a pack's author must know of an evidence test: its name, parameters, and the facts it reads."""

    name: str
    params_model: type[BaseModel]
    reads: tuple[str, ...]
    strength: str
    label: str | Promise
    #: In the reader's language: the question with the names of its parameters, and what each parameter means.
    describe: Callable[[], tuple[str, dict[str, str]]] = _nothing


_known: dict[str, EvidenceName] = {}


def register(
    name: str,
    params_model: type[BaseModel],
    reads: Sequence[str],
    strength: str,
    label: str | Promise,
    *,
    describe: Callable[[], tuple[str, dict[str, str]]] = _nothing,
) -> None:
    """Make an evidence test known; a name stands for one test only."""
    there = _known.get(name)
    if there is not None and there.params_model is not params_model:
        raise RuntimeError(f"two evidence tests are called {name}")
    _known[name] = EvidenceName(name, params_model, tuple(reads), str(strength), label, describe)


def get(name: str) -> EvidenceName | None:
    """The evidence test of this name, None when there is none."""
    return _known.get(name)


def all() -> dict[str, EvidenceName]:  # noqa: A001 - reads as testnames.all()
    """Every known evidence test by name."""
    return dict(_known)


def parameters(test: EvidenceName) -> dict[str, str]:
    """What an author may give: parameter -> its type, with the default where there is one."""
    properties = test.params_model.model_json_schema().get("properties", {})
    return {name: _described(found) for name, found in properties.items()}


def _described(found: dict[str, Any]) -> str:
    options = found.get("enum") or found.get("items", {}).get("enum")
    kind = " | ".join(map(str, options)) if options else str(found.get("type", "value"))
    if found.get("type") == "array":
        kind = f"[{kind if options else found.get('items', {}).get('type', 'value')}]"
    return f"{kind} = {json.dumps(found['default'], ensure_ascii=False)}" if "default" in found else kind
