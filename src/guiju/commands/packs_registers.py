"""The registers of the installation as an author of packs needs them: fields, codes of choices, facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guiju.commands.language import say as _


def found(code: str | None = None) -> list[dict[str, Any]]:
    """Read from the packs' files, so that nothing need be loaded."""
    from guiju.lib.errors import NotFound
    from guiju.packs import check, explain, folder

    specs = {each.value.code: each.value for path in check.installed() for each in folder.read(path).registers}
    if code is not None and code not in specs:
        what = _("There is no register “%(code)s”.") % {"code": code}
        raise NotFound(what, fix=explain.did_you_mean(code, list(specs)))
    return [_shown(spec) for name, spec in sorted(specs.items()) if code in {None, name}]


def _shown(spec: Any) -> dict[str, Any]:
    return {
        "register": spec.code,
        "title": spec.title_zh,
        "title_en": spec.title_en,
        "fields": [
            {
                "code": field.code,
                "label": field.zh,
                "type": field.type,
                "required": field.required,
                "choices": {choice.code: choice.zh for choice in field.options},
            }
            for field in spec.fields
        ],
        "facts": [{"relation": fact.relation, "columns": dict(fact.columns)} for fact in spec.facts],
    }


def lines(registers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """One register after the other."""
    for register in registers:
        yield f"{register['register']}  {register['title']}"
        for field in register["fields"]:
            star = "*" if field["required"] else ""
            yield f"    {field['code']}{star}  {field['label']}  ({field['type']})"
            if field["choices"]:
                yield "        " + ", ".join(f"{code} {label}" for code, label in field["choices"].items())
        for fact in register["facts"]:
            columns = ", ".join(f"{column} = {name}" for column, name in fact["columns"].items())
            yield f"    → {fact['relation']}: {columns}"
