"""Two versions of a document side by side: what came, what went, what is worded or tested otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib.errors import Problem
from guiju.packs import aligning, catalogue, check, folder, load
from guiju.packs.folder import House, PackFolder
from guiju.packs.models import Pack, PackText, Requirement

#: What is compared of a requirement, in the order in which it is told.
FIELDS = (
    "official", "force", "addressee", "who", "role", "when", "sizes", "applies", "tests", "judgement", "group", "kind",
    "section", "source", "plain", "plain_en", "weight", "cycle", "note",
)  # fmt: skip
#: Where a change asks something else of somebody; other changes are of wording.
WEIGHTY = frozenset({"force", "addressee", "who", "role", "when", "sizes", "applies", "tests", "judgement", "group"})
HEADER = (
    "title",
    "title_en",
    "document_status",
    "number",
    "issued_on",
    "effective_on",
    "ended_on",
    "words",
    "programme",
    "titles",
)
#: Requirements under different ids are the same one when this much of their words is the same.
ALIKE = 0.82

_WORD = re.compile(r"[A-Za-z0-9]+|[〇零一二三四五六七八九十百千万亿两]+|\s+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: loaded, or only a folder."""

    pack: Pack
    rows: tuple[Requirement, ...]
    forms: tuple[Mapping[str, Any], ...]
    folder: PackFolder | None = None

    @property
    def name(self) -> str:
        """`urn@version`."""
        return f"{self.pack.urn}@{self.pack.version}"


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of words that stayed (`same`), went (`gone`) or came (`new`)."""

    state: str
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; `words` shows where a text differs."""

    name: str
    before: Any
    after: Any
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class RowChange:
    """A requirement that stands on both sides, perhaps under another id."""

    before: Requirement
    after: Requirement
    fields: tuple[FieldChange, ...]

    @property
    def renamed(self) -> bool:
        """It goes by another id."""
        return self.before.code != self.after.code

    @property
    def is_weighty(self) -> bool:
        """Asks something else, or proves it otherwise."""
        return any(one.name in WEIGHTY for one in self.fields) or any(
            one.name == "official" and any(words.state != "same" for words in one.words) for one in self.fields
        )


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything in which two sides differ."""

    a: Side
    b: Side
    header: tuple[FieldChange, ...] = ()
    added: tuple[Requirement, ...] = ()
    removed: tuple[Requirement, ...] = ()
    changed: tuple[RowChange, ...] = ()
    cells_added: tuple[str, ...] = ()
    cells_removed: tuple[str, ...] = ()
    #: Every requirement of the second side that stands on the first: its id there.
    formerly: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Nothing that units answer to differs."""
        return not (self.header or self.added or self.removed or self.changed or self.cells_added or self.cells_removed)

    def as_dict(self) -> dict[str, Any]:
        """JSON."""
        return {
            "a": _side(self.a),
            "b": _side(self.b),
            "header": [_field(one) for one in self.header],
            "added": [_row(row) for row in self.added],
            "removed": [_row(row) for row in self.removed],
            "changed": [
                {
                    "id": one.after.code,
                    "id_before": one.before.code,
                    "renamed": one.renamed,
                    "fields": [_field(each) for each in one.fields],
                }
                for one in self.changed
            ],
            "cells_added": list(self.cells_added),
            "cells_removed": list(self.cells_removed),
        }


def side(name: str) -> Side:
    """A folder's path, `urn@version`, or an URN for its current version."""
    path = Path(name)
    if (path / folder.HEADER).is_file():
        return of_folder(path)
    urn, _at, version = name.partition("@")
    return of_pack(catalogue.version(urn, version))


def of_pack(pack: Pack) -> Side:
    """A version that is loaded, current or not."""
    text = PackText.objects.filter(pack=pack).only("forms").first()
    return Side(pack, tuple(catalogue.requirements(pack)), tuple(text.forms if text else ()))


def of_folder(path: Path) -> Side:
    """A folder as it would be loaded; its faults are told instead, if it has any."""
    found = folder.read(path)
    # What is looked at would take the place of the version that is installed.
    others = [other for other in map(folder.read_declarations, check.installed()) if other.urn != found.urn]
    faults = check.faults(found, House((*others, found)))
    if faults:
        what = _("The pack in %(path)s has %(count)s faults.") % {"path": path, "count": len(faults)}
        fix = _("Correct them; `guiju packs check PATH` shows them again.")
        raise Problem("pack.invalid", what, fix=fix, status=422, faults=faults)
    pack, rows = load.unsaved(found)
    forms = tuple(form.value.model_dump(mode="json") for form in found.forms)
    return Side(pack, tuple(rows), forms, found)


def differ(a: Side, b: Side) -> Difference:
    """What has to be said about going from `a` to `b`."""
    formerly = _matched(a.rows, b.rows)
    by_code = {row.code: row for row in a.rows}
    changed = []
    for row in b.rows:
        if row.code in formerly:
            before = by_code[formerly[row.code]]
            fields = tuple(_fields(before, row))
            if fields or before.code != row.code:
                changed.append(RowChange(before, row, fields))
    kept = set(formerly.values())
    mine, theirs = _cells(a.forms), _cells(b.forms)
    return Difference(
        a,
        b,
        header=tuple(_header(a.pack, b.pack)),
        added=tuple(row for row in b.rows if row.code not in formerly),
        removed=tuple(row for row in a.rows if row.code not in kept),
        changed=tuple(changed),
        cells_added=tuple(name for name in theirs if name not in mine),
        cells_removed=tuple(name for name in mine if name not in theirs),
        formerly=formerly,
    )


def words(before: str, after: str) -> tuple[Words, ...]:
    """Chinese character by character, other words and figures whole."""
    left, right = _WORD.findall(before), _WORD.findall(after)
    found: list[Words] = []
    for state, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if state == "equal":
            found.append(Words("same", "".join(left[i1:i2])))
            continue
        if i2 > i1:
            found.append(Words("gone", "".join(left[i1:i2])))
        if j2 > j1:
            found.append(Words("new", "".join(right[j1:j2])))
    return tuple(found)


def value(row: Requirement, name: str) -> Any:
    """A field of a requirement, wherever it is kept; None when it says nothing."""
    found = row.extra.get(name) if name in {"who", "role", "when", "weight", "cycle"} else getattr(row, name)
    return found or None


def _matched(a: Sequence[Requirement], b: Sequence[Requirement]) -> dict[str, str]:
    """Id there -> id here: the same id, else the same words, else nearly the same words in what is left over."""
    known = {row.code for row in a}
    found = {row.code: row.code for row in b if row.code in known}
    left = [row for row in a if row.code not in found]
    right = [row for row in b if row.code not in found]
    same: dict[str, list[Requirement]] = {}
    for row in left:
        same.setdefault(aligning.fold(row.official), []).append(row)
    for row in right:
        twins = same.get(aligning.fold(row.official))
        if twins:
            found[row.code] = twins.pop(0).code
    used = set(found.values())
    spare = [row for row in left if row.code not in used]
    for row in right:
        if row.code not in found and (twin := _nearest(row, spare)) is not None:
            found[row.code] = twin.code
            spare.remove(twin)
    return found


def _nearest(row: Requirement, among: Iterable[Requirement]) -> Requirement | None:
    best, twin = ALIKE, None
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(row.official)
    for other in among:
        matcher.set_seq1(other.official)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, twin = ratio, other
    return twin


def _fields(before: Requirement, after: Requirement) -> Iterator[FieldChange]:
    for name in FIELDS:
        old, new = value(before, name), value(after, name)
        if old == new or (name == "official" and aligning.fold(old or "") == aligning.fold(new or "")):
            continue
        if name in {"official", "plain", "plain_en", "note"}:
            yield FieldChange(name, old, new, words(old or "", new or ""))
        else:
            yield FieldChange(name, old, new)


def _said(pack: Pack, name: str) -> Any:
    """What the header says; the document's own words are what is always expected."""
    found = pack.header.get(name)
    return None if not found or (name, found) == ("words", "verbatim") else found


def _header(before: Pack, after: Pack) -> Iterator[FieldChange]:
    for name in HEADER:
        old, new = _said(before, name), _said(after, name)
        if old != new:
            yield FieldChange(name, old, new)


def _cells(forms: Iterable[Mapping[str, Any]]) -> list[str]:
    """Cells by form and words, because their ids are not seen by anybody."""
    return [f"{form['code']}: {' '.join(cell['official'].split())}" for form in forms for cell in form["cells"]]


def _side(one: Side) -> dict[str, Any]:
    return {
        "urn": one.pack.urn,
        "version": one.pack.version,
        "title": one.pack.title,
        "folder": one.folder.name if one.folder else None,
    }


def _row(row: Requirement) -> dict[str, Any]:
    return {
        "id": row.code,
        "kind": row.kind,
        "section": row.section,
        "source": row.source,
        "official": row.official,
        "plain": row.plain,
        "force": row.force,
        "group": row.group or None,
    }


def _field(one: FieldChange) -> dict[str, Any]:
    found: dict[str, Any] = {"field": one.name, "before": one.before, "after": one.after}
    if one.words:
        found["words"] = [[each.state, each.text] for each in one.words]
    return found
