"""Where the columns of a file go: by their words, unless a person has said otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.excel import headers
from guiju.lib.excel.cells import Row, Sheet, column_letters
from guiju.registers import deciding, tables
from guiju.registers.spec import Field, RegisterSpec
from guiju.registers.tables import Layouts

#: Headings under which people count their rows.
_COUNTING = frozenset({*tables.IGNORED, "编号", "号", "序", "项次", "number"})
_SHOWN = 2
_LONG = 40


@dataclass(frozen=True, slots=True)
class Arranged:
    """A header whose columns have their places."""

    match: headers.HeaderMatch
    #: Columns whose words are added to a field: place, field.
    added: tuple[tuple[int, str], ...] = ()
    #: Columns that only count the rows.
    counting: frozenset[int] = field(default_factory=frozenset)
    #: Place -> what the column is called in decisions.
    names: Mapping[int, str] = field(default_factory=dict)


def arrange(
    spec: RegisterSpec,
    match: headers.HeaderMatch,
    head: Sheet,
    *,
    layout: str,
    layouts: Layouts,
    columns: Mapping[str, str],
) -> Arranged:
    """Own words win over a form's, running numbers are no keys, and what a person decided wins over all."""
    below = [row for row in head.rows if row.number > match.last_row]
    names = _names(match, below)
    match = _own_words_first(spec, match, tables.columns(spec, layout, layouts))
    match, counting = _without_numbers(spec, match, below, tables.columns(spec, layout, layouts))
    match, added = _decided(spec, match, names, columns)
    return Arranged(match, added, counting, names)


def _names(match: headers.HeaderMatch, below: Sequence[Row]) -> dict[int, str]:
    """Place -> name, from left to right; a column without a heading is called by its letter, if anything stands in it."""
    labels = {**match.unknown, **{at: match.labels[code] for code, at in match.columns.items()}}
    width = max((len(row.cells) for row in below), default=0)
    for at in range(width):
        if at not in labels and any(row.cell(at).value not in (None, "") for row in below):
            labels[at] = _("Column %(letters)s (no heading)") % {"letters": column_letters(at)}
    found: dict[int, str] = {}
    for at, label in sorted(labels.items()):
        words = " ".join(label.split())[:150]
        taken = set(found.values())
        found[at] = words if words not in taken else f"{words} ({column_letters(at)})"
    return found


# --- own words ----------------------------------------------------------------------------------------------------


def words(item: Field) -> set[str]:
    """Every heading that means a field, as headings are compared."""
    return {headers.label_key(word) for word in (item.zh, item.en, *item.synonyms) if word}


def _own_words_first(
    spec: RegisterSpec, match: headers.HeaderMatch, columns: Sequence[tables.TableColumn]
) -> headers.HeaderMatch:
    """A form may call one field by another's name; where the file has both headings, each means its own field."""
    known = {item.code: words(item) for item in spec.fields}
    found, labels, unknown = dict(match.columns), dict(match.labels), dict(match.unknown)
    for column in columns:
        at = found.get(column.key)
        if at is None or column.field is None or column.when:
            continue
        said = _last(labels[column.key])
        other = next((code for code, own in known.items() if code != column.code and said in own), "")
        own = next((place for place, label in unknown.items() if _last(label) in known[column.code]), None)
        if not other or said in known[column.code] or own is None:
            continue
        found[column.key], labels[column.key] = own, unknown.pop(own)
        if other in found:
            unknown[at] = match.labels[column.key]
        else:
            found[other], labels[other] = at, match.labels[column.key]
    return replace(match, columns=found, labels=labels, unknown=unknown)


def _last(label: str) -> str:
    return headers.label_key(label.rsplit("/", 1)[-1])


# --- running numbers ----------------------------------------------------------------------------------------------


def _without_numbers(
    spec: RegisterSpec, match: headers.HeaderMatch, below: Sequence[Row], columns: Sequence[tables.TableColumn]
) -> tuple[headers.HeaderMatch, frozenset[int]]:
    """序号 with 1, 2, 3 ... counts rows and names none; only a form of one's own may say otherwise."""
    given = {(column.key, headers.label_key(column.label)) for column in columns if column.code in spec.key}
    found = dict(match.columns)
    counting = {at for at, label in match.unknown.items() if _last(label) in tables.IGNORED}
    for code, at in match.columns.items():
        item = spec.field(code)
        said = _last(match.labels[code])
        if item is None or item.type != "text" or item.code not in spec.key:
            continue
        if said not in (_COUNTING if item.made_from else tables.IGNORED):  # 编号 may be all that tells rows apart
            continue
        if (code, said) not in given and _counts([row.cell(at).value for row in below]):
            del found[code]
            counting.add(at)
    gone = {code: at for code, at in match.columns.items() if code not in found}
    if gone:
        labels = {code: label for code, label in match.labels.items() if code in found}
        unknown = {**match.unknown, **{at: match.labels[code] for code, at in gone.items()}}
        match = replace(match, columns=found, labels=labels, unknown=unknown)
    return match, frozenset(counting)


def _counts(cells: Iterable[Any]) -> bool:
    """1, 2, 3 ..., beginning anew wherever it likes."""
    said = [str(value).strip().rstrip(".、") for value in cells if value not in (None, "")]
    numbers = [int(one) for one in said if one.isdigit() and len(one) < 6]
    if not numbers or len(numbers) < len(said) - 2:  # a line of totals or of signatures below is no number
        return False
    return all(after in {before + 1, 1, before} for before, after in pairwise(numbers))


# --- decisions ----------------------------------------------------------------------------------------------------


def _decided(
    spec: RegisterSpec, match: headers.HeaderMatch, names: Mapping[int, str], columns: Mapping[str, str]
) -> tuple[headers.HeaderMatch, tuple[tuple[int, str], ...]]:
    """Each column where a person has put it; who is put out of its place goes nowhere."""
    said = {at: columns[name] for at, name in names.items() if name in columns}
    labels = {**match.unknown, **{at: match.labels[code] for code, at in match.columns.items()}}
    labels |= {at: name for at, name in names.items() if at not in labels}
    if not said:
        return match, ()
    places = {at: code for code, at in match.columns.items() if at not in said}
    targets = _with_own(spec, said, set(places.values()))
    taken = {target for target in targets.values() if target}
    places = {at: code for at, code in places.items() if code not in taken}
    added: list[tuple[int, str]] = []
    for at, target in sorted(targets.items()):
        if target.startswith(deciding.ADDED):
            added.append((at, target.removeprefix(deciding.ADDED)))
        elif target and target not in places.values():
            places[at] = target
    found = {code: at for at, code in places.items()}
    held = {at for at, _code in added} | set(places)
    missing = tuple(one for one in match.missing if one.code not in found)
    return (
        replace(
            match,
            columns=found,
            labels={code: labels[at] for code, at in found.items()},
            unknown={at: label for at, label in labels.items() if at not in held},
            missing=missing,
        ),
        tuple(added),
    )


def _with_own(spec: RegisterSpec, said: Mapping[int, str], taken: set[str]) -> dict[int, str]:
    """A column of one's own is the first that is free."""
    free = [item.code for item in spec.fields if item.own and item.code not in taken | set(said.values())]
    found = {}
    for at, target in sorted(said.items()):
        found[at] = (free.pop(0) if free else "+note" if deciding.may_hold(spec, "note") else "") if target == (
            deciding.OWN
        ) else target  # fmt: skip
    return found


# --- telling ------------------------------------------------------------------------------------------------------


def told(spec: RegisterSpec, arranged: Sequence[Arranged], heads: Mapping[str, Sheet]) -> list[dict[str, Any]]:
    """One line per column of the file: heading, examples, where it goes; columns of the same name once."""
    found: dict[str, dict[str, Any]] = {}
    for one in arranged:
        codes = {at: code for code, at in one.match.columns.items()}
        codes |= {at: f"{deciding.ADDED}{code}" for at, code in one.added}
        below = [row for row in heads[one.match.sheet].rows if row.number > one.match.last_row]
        for at, name in sorted(one.names.items()):
            found.setdefault(
                name,
                {
                    "at": column_letters(at),
                    "name": name,
                    "examples": _examples(row.cell(at).text for row in below if not row.cell(at).merged),
                    "to": codes.get(at, deciding.ASIDE),
                    "counting": at in one.counting,
                },
            )
    return list(found.values())


def _examples(cells: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for cell in cells:
        said = " ".join(cell.split())
        if said:
            found[said if len(said) <= _LONG else f"{said[: _LONG - 1]}…"] = None
        if len(found) == _SHOWN:
            break
    return list(found)
