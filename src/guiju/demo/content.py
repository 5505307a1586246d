"""The content files: tables of rows, series of recurring rows, and what happened to rows afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from guiju.demo import when
from guiju.demo.when import Chance
from guiju.lib import period

#: Columns of a table that are no fields of its register.
OWN = frozenset({"id", "by", "lag", "evening", "files", "status", "why", "tier", "unit"})
#: Columns of the table of units below a root.
UNITS = "code parent name short kind country industry style tier shift adopt"
_RANGE = re.compile(r"(\d+)~(\d+)")
_PART = re.compile(r"(\d+)%~(\d+)% of (\w+)")


@dataclass(frozen=True, slots=True)
class After:
    """What happens to a row later: a move, a change (`set`) or its removal (`remove`)."""

    spec: str
    what: str
    values: Mapping[str, str]
    reason: str = ""
    by: str = ""


@dataclass(slots=True)
class Line:
    """One row as written, with the columns of our own apart."""

    key: str
    register: str
    values: dict[str, Any]
    own: dict[str, str] = field(default_factory=dict)
    after: list[After] = field(default_factory=list)

    @property
    def where(self) -> str:
        """For messages about the content."""
        return f"{self.register} {self.key}"


@lru_cache(maxsize=64)
def load(name: str) -> Mapping[str, Any]:
    """One content file, e.g. `firms/platform.yaml`."""
    text = resources.files("guiju.demo").joinpath("data", *name.split("/")).read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


def cells(text: str) -> Iterator[list[str]]:
    """The rows of a block `a | b | c`."""
    for raw in text.splitlines():
        if raw.strip() and not raw.lstrip().startswith("#"):
            yield [cell.strip() for cell in raw.split("|")]


def rows(columns: str, text: str) -> Iterator[dict[str, str]]:
    """The rows of a block by column; empty cells are left out."""
    names = columns.split()
    for row in cells(text):
        if len(row) > len(names):
            raise ValueError(f"{len(row)} cells for {len(names)} columns: {row[:3]}")
        yield {name: cell for name, cell in zip(names, row, strict=False) if cell}


def lines(tables: Sequence[Mapping[str, Any]], *, today: date, chance: Chance) -> list[Line]:
    """All rows of a file's tables, the later steps attached."""
    found: list[Line] = []
    for number, table in enumerate(tables):
        if "series" in table:
            made = list(_series(table, number, today=today, chance=chance))
        else:
            made = list(_table(table, number))
        found += made
    return found


def join(found: list[Line], more: Sequence[Line], name: str) -> None:
    """Add the rows of another file; where keys are the same, the file's name tells them apart."""
    taken = {line.where for line in found}
    for line in more:
        line.key = f"{name}:{line.key}" if line.where in taken else line.key
    found += more


def attach(found: Sequence[Line], after: str) -> None:
    """Put each later step on its row."""
    by_key = {line.key: line for line in found}
    for row in rows("key when what values reason by", after):
        pairs = [pair.split("=", 1) for pair in row.get("values", "").split(";") if "=" in pair]
        values = {name.strip(): value.strip() for name, value in pairs}
        line = by_key[row["key"]]
        line.after.append(After(row["when"], row["what"], values, row.get("reason", ""), row.get("by", "")))


def sweep(found: Sequence[Line], sweeps: Sequence[Mapping[str, Any]], *, chance: Chance) -> None:
    """A yearly round: the same later step on most rows of a register, over some days."""
    for plan in sweeps:
        for line in found:
            if line.register == plan["register"] and line.key not in plan.get("skip", ()):
                days = chance.of(f"sweep {line.key}").randrange(plan["spread"])
                values = {name: f"{value}{days:+d}" for name, value in plan["set"].items()}
                line.after.append(After(f"{plan['when']}{days:+d}", "set", values, plan["reason"], plan.get("by", "")))


def _table(table: Mapping[str, Any], number: int) -> Iterator[Line]:
    defaults = table.get("defaults", {})
    for count, row in enumerate(rows(table["columns"], table["rows"])):
        yield _line(table["register"], {**defaults, **row}, f"{table['register']}-{number}-{count}")


def _line(register: str, row: Mapping[str, Any], fallback: str) -> Line:
    own = {name: str(row[name]) for name in OWN & row.keys()}
    values = {name: value for name, value in row.items() if name not in OWN}
    if register == "rectifications":
        rectified(values, own)
    return Line(own.get("id") or str(values.get("number", "")) or fallback, register, values, own)


def rectified(values: dict[str, Any], own: Mapping[str, Any]) -> None:
    """Give a rectification the kind of its cause, and a closed one the place of its evidence."""
    values.setdefault("cause", "检查发现，责任人未按制度办理。")
    values.setdefault("cause_kind", _cause(str(values["cause"])))
    if own.get("status") == "closed" and "files" not in own:
        values.setdefault("no_files", "佐证为纸质材料，已归档备查。")


#: How the content words causes, and the kind that each belongs to.
_CAUSES = {
    "no_rule": ("没有制度", "无制度", "无要求", "未规定", "缺制度", "口径"),
    "unclear_duty": ("职责", "没人盯", "无人", "分工"),
    "no_supervision": ("没有检查", "未复核", "监督", "抽查"),
    "training": ("不熟悉", "不了解", "不清楚", "经验", "培训", "意识"),
    "resources": ("人手", "人员", "单人", "经费", "工期"),
    "system": ("系统", "流程", "模板", "接口", "联动"),
    "change": ("新规", "法规", "上位"),
}


def _cause(words: str) -> str:
    """The kind of a cause; most often a rule was there and not followed."""
    return next((kind for kind, said in _CAUSES.items() if any(one in words for one in said)), "not_followed")


def _series(table: Mapping[str, Any], number: int, *, today: date, chance: Chance) -> Iterator[Line]:
    """One row per month, quarter or week, with exceptions by its distance from now."""
    plan = table["series"]
    unit = plan["every"]
    register, happened = table["register"], plan["field"]
    skipped = set(plan.get("skip", ()))
    for count, back in enumerate(range(plan["from"], plan.get("to", -1) + 1, plan.get("step", 1))):
        if back in skipped:
            continue
        row: dict[str, Any] = {name: _turn(value, count) for name, value in table["values"].items()}
        row[happened] = f"{unit}{back:+d}{plan.get('day', 10):+d}"
        row.update(table.get("except", {}).get(back, {}))
        key = f"{plan.get('id', f'{register}-{number}')}{back}"
        yield _line(register, _numbers(row, chance.of(key)), key)


def _turn(value: Any, count: int) -> Any:
    return value[count % len(value)] if isinstance(value, list) else value


def _numbers(row: dict[str, Any], source: Any) -> dict[str, Any]:
    """Ranges `180~220` and parts `94%~100% of due_count` become numbers."""
    for name, value in row.items():
        if isinstance(value, str) and (match := _RANGE.fullmatch(value)):
            row[name] = source.randint(int(match[1]), int(match[2]))
    for name, value in row.items():
        if isinstance(value, str) and (match := _PART.fullmatch(value)):
            row[name] = int(row[match[3]]) * source.randint(int(match[1]), int(match[2])) // 100
    return row


def day(spec: str, *, today: date, base: date | None = None) -> date:
    """A day as the content writes it; a plain date too."""
    return when.resolve(spec, today=today, base=base) if when.is_spec(spec) else date.fromisoformat(spec)


def period_of(word: str, on: date) -> str:
    """A period as the content writes it."""
    return str(period.parse(when.period_code(word, on)))
