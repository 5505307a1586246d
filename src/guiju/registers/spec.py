"""A register as data: fields, states, moves, list, layouts and what it tells to the fact relations.

spec.get("appointments").field("role").label()
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Key

from guiju.registers import slots

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Note = Annotated[str, StringConstraints(max_length=1000)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Name = Annotated[str, StringConstraints(pattern=r"^_?[a-z][a-z0-9_]{0,39}$")]
Tone = Literal["met", "partly", "unmet", "person", "na", "none"]
Scalar = str | bool | int


def in_english(lang: str | None = None) -> bool:
    """Chinese unless English is asked for."""
    return (lang or get_language() or "zh").startswith("en")


class Strict(BaseModel):
    """No unknown keys; nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Labelled(Strict):
    """Something with a code and its names in both languages."""

    code: Code
    zh: Line = Key(alias="label")
    en: Annotated[str, StringConstraints(max_length=200)] = Key(default="", alias="label_en")

    def label(self, lang: str | None = None) -> str:
        """The name in the given or current language; Chinese where there is no English one."""
        return (self.en or self.zh) if in_english(lang) else self.zh


class Choice(Labelled):
    """One value of a choice; `synonyms` are other words that people write for it."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,40}$")]
    tone: Tone = "none"
    synonyms: tuple[Line, ...] = ()


class Field(Labelled):
    """One field of a register. With a `slot` it can be sorted, filtered, timed and read by facts.

    A choice takes its values from a shared list (`choices_from`), from its own `choices`, or from both in that order.
    """

    type: Literal[slots.TYPES]  # type: ignore[valid-type]
    slot: str = ""
    required: bool = False
    #: States in which a required field may still be empty: a rule that is being drafted has no day of issue.
    free_in: tuple[Code, ...] = ()
    section: str = ""
    #: The section's English name; it stands at one field of the section, by custom the first.
    section_en: Annotated[str, StringConstraints(max_length=200)] = ""
    help_zh: Note = Key(default="", alias="help")
    help_en: Note = ""
    choices: tuple[Choice, ...] = ()
    choices_from: str = ""
    synonyms: tuple[Line, ...] = ()
    unique: bool = False
    min: int | float | None = None
    max: int | float | None = None
    max_length: int | None = Key(default=None, ge=1, le=20_000)
    not_before: str = ""
    #: A date may begin with the word `today`.
    default: str | bool | int | float | None = None
    #: A form begins with the person who fills it in: that of the move which asks for it, or that of a new row.
    begins_with_me: bool = False
    #: Left empty, a text is made from these fields: a short code that the same words always give, or their gist.
    made_from: tuple[Code, ...] = ()
    made_as: Literal["code", "gist"] = "code"
    #: A column of an organisation's own: shown only where one of its layouts gives it a heading.
    own: bool = False
    #: Kept by the programme itself: shown, exported and filtered, but never asked for.
    kept: bool = False
    refers: str = ""
    sensitive: bool = False

    def help(self, lang: str | None = None) -> str:
        """What to enter, in the given or current language."""
        return (self.help_en or self.help_zh) if in_english(lang) else self.help_zh

    @cached_property
    def options(self) -> tuple[Choice, ...]:
        """The values of a choice field, wherever they come from."""
        from guiju.registers import choices

        return (*choices.options(self.choices_from), *self.choices)

    def option(self, code: object) -> Choice | None:
        """The choice with this code."""
        return self._by_code.get(str(code))

    @cached_property
    def _by_code(self) -> dict[str, Choice]:
        return {item.code: item for item in self.options}

    @property
    def is_many(self) -> bool:
        """True for fields that hold a list."""
        return self.type in {"choices", "people", "entries", "files"}

    @property
    def length(self) -> int:
        """The most characters that a text may have."""
        room = slots.WIDTHS.get(self.slot, {"longtext": 20_000, "url": 1_000}.get(self.type, 500))
        return min(self.max_length or room, room)


class State(Labelled):
    """Where a row stands."""

    tone: Tone = "none"


class Move(Labelled):
    """A way from one state to another."""

    sources: tuple[Code, ...] = Key(alias="from")
    to: Code
    needs: tuple[Code, ...] = ()
    #: Groups of fields of which one at least must hold something (整改: files, or why there are none).
    either: tuple[tuple[Code, ...], ...] = ()
    #: Two person fields that must name different people (整改: acceptor and owner).
    differs: tuple[Code, ...] = ()
    asks_reason: bool = False
    #: Possible, but not what to do next: no page urges it.
    quiet: bool = False
    permission: str = ""
    #: Whoever the row names as its owner may take it too, with no more than it needs and files: he reports his own work.
    by_owner: bool = False


class FactMap(Strict):
    """Which columns of a fact relation this register fills, and with which rows."""

    relation: Code
    columns: dict[Code, Name]
    #: Columns of the relation that hold the same for every row of this register.
    constants: dict[Code, Scalar] = {}
    where: dict[Name, Scalar | list[Scalar]] = {}


class ListSpec(Strict):
    """What a list shows when nobody has chosen otherwise."""

    columns: tuple[Name, ...]
    sort: str = ""
    filters: tuple[Name, ...] = ()


class LayoutColumn(Strict):
    """A field under the heading that an official form gives it; `_row` is the running number.

    Some forms spread one field over several columns (宣传平台名称: central, municipal, other): `when` names a choice
    and the value with which the field stands in this column; what is entered here chooses that value.
    """

    field: Name
    label: Line
    #: The heading above this one, where columns share one.
    under: str = ""
    when: dict[Code, str] = Key(default={}, max_length=1)
    #: A group column: an empty cell means what stands above it, and equal cells are written as one merged cell.
    carry: bool = False
    #: In characters, as Excel counts them.
    width: float | None = Key(default=None, gt=0, le=255)


class Layout(Strict):
    """A table in somebody's own form."""

    title: Line
    columns: tuple[LayoutColumn, ...]
    #: One sheet per department, named after it; without it all rows stand in one sheet.
    by_department: bool = False
    #: Other words for this form, for people who choose it.
    note: Note = ""
    note_en: Note = ""


class RegisterSpec(Strict):
    """One register's YAML, checked."""

    code: Code = Key(alias="register")
    title_zh: Line = Key(alias="title")
    title_en: Annotated[str, StringConstraints(max_length=200)] = ""
    group: Code
    order: int = 0
    icon: str = ""
    help_zh: Note = Key(default="", alias="help")
    help_en: Note = ""
    storage: str = "entry"
    #: The words of the files that its records hold are found by the search.
    full_text: bool = False
    happened: str = ""
    #: What happened before a unit kept this register here is no late entry (`registers.stock`).
    stock: bool = False
    title_from: str = ""
    states: tuple[State, ...] = ()
    initial: str = ""
    #: Who may let a new row begin in the initial state; a row of anybody else begins in the other one.
    initial_permission: str = ""
    initial_without: str = ""
    moves: tuple[Move, ...] = ()
    fields: tuple[Field, ...]
    key: tuple[Code, ...] = ()
    list: ListSpec
    layouts: dict[str, Layout] = {}
    facts: tuple[FactMap, ...] = ()

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        from guiju.registers import rules

        found = rules.check(self)
        if found:
            raise ValueError("; ".join(str(fault) for fault in found))
        return self

    def title(self, lang: str | None = None) -> str:
        """The register's name in the given or current language."""
        return (self.title_en or self.title_zh) if in_english(lang) else self.title_zh

    def help(self, lang: str | None = None) -> str:
        """What the register is for."""
        return (self.help_en or self.help_zh) if in_english(lang) else self.help_zh

    @cached_property
    def by_code(self) -> dict[str, Field]:
        """Fields by code."""
        return {item.code: item for item in self.fields}

    @cached_property
    def by_slot(self) -> dict[str, Field]:
        """Fields by slot."""
        return {item.slot: item for item in self.fields if item.slot}

    def field(self, code: str) -> Field | None:
        """The field with this code."""
        return self.by_code.get(code)

    def state(self, code: str) -> State | None:
        """The state with this code."""
        return next((item for item in self.states if item.code == code), None)

    @cached_property
    def asked_later(self) -> frozenset[str]:
        """What a move asks for, so that a new row need not say it."""
        return frozenset(code for move in self.moves for code in move.needs)

    def move(self, code: str) -> Move | None:
        """The move with this code."""
        return next((item for item in self.moves if item.code == code), None)

    def moves_from(self, status: str) -> tuple[Move, ...]:
        """The moves open to a row in this state."""
        return tuple(item for item in self.moves if status in item.sources)

    @property
    def is_entry(self) -> bool:
        """False for registers whose rows live in a table of their own."""
        return self.storage == "entry"

    def column(self, name: str) -> str:
        """The column of `Entry` behind a field or pseudo-field; empty when there is none."""
        if name.startswith("_"):
            return {
                "_owner": "owner",
                "_title": "title",
                "_number": "number",
                "_uid": "uid",
                "_status": "status",
                "_file_count": "file_count",
                "_recorded_at": "recorded_at",
                "_created_at": "created_at",
                "_unit": "unit",
            }.get(name, "")
        found = self.field(name)
        return found.slot if found else ""

    def section_label(self, section: str, lang: str | None = None) -> str:
        """A section's name in the given or current language; Chinese where there is no English one."""
        return (self._sections_en.get(section) or section) if in_english(lang) else section

    @cached_property
    def _sections_en(self) -> dict[str, str]:
        return {item.section: item.section_en for item in self.fields if item.section_en}

    @property
    def sections(self) -> Mapping[str, Sequence[Field]]:
        """Fields by section, both in the order of the file."""
        found = dict.fromkeys(item.section for item in self.fields)
        return {section: tuple(item for item in self.fields if item.section == section) for section in found}


@dataclass(frozen=True, slots=True)
class FactSource:
    """A register that fills a relation: relation column -> column of Entry, and the rows that count."""

    register: str
    columns: Mapping[str, str]
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    constants: Mapping[str, Scalar] = field(default_factory=dict)


def get(code: str) -> RegisterSpec:
    """The register with this code, or 404."""
    from guiju.registers import catalogue

    return catalogue.get(code)


def all_specs() -> list[RegisterSpec]:
    """All registers in their order."""
    from guiju.registers import catalogue

    return list(catalogue.specs().values())


def grouped() -> dict[str, list[RegisterSpec]]:
    """The registers by group, groups in the order of their first register."""
    groups: dict[str, list[RegisterSpec]] = {}
    for item in all_specs():
        groups.setdefault(item.group, []).append(item)
    return groups


def fact_sources(relation: str) -> list[FactSource]:
    """The registers that fill a relation."""
    return [
        FactSource(
            register=item.code,
            columns={name: item.column(source) for name, source in fact.columns.items()},
            where={item.column(name): _values(wanted) for name, wanted in fact.where.items()},
            constants=fact.constants,
        )
        for item in all_specs()
        for fact in item.facts
        if fact.relation == relation
    ]


def _values(wanted: Scalar | Iterable[Scalar]) -> tuple[Scalar, ...]:
    return (wanted,) if isinstance(wanted, str | bool | int) else tuple(wanted)
