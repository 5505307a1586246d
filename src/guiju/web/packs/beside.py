"""The document's text cut into marked pieces, each beside what it became."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from guiju.packs import aligning, layout, words
from guiju.packs.aligning import FORM, REQUIREMENT, Span
from guiju.packs.models import PackText, Requirement

#: What a piece of text can be, the weightiest first: of several the first gives the colour.
KINDS = (REQUIREMENT, FORM, "date", "definition", "no_duty")
#: Words that nobody has accounted for.
FORGOTTEN = "none"
#: Cells of a table that need a word; heads and preset words show what they are.
TOLD = frozenset({"hint", "section", "note"})
#: Words that make a column wide.
LONG, MIDDLING = 40, 12
#: A table with more columns takes the width of the page; what it became stands below it.
WIDE = 4


@dataclass(slots=True)
class Tag:
    """What a stretch of text became, as a word behind it; a requirement's is its number, and leads to it."""

    kind: str
    word: str
    title: str
    url: str = ""


@dataclass(slots=True)
class Piece:
    """Characters that became the same thing. `of` names the cards that belong to it, `anchors` those it begins."""

    text: str
    kind: str = ""
    of: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    #: A heading or title of the document.
    is_heading: bool = False
    #: Two things with a blank between them stand in one cell: each begins its own line.
    breaks: bool = False


@dataclass(slots=True)
class Note:
    """What stands beside words that are no requirement."""

    kind: str
    title: str
    text: str = ""


@dataclass(slots=True)
class Cell:
    """A paragraph, or a cell of a table; `head` when a form prints it as a head."""

    pieces: list[Piece]
    head: bool = False

    @property
    def room(self) -> str:
        """How wide a column it needs: long, mid or none in particular."""
        length = sum(len(piece.text) for piece in self.pieces)
        return "long" if length > LONG else "mid" if length > MIDDLING else ""

    @property
    def kinds(self) -> set[str]:
        """Everything that its words became."""
        return {tag.kind for piece in self.pieces for tag in piece.tags} | {piece.kind for piece in self.pieces}


@dataclass(slots=True)
class Line:
    """A paragraph or a row of a table with what it became."""

    cells: list[Cell]
    cards: list[Any] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    hidden: bool = False
    #: Goes on with the row above it: one printed row with several things in one cell.
    more: bool = False

    @property
    def kinds(self) -> set[str]:
        """What its words became; words that nothing covers are the empty kind."""
        return set().union(*(cell.kinds for cell in self.cells))

    @property
    def anchors(self) -> list[str]:
        """The requirements that begin in it."""
        return [name for cell in self.cells for piece in cell.pieces for name in piece.anchors]


@dataclass(slots=True)
class Section:
    """A paragraph or a table, ready to be drawn."""

    lines: list[Line]
    is_table: bool

    @property
    def is_wide(self) -> bool:
        """Too wide to stand beside anything, or with nothing to stand beside."""
        return self.is_table and (len(self.lines[0].cells) > WIDE or not any(line.cards for line in self.lines))

    @property
    def shown(self) -> list[Line]:
        """The lines that the filter leaves."""
        return [line for line in self.lines if not line.hidden]

    @property
    def cards(self) -> list[Any]:
        """Those of all its lines."""
        return [card for line in self.shown for card in line.cards]

    @property
    def notes(self) -> list[Note]:
        """Those of all its lines, each once."""
        return list({(note.kind, note.title, note.text): note for line in self.shown for note in line.notes}.values())


class Reader:
    """Cuts one document's text. `card` makes what stands beside a requirement, from it and its number."""

    def __init__(
        self, beside: PackText, requirements: Iterable[Requirement], card: Callable[[Requirement, int], Any]
    ) -> None:
        self.text = beside.text
        self.spans = [Span(*span) for span in beside.spans]
        self.marks: list[dict[str, Any]] = beside.marks
        self.forms: dict[str, dict[str, Any]] = {form["code"]: form for form in beside.forms}
        self.cells = {f"{form['code']}/{cell['id']}": cell for form in beside.forms for cell in form["cells"]}
        self.requirements = {row.code: row for row in requirements}
        self.numbers = self._numbered()
        self.english = (get_language() or "").startswith("en")
        self._card = card
        self._told: set[str] = set()
        self._cuts = sorted({place for span in self.spans for place in (span.start, span.end)})
        self._active = self._covering()
        #: Words that nothing accounts for; a pack without marks does not claim to account for all.
        self.forgotten = [(one.start, one.end) for one in aligning.uncovered(self.text, self.spans) if self.marks]

    def read(self) -> list[Section]:
        """The whole text in order."""
        return [
            Section([line for row in block.rows for line in self._lines(row, block)], block.is_table)
            for block in layout.blocks(self.text)
        ]

    def counts(self) -> dict[str, int]:
        """How many requirements, cells, dates, definitions and sentences without a duty there are."""
        found = dict.fromkeys(KINDS, 0)
        for span in self.spans:
            found[self.kind(span)] += 1
        return {kind: count for kind, count in (found | {FORGOTTEN: len(self.forgotten)}).items() if count}

    def kind(self, span: Span) -> str:
        """What a stretch became; a definition may be written as a requirement that asks nothing."""
        if span.kind == REQUIREMENT and self.requirements[str(span.reference)].kind == "definition":
            return "definition"
        return span.kind

    def _numbered(self) -> dict[str, int]:
        """Requirements in the order in which the text comes to them."""
        order = dict.fromkeys(str(span.reference) for span in self.spans if span.kind == REQUIREMENT)
        return {code: number for number, code in enumerate(order, start=1)}

    def _covering(self) -> dict[int, list[Span]]:
        """Cut -> the spans that hold from it to the next cut."""
        begins: dict[int, list[Span]] = {}
        for span in self.spans:
            begins.setdefault(span.start, []).append(span)
        found: dict[int, list[Span]] = {}
        open_ones: list[Span] = []
        for cut in self._cuts:
            open_ones = [span for span in open_ones if span.end > cut] + begins.get(cut, [])
            found[cut] = open_ones
        return found

    # --- lines, cells, pieces ---

    def _lines(self, row: Sequence[layout.Place], block: layout.Block) -> list[Line]:
        """A row with what it became; where one cell holds several things, each has a line of its own."""
        cells = [self._cell(place, is_table=block.is_table) for place in row]
        lines = _split(cells) if block.is_table and block.columns <= WIDE else [Line(cells)]
        cards: dict[str, Any] = {}
        for span in sorted({span for place in row for span in self._beginning(place)}, key=lambda span: span.start):
            if span.kind == REQUIREMENT:
                number = self.numbers[str(span.reference)]
                cards[str(number)] = self._card(self.requirements[str(span.reference)], number)
            else:
                lines[0].notes += self._note(span)
        for line in lines:
            line.cards = [cards.pop(name) for name in line.anchors if name in cards]
        return lines

    def _beginning(self, place: layout.Place) -> list[Span]:
        left = bisect_left(self._cuts, place.start)
        right = bisect_left(self._cuts, place.end)
        return [span for cut in self._cuts[left:right] for span in self._active[cut] if span.start == cut]

    def _cell(self, place: layout.Place, *, is_table: bool) -> Cell:
        left, right = bisect_left(self._cuts, place.start), bisect_left(self._cuts, place.end)
        edges = [place.start, *(cut for cut in self._cuts[left:right] if cut > place.start), place.end]
        pieces: list[Piece] = []
        for start, end in itertools.pairwise(edges):
            if start < end:
                pieces.append(self._piece(start, end, is_table=is_table))
        if is_table:
            _break(pieces)
        roles = {self.cells[str(span.reference)]["role"] for span in self._beginning(place) if span.kind == FORM}
        return Cell(pieces, head=bool(roles & {"column", "heading"}))

    def _piece(self, start: int, end: int, *, is_table: bool) -> Piece:
        at = bisect_left(self._cuts, start)
        cut = self._cuts[at] if at < len(self._cuts) and self._cuts[at] == start else self._cuts[at - 1] if at else -1
        spans = self._active.get(cut, []) if cut >= 0 else []
        if not spans:
            forgotten = any(begin < end and start < stop for begin, stop in self.forgotten)
            return Piece(self.text[start:end], kind=FORGOTTEN if forgotten else "")
        kinds = [self.kind(span) for span in spans]
        mine = [str(span.reference) for span in spans if span.kind == REQUIREMENT]
        return Piece(
            self.text[start:end],
            kind=min(kinds, key=KINDS.index),
            is_heading=all(self._heads(span) for span in spans),
            of=[str(self.numbers[code]) for code in mine],
            anchors=[str(self.numbers[str(s.reference)]) for s in spans if s.kind == REQUIREMENT and s.start == start],
            tags=[tag for span in spans if span.end == end for tag in self._tags(span, is_table=is_table)],
        )

    def _heads(self, span: Span) -> bool:
        return span.kind == "no_duty" and self.marks[int(span.reference)]["why"] in {"heading", "title"}

    def _tags(self, span: Span, *, is_table: bool) -> list[Tag]:
        if span.kind == REQUIREMENT:
            code = str(span.reference)
            number = str(self.numbers[code])
            return [Tag(self.kind(span), number, code, f"#r-{number}")]
        if span.kind == FORM:
            return self._cell_tags(self.cells[str(span.reference)], is_table=is_table)
        mark = self.marks[int(span.reference)]
        if span.kind == "no_duty":
            return [Tag("no_duty", str(words.WHY_SHORT[mark["why"]]), str(words.WHY[mark["why"]]))]
        return [Tag(span.kind, str(words.KIND[span.kind]), "")]

    def _cell_tags(self, cell: Mapping[str, Any], *, is_table: bool) -> list[Tag]:
        """The requirement that a cell is about; inside a table its place says what most cells are."""
        word = str(words.CELLS[cell["role"]])
        about = self.numbers.get(cell["about"])
        if about and (cell["role"] == "row" or not is_table):
            return [Tag(FORM, str(about), word, f"#r-{about}")]
        return [Tag(FORM, word, "")] if not is_table or cell["role"] in TOLD else []

    def _note(self, span: Span) -> list[Note]:
        """A form is told once, where it begins; a mark where the pack says more of it than its word."""
        if span.kind == FORM:
            code = str(span.reference).split("/", 1)[0]
            if code in self._told:
                return []
            self._told.add(code)
            form = self.forms[code]
            title = (form["title_en"] if self.english else "") or form["title"]
            return [Note(FORM, title, form["when"])]
        mark = self.marks[int(span.reference)]
        said = (mark["note_en"] if self.english else "") or mark["note"]
        days = "—".join(str(mark[key]) for key in ("from_on", "to_on") if mark[key])
        if not said and not days:
            return []
        return [Note(span.kind, str(words.KIND[span.kind]), " ".join(filter(None, [days, said])))]


def _break(pieces: list[Piece]) -> None:
    """In a cell that holds several things parted by blanks alone, each begins its own line."""
    for before, gap, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
        if before.kind and after.kind and not gap.kind and not gap.text.strip():
            after.breaks = "\n" not in gap.text
            gap.text = "" if after.breaks else gap.text


def _split(cells: list[Cell]) -> list[Line]:
    """The row, or a line for each thing when exactly one of its cells holds several."""
    several = [at for at, cell in enumerate(cells) if any(piece.breaks for piece in cell.pieces)]
    if len(several) != 1:
        return [Line(cells)]
    at = several[0]
    groups: list[list[Piece]] = [[]]
    for piece in cells[at].pieces:
        if piece.breaks:
            piece.breaks = False
            groups.append([])
        groups[-1].append(piece)
    first = Line([*cells[:at], Cell(groups[0], cells[at].head), *cells[at + 1 :]])
    rest = [Line([Cell(group if each == at else []) for each in range(len(cells))], more=True) for group in groups[1:]]
    return [first, *rest]


def narrow(sections: Iterable[Section], keep: Callable[[Line], bool]) -> list[Section]:
    """Only the lines that are wanted, and the sections that have any."""
    found = []
    for section in sections:
        for line in section.lines:
            line.hidden = not keep(line)
        if section.shown:
            found.append(section)
    return found


def counted(cards: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many cards stand at each answer."""
    found: dict[str, int] = {}
    for card in cards:
        if card["status"]:
            found[card["status"]] = found.get(card["status"], 0) + 1
    return found
