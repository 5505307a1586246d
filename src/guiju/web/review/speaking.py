"""The form in which somebody gives an opinion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from guiju.review import earlier, grounds, telling
from guiju.review.doings import Doings
from guiju.review.enums import Earlier, Stand
from guiju.review.queries import One
from guiju.web.review import words
from guiju.web.review.moves import ROWS
from guiju.workflow.routes import rules
from guiju.workflow.routes.enums import SeatKind

#: Rows for conditions that an empty form offers.
_ROOM = 2


def decides_body(may: Doings) -> bool:
    """Does this account speak for the leading body, by a resolution?"""
    return may.step is not None and may.step.part == rules.BODY


def context(
    one: One, may: Doings, said: Mapping[str, Any], wrong: Mapping[str, str], beside: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Stands with their words, what the opinion may rest on, rows of conditions, and in whose stead one speaks."""
    seat, step = may.seat, may.step
    assert seat is not None
    assert step is not None
    is_last = one.round is not None and seat.step == len(one.round.steps) - 1
    is_deciding = is_last and seat.kind in {SeatKind.ROUTE, SeatKind.HANDED}
    helped = {**words.STAND_HELP, **(words.LAST_HELP if is_deciding else {})}
    return {
        "stands": [
            {
                "code": str(stand),
                "label": str(stand.label),
                "help": helped[stand],
                "tone": words.STAND_TONES[stand],
            }
            for stand in may.stands
            if stand != Stand.VETO
        ],
        "may_veto": Stand.VETO in may.stands,
        "veto_help": words.STAND_HELP[Stand.VETO],
        "report_within": telling.REPORT_WITHIN,
        "step": words.step_row(step),
        "needs_file": step.evidence,
        "needs_resolution": decides_body(may),
        "is_last": is_deciding,
        "rows": _rows(said, wrong),
        "grounds": _grounds(said, beside),
        "most_rows": ROWS,
        "former": _former(one, said, wrong) if is_deciding else [],
    }


def _grounds(said: Mapping[str, Any], beside: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What stands beside and may be chosen; after a refusal as it was ticked."""
    ticked = set(said.getlist("ground")) if isinstance(said, QueryDict) else set()
    return [
        {"label": part["label"], "rows": [{**row, "ticked": row["uid"] in ticked} for row in part["rows"]]}
        for part in beside
        if part["register"] in grounds.REGISTERS
    ]


def _former(one: One, said: Mapping[str, Any], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Conditions of earlier rounds of which whoever decides says what becomes of them; they hold unless he says otherwise."""
    rows = earlier.left(one.matter)
    return [
        {
            "uid": str(row.uid),
            "text": row.text,
            "due_on": row.due_on,
            "owner": row.owner.name,
            "set_by": row.set_by,
            "round": row.round,
            "before": row.before,
            "chosen": str(said.get(f"e-{row.uid}", "")) or str(Earlier.HOLDS),
            "reason": str(said.get(f"e-{row.uid}-reason", "")),
            "wrong": [
                wrong[f"earlier.{n}{part}"] for part in ("", ".state", ".reason") if f"earlier.{n}{part}" in wrong
            ],
            "choices": [{"code": str(choice), "label": str(choice.label)} for choice in Earlier],
        }
        for n, row in enumerate(rows, 1)
    ]


def _rows(said: Mapping[str, Any], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows that say anything, closed up as the action counts them, and room for one more."""
    names = ("text", "due_on", "owner", "before")
    sent = [{name: str(said.get(f"c{n}-{name}", "")) for name in names} for n in range(1, ROWS + 1)]
    filled = [row for row in sent if row["text"] or row["due_on"] or row["owner"]]
    blank = max(_ROOM - len(filled), 1)
    rows: list[dict[str, Any]] = [*filled, *({} for _n in range(blank))][:ROWS]
    return [
        {
            **row,
            "n": n,
            "wrong": [wrong[f"conditions.{n}.{name}"] for name in names if f"conditions.{n}.{name}" in wrong],
        }
        for n, row in enumerate(rows, 1)
    ]
