"""The matrix: which level follows from probability and impact, and, where it is used, from how hard a risk is to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.compliance.models import Matrix
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths

STEPS = (1, 2, 3, 4, 5)
#: From the mildest to the gravest.
LEVELS = ("low", "medium", "high")
RANK: Mapping[str, int] = {code: place for place, code in enumerate(LEVELS)}
SCALES = ("probability", "impact", "detectability")
LIMITS = ("analyse", "decide", "settle", "release")
FILE = "risk-matrix.yaml"
_LETTERS = {"H": "high", "M": "medium", "L": "low"}
_WORDS = 60
_MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix as it holds for some unit. `source` is the unit that set it, None for the one that is shipped."""

    cells: Mapping[tuple[int, int], str]
    uses_third: bool = False
    third: Mapping[int, int] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    source: Unit | None = None
    version: int = 0

    def rows(self) -> list[tuple[int, list[tuple[int, str]]]]:
        """As people draw it: the gravest impact on top, probability from left to right."""
        return [(i, [(p, self.cells[p, i]) for p in STEPS]) for i in reversed(STEPS)]


def level_of(grid: Grid, probability: int | None, impact: int | None, detectability: int | None = None) -> str:
    """The level that follows; empty where probability or impact is not rated."""
    if probability not in STEPS or impact not in STEPS:
        return ""
    level = grid.cells[probability, impact]
    if not grid.uses_third or detectability not in STEPS:
        return level
    place = RANK[level] + grid.third.get(detectability, 0)
    return LEVELS[min(max(place, 0), len(LEVELS) - 1)]


def level_from(grid: Grid, data: Mapping[str, Any]) -> str:
    """The level of a risk by its values: of the residual rating where both of it are there, else of the inherent."""
    left = (data.get("residual_probability"), data.get("residual_impact"))
    if None not in left:
        return level_of(grid, left[0], left[1], data.get("residual_detectability") or data.get("detectability"))
    return inherent_from(grid, data)


def inherent_from(grid: Grid, data: Mapping[str, Any]) -> str:
    """The level before any measure."""
    return level_of(grid, data.get("probability"), data.get("impact"), data.get("detectability"))


def faults(grid: Grid) -> list[Fault]:
    """Why this is no matrix: a graver rating must never give a milder level."""
    found: list[Fault] = []
    for p in STEPS:
        for i in STEPS:
            for q, j in ((p - 1, i), (p, i - 1)):
                lower = grid.cells.get((q, j))
                if lower is not None and RANK[grid.cells[p, i]] < RANK[lower]:
                    found.append(_falls((p, i), (q, j)))
    if grid.uses_third:
        steps = [grid.third.get(d, 0) for d in STEPS]
        if steps != sorted(steps):
            found.append(Fault("third", _("A risk that is harder to find must not get a milder level.")))
    return found


def _falls(here: tuple[int, int], lower: tuple[int, int]) -> Fault:
    return Fault(
        f"cell-{here[0]}-{here[1]}",
        _("Probability %(p)s and impact %(i)s give a milder level than probability %(q)s and impact %(j)s.")
        % {"p": here[0], "i": here[1], "q": lower[0], "j": lower[1]},
        _("Raise this cell or lower the other one."),
    )


def refuse(grid: Grid) -> Grid:
    """The grid itself, or one Problem that names each cell at fault."""
    found = faults(grid)
    if found:
        raise Problem("matrix.falls", _("The matrix was not saved: it contradicts itself."), faults=found, status=422)
    return grid


def parsed(given: Mapping[str, Any], base: Grid) -> Grid:
    """A grid from what somebody sent: `cells`, `uses_third`, `third`, `names`, `limits`; the rest as in `base`."""
    wrong: list[Fault] = []
    cells = dict(base.cells)
    for key, level in dict(given.get("cells") or {}).items():
        place = _place(key)
        if place is None or level not in RANK:
            wrong.append(Fault(f"cell-{key}", _("This is no cell of the matrix, or no level.")))
        else:
            cells[place] = level
    third = {
        d: _whole(dict(given.get("third") or {}).get(str(d), base.third.get(d, 0)), wrong, "third", -2, 2)
        for d in STEPS
    }
    limits = {
        name: _whole(dict(given.get("limits") or {}).get(name, base.limits[name]), wrong, name, 1, _MOST_DAYS)
        for name in LIMITS
    }
    names = {scale: _names(given, scale, base, wrong) for scale in SCALES}
    if wrong:
        raise Problem("matrix.invalid", _("The matrix was not saved."), faults=wrong, status=422)
    uses = bool(given.get("uses_third", base.uses_third))
    return Grid(cells, uses, third, names, limits, base.source, base.version)


def _place(key: object) -> tuple[int, int] | None:
    parts = str(key).split(",")
    if len(parts) != 2 or not all(part in {"1", "2", "3", "4", "5"} for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _whole(value: Any, wrong: list[Fault], where: str, least: int, most: int) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = most + 1
    if not least <= number <= most:
        told = _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        wrong.append(Fault(where, told))
        return least
    return number


def _names(given: Mapping[str, Any], scale: str, base: Grid, wrong: list[Fault]) -> tuple[str, ...]:
    sent = dict(given.get("names") or {}).get(scale)
    if sent is None:
        return base.names[scale]
    words = tuple(str(word).strip() for word in sent)
    if len(words) != len(STEPS) or not all(0 < len(word) <= _WORDS for word in words):
        told = _("Each of the five steps needs words, at most %(most)s characters.") % {"most": _WORDS}
        wrong.append(Fault(scale, told))
    return words


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    path = Path(settings.PACK_DIRS[0]) / "base" / FILE
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def shipped() -> Grid:
    """The matrix that holds where nobody has set one, in the language of the moment."""
    data = _shipped()
    key = "label_en" if (get_language() or "").startswith("en") else "label"
    cells = {
        (p, int(i)): _LETTERS[letter] for i, row in data["matrix"].items() for p, letter in enumerate(row.split(), 1)
    }
    third = {d: int(data["third"][str(d)]) for d in STEPS}
    names = {scale: tuple(step[key] for step in data["steps"][scale]) for scale in SCALES}
    return Grid(cells, bool(data["third"]["uses"]), third, names, dict(data["limits"]))


def _grid(row: Matrix) -> Grid:
    base = shipped()
    cells = {place: level for key, level in row.cells.items() if (place := _place(key))}
    return Grid(
        {**base.cells, **cells},
        row.uses_third,
        {**base.third, **{int(step): value for step, value in row.third.items()}},
        {**base.names, **{scale: tuple(words) for scale, words in row.names.items()}},
        {**base.limits, **row.limits},
        row.unit,
        row.version,
    )


def of(unit: Unit) -> Grid:
    """The matrix that holds for a unit: its own, or the nearest above, or the one that is shipped."""
    return of_many([unit])[unit.pk]


def of_many(units: Iterable[Unit]) -> dict[int, Grid]:
    """The matrices of many units: one query."""
    wanted = {unit.pk: unit.path for unit in units}
    paths = {path for own in wanted.values() for path in ancestor_paths(own, itself=True)}
    rows = Matrix.objects.filter(unit__path__in=paths).select_related("unit") if paths else ()
    held = {row.unit.path: _grid(row) for row in rows}
    base = shipped()
    return {
        pk: next((held[path] for path in sorted(ancestor_paths(own, itself=True), reverse=True) if path in held), base)
        for pk, own in wanted.items()
    }
