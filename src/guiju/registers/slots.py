"""Which typed columns a field may occupy, and how long what stands there may be."""

from __future__ import annotations

from guiju.registers.models import SORTABLE

TYPES = (
    "text",
    "longtext",
    "choice",
    "choices",
    "bool",
    "integer",
    "number",
    "amount",
    "date",
    "period",
    "url",
    "person",
    "people",
    "unit",
    "department",
    "entry",
    "entries",
    "files",
)

_WORDS = frozenset({"text", "choice", "url", "period"})
_DAYS = frozenset({"date"})
_NUMBERS = frozenset({"number", "integer", "amount"})

#: slot -> field types it can hold.
ACCEPTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("on", "due_on", "done_on", "date_1"), _DAYS),
    "period": frozenset({"period"}),
    "title": frozenset({"text"}),
    "number": frozenset({"text"}),
    **dict.fromkeys(("kind", "level"), frozenset({"choice", "text"})),
    "amount": frozenset({"amount", "number"}),
    **dict.fromkeys(("count_1", "count_2"), frozenset({"integer"})),
    **dict.fromkeys(("text_1", "text_2", "text_3", "text_4"), _WORDS),
    **dict.fromkeys(("num_1", "num_2"), _NUMBERS),
    **dict.fromkeys(("flag_1", "flag_2"), frozenset({"bool"})),
    **dict.fromkeys(("person", "owner"), frozenset({"person"})),
    "department": frozenset({"department", "unit"}),
    **dict.fromkeys(("ref_1", "ref_2"), frozenset({"entry", "unit"})),
}

#: Characters that fit into a text slot.
WIDTHS = {
    "title": 200,
    "number": 60,
    "kind": 40,
    "level": 24,
    "text_1": 200,
    "text_2": 200,
    "text_3": 200,
    "text_4": 200,
}

#: Slots that are foreign keys; the stored form of their fields is the uid of the row they point to.
FOREIGN = {"person": "person", "owner": "owner", "department": "department"}

#: What a list may sort by: slot or pseudo-field -> indexed column.
SORT_COLUMNS = {
    **{name: name for name in SORTABLE if name not in {"title_key", "status", "recorded_at"}},
    "title": "title_key",
    "_status": "status",
    "_recorded_at": "recorded_at",
}

#: What every row has besides its fields; lists, filters and fact mappings may name these.
PSEUDO = (
    "_title",
    "_status",
    "_unit",
    "_owner",
    "_number",
    "_uid",
    "_file_count",
    "_recorded_at",
    "_created_at",
    "_late",
)

#: Text slots are empty rather than null.
EMPTY_TEXT = frozenset({"status", "period", "number", "kind", "level", "text_1", "text_2", "text_3", "text_4"})


def suits(slot: str, kind: str) -> bool:
    """May a field of this type stand in this slot?"""
    return kind in ACCEPTS.get(slot, frozenset())
