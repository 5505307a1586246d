"""The shape of the files of a pack. Keys that are not listed here are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"\S")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
#: A task is one line of a list, in Chinese characters.
TASK_LENGTH = 40
SizeName = Literal["large", "medium", "small", "micro"]


class Strict(BaseModel):
    """No unknown keys, and no value is bent into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Choice(Strict):
    """One value of a choice."""

    code: Code
    label: Line
    label_en: str = ""


class Attribute(Strict):
    """Something about a unit on which requirements branch. `derived` values are computed, never entered."""

    code: Code
    label: Line
    label_en: str = ""
    type: Literal["boolean", "choice", "integer", "amount", "date", "text"]
    choices: list[Choice] = []
    unit: str = ""
    derived: bool = False
    why: str = ""


class Attributes(Strict):
    """attributes.yaml."""

    attributes: list[Attribute]


class Limits(Strict):
    """Figures of one line of the size table, in the units of the attributes of the same name."""

    staff_count: int | None = Field(default=None, ge=0)
    revenue: int | None = Field(default=None, ge=0)
    total_assets: int | None = Field(default=None, ge=0)


class SizeRow(Strict):
    """One industry: below any of the first it is not large; medium and small need all of theirs, else one tier down."""

    row: int
    industry: Code
    label: Line
    sme_below: Limits
    medium: Limits
    small: Limits
    note: str = ""


class SizeTable(Strict):
    """The thresholds in force from a day on."""

    from_on: date
    source: Line
    rows: list[SizeRow]


class SizeTables(Strict):
    """size-classes.yaml."""

    tables: list[SizeTable]


class SourceText(Strict):
    """The file that holds the document's own words, and its SHA-256."""

    file: Line
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Section(Strict):
    """A heading of the document."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    title: Line
    title_en: str = ""


class Stage(Strict):
    """A stretch of a programme, with the document's own dates."""

    code: Code
    title: Line
    title_en: str = ""
    from_on: date
    to_on: date


class Programme(Strict):
    """A document that runs from a day to a day. Its dates are offsets from the base date; they are its own by default."""

    base_date: date
    from_on: date
    to_on: date
    stages: list[Stage] = []


class Header(Strict):
    """pack.yaml."""

    urn: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(:[a-z0-9.-]+)+$", max_length=120)]
    version: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,19}$")]
    title: Line
    title_en: Annotated[str, StringConstraints(max_length=200)] = ""
    document_status: Literal["in_force", "ended", "draft", "own"]
    status_note: str = ""
    status_note_en: str = ""
    issuer: str = ""
    issuer_en: str = ""
    number: str = ""
    issued_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    language: str = "zh-Hans"
    #: Whether `official` holds the document's own words, or a gist in ours because its text is not at hand.
    words: Literal["verbatim", "gist"] = "verbatim"
    source: SourceText | None = None
    licence_note: str = ""
    note: str = ""
    files: list[Line] = []
    titles: dict[str, list[Line]] = {}
    attributes: list[Attribute] = []
    sections: list[Section] = []
    programme: Programme | None = None
    #: The pack this one is derived from: what it does not say anew holds as there (not read yet).
    derives_from: str = ""


class Condition(Strict):
    """When a requirement applies: all of what is given must hold; of `any`, one."""

    sizes: list[SizeName] = []
    attribute: Code | None = None
    equals: bool | int | str | date | None = Field(default=None, alias="is")
    any: list[Condition] = []


class TestRef(Strict):
    """An evidence test by name, with parameters."""

    __test__ = False

    test: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=60)]
    params: dict[str, object] = {}


class AnyOf(Strict):
    """Several evidence tests of which one is enough, where one row of the document itself says A or B."""

    any: list[TestRef] = Field(min_length=2)


def _shape(value: object) -> str:
    """The class a row of `tests` belongs to; an error then names its keys and no others."""
    there = "any" in value if isinstance(value, dict) else isinstance(value, AnyOf)
    return AnyOf.__name__ if there else TestRef.__name__


Tests = list[Annotated[Annotated[TestRef, Tag("TestRef")] | Annotated[AnyOf, Tag("AnyOf")], Discriminator(_shape)]]


RoleName = Literal["first_responsible", "compliance_head", "compliance_staff", "department_officer"]


class When(Strict):
    """When something is due: the document's own words, and what the clock makes of them.

    Without `cycle` it is due once, on `due_on` (not due before that day: nothing is red yet). With `cycle` it is due
    in every period from `from_on` to `until_on`, on day `day` of the period's last month, or at the period's end;
    `after` counts that many months behind the period's end (a report on last month, due on the 20th: after 1).
    `open` says that the document leaves the date to a later notice.
    """

    text: Line
    due_on: date | None = None
    cycle: Literal["month", "quarter", "half", "year"] | None = None
    day: int | None = Field(default=None, ge=1, le=31)
    after: int = Field(default=0, ge=0, le=12)
    from_on: date | None = None
    until_on: date | None = None
    open: bool = False
    #: What the owner finds on the to-do list, a verb first; only what has a task becomes one.
    task: Annotated[str, StringConstraints(max_length=TASK_LENGTH)] = ""
    task_en: Annotated[str, StringConstraints(max_length=120)] = ""
    owner: RoleName = "compliance_head"
    #: The requirements that make up the whole, where the document's task is asked in parts: done once all of them are met.
    covers: list[Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$")]] = []
    #: The list shows it so many working days before it is due.
    lead: int = Field(default=20, ge=0, le=250)


class Item(Strict):
    """One requirement, or another thing that a document says."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$")]
    kind: Literal["indicator", "clause", "task", "milestone", "duty", "field", "definition"]
    section: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    sizes: list[SizeName] = []
    source: Line
    official: Text
    plain: Text
    plain_en: str = ""
    force: Literal["must", "normally", "encourage", "guide", "may", "indicator"]
    group: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    note: str | None = None
    tests: Tests = []
    judgement: bool = False
    applies: Condition | None = None
    addressee: Literal["unit", "evaluator", "authority", "association", "none"] = "unit"
    #: The document's own word for whoever has to do it, and the office that word means.
    who: str = ""
    role: RoleName | None = None
    when: When | None = None
    weight: int | float | None = Field(default=None, ge=0)
    cycle: str = ""


def each_test(item: Item) -> Iterator[tuple[tuple[str | int, ...], TestRef]]:
    """Every test of a requirement with its place in the file."""
    for number, ref in enumerate(item.tests):
        if isinstance(ref, AnyOf):
            for choice, one in enumerate(ref.any):
                yield ("tests", number, "any", choice), one
        else:
            yield ("tests", number), ref


#: Why words of a document ask nothing of anybody; each has its sentence in `marks.WHY`.
WhyNoDuty = Literal[
    "title", "heading", "background", "purpose", "principle", "reference", "address", "signature", "attachment_list",
    "numbering", "explanation", "example", "announcement", "repeated",
]  # fmt: skip


class Mark(Strict):
    """What became of words that are no requirement: each sentence of a document is one or the other.

    Marks of one file stand in the document's order; each covers one place, found after the one before it.
    """

    kind: Literal["definition", "date", "no_duty"]
    official: Text
    why: WhyNoDuty | None = None
    #: In our words, where the document needs explaining.
    note: str = ""
    note_en: str = ""
    from_on: date | None = None
    to_on: date | None = None


class Cell(Strict):
    """One printed cell of an official form, with its own words."""

    id: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$")]
    official: Text
    #: heading: title of the form; column: head of a column; row: head of a row; preset: words that stand in a cell to
    #: be continued; hint: an instruction inside a cell; section: a numbered part to be written; note: below the form.
    role: Literal["heading", "column", "row", "preset", "hint", "section", "note"]
    #: Place in the form, counted from 1; a column head may stand under another (`under`).
    row: int | None = None
    column: int | None = None
    under: str = ""
    #: Whose cell it is where the form keeps several bodies apart.
    block: Literal["", "group", "subsidiary"] = ""
    #: The requirement the row is about.
    about: str = ""
    #: One row of the form may need several of these (problems of a task, measures of a problem).
    repeats: bool = False


class Form(Strict):
    """A form that the document prints; its cells stand in the document's order."""

    code: Code
    title: Line
    title_en: str = ""
    source: Line
    kind: Literal["table", "template"]
    #: How often it is handed in, in the document's words.
    when: str = ""
    cells: list[Cell]


class Items(Strict):
    """A file named in `files` of pack.yaml: requirements, marks and forms, whichever it has."""

    requirements: list[Item] = []
    marks: list[Mark] = []
    forms: list[Form] = []
