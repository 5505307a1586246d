"""What the preview of an import tells besides its numbers: columns, questions, causes, strangers."""

from __future__ import annotations

from typing import Any

from guiju.registers import headings, reading, scales, sheets
from guiju.registers.asking import MOST, Question
from guiju.registers.reading import Reading
from guiju.registers.spec import RegisterSpec

_FOOTERS = 20


def of(spec: RegisterSpec, work: Reading) -> dict[str, Any]:
    """As it is kept with the run."""
    table, tally = work.pages.table, work.tally
    mapping = headings.told(spec, table.arranged, table.heads)
    asking = work.pages.asking
    used = {question.answer.to for question in asking.questions.values() if question.answer and question.answer.makes}
    return {
        "headings": [one["name"] for one in mapping],
        "mapping": mapping,
        "unknown_columns": reading.unknown_columns(mapping),
        "lacking": list(dict.fromkeys(one.label for match in table.matches for one in sheets.lacking(spec, match))),
        "questions": [
            _question(one, with_sheet=table.is_one_of_many) for one in list(asking.questions.values())[:MOST]
        ],
        "makes": [
            {"uid": uid, "type": kind, "name": name} for uid, (kind, name) in asking.makes.items() if uid in used
        ],
        "asked": tally.asked,
        "strangers": {"count": tally.strangers, "rows": tally.odd},
        "causes": [
            {
                **{key: cause.fault[key] for key in ("column", "value", "what", "fix")},
                "rows": cause.rows.count,
                "where": cause.rows.words(with_sheet=table.is_one_of_many),
            }
            for cause in tally.causes.values()
        ],
        "footers": [{"sheet": sheet, "row": row, "text": said} for sheet, row, said in work.pages.footers[:_FOOTERS]],
    }


def headings_of(table: sheets.Table) -> list[str]:
    """The names of all columns of the file, by which a later file is known."""
    return list(dict.fromkeys(name for one in table.arranged for _at, name in sorted(one.names.items())))


def _question(one: Question, *, with_sheet: bool) -> dict[str, Any]:
    return {
        "field": one.field.code,
        "heading": one.heading,
        "value": one.value,
        "kind": "scale" if scales.is_scale(one.field) else one.field.type,
        "rows": one.rows.count,
        "where": one.rows.words(with_sheet=with_sheet),
        "answer": one.answer.plain() if one.answer is not None else None,
        "is_proposed": one.is_proposed,
    }
