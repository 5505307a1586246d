"""Rows of a workbook to field values: carried group values, the department of a sheet, faults cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.lib import text
from guiju.lib.errors import Problem
from guiju.lib.excel import headers
from guiju.lib.excel.cells import Cell, Row, column_letters
from guiju.org.enums import UnitKind
from guiju.org.models import Unit
from guiju.registers import actions, scales, tables, values
from guiju.registers.asking import Asking, Question
from guiju.registers.deciding import Decisions
from guiju.registers.directory import DEPARTMENT_KINDS, Directory, KnownUnit
from guiju.registers.sheets import Table
from guiju.registers.spec import Field, RegisterSpec
from guiju.registers.store import Store

_TOTALS = frozenset({"合计", "小计", "总计", "共计", "累计", "total"})
#: What stands below a list: who has signed it, and how it is to be filled in.
_FOOTER = re.compile(
    r"(?:审核|制表|填表|填报|编制|编写|复核|校对|审批|批准|审定|经办|负责|签字|签发|盖章|联系|单位负责|部门负责|主管领导|分管领导)"
    r"(?:人|人员|部门|单位|领导|日期|时间|盖章|签字|电话)?(?:[(（][^)）]*[)）])?\s*[:：].*"
    r"|(?:填表|填报|填写|编制)?(?:说明|须知|备注|注|附注)\d*\s*[:：].*",
    re.DOTALL,
)
_FOOTER_CELLS = 4
_FORGETTABLE = frozenset({"choice", "bool", "date", "period"})
_MEMORY = 10_000
#: In a group column, where an empty cell means what stands above: nothing.
NOTHING = frozenset({"/", "—", "-", "无"})
#: Names that say nothing of a department.
_PLAIN = re.compile(r"(?:sheet|工作表|表|list)\s*\d*|.*(?:清单|台账|风险库|一览表|明细表|汇总表?)", re.IGNORECASE)


@dataclass(slots=True)
class Page:
    """One sheet of the list."""

    name: str
    match: headers.HeaderMatch
    fields: list[tuple[Field, int]]
    spread: list[tuple[tuple[str, str, str], int]]
    #: Columns whose empty cells mean what stands above them, from left to right.
    carry: list[int]
    department: KnownUnit | None = None
    #: Why its name is no department's, where its rows need one.
    nameless: Problem | None = None
    told: bool = False
    rows: int = 0
    above: dict[int, Cell] = field(default_factory=dict)
    #: Columns whose words are added to a field: place, field, heading.
    added: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """One row of the file on its way."""

    row: Row
    page: Page
    unit: KnownUnit
    given: dict[str, Any]
    status: str = ""
    faults: list[dict[str, Any]] = field(default_factory=list)
    #: Its fault has been told with an earlier row of the sheet.
    is_bad: bool = False
    key: tuple[Any, ...] = ()
    #: Words that are added to what a field says.
    added: dict[str, list[str]] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, int]:
        """Sheet and row."""
        return self.page.name, self.row.number


class Pages:
    """Turns the rows of one file into lines."""

    def __init__(
        self,
        spec: RegisterSpec,
        source: Store,
        unit: Unit,
        by: Actor,
        table: Table,
        decided: Decisions = Decisions(strict=True),  # noqa: B008 - nothing changes it
    ) -> None:
        self.spec = spec
        self.store = source
        self.unit = unit
        self.by = by
        self.table = table
        self.decided = decided
        self.asking = Asking(spec, unit, decided)
        self.skipped = 0
        #: Lines below the list that are none of its rows: sheet, row, first words.
        self.footers: list[tuple[str, int, str]] = []
        self.known = Directory(unit, bulk=True, by=by)
        #: The field that says which department a row is of, where rows have one.
        self.department = spec.by_slot.get("department")
        self.pages = {match.sheet: self._page(match) for match in table.matches}
        #: Every field that the file may fill, whatever column or sheet it stands in.
        self.filled: dict[str, Field] = {}
        for page in self.pages.values():
            self.filled |= {item.code: item for item, _at in page.fields}
            self.filled |= {code: spec.by_code[code] for found, _at in page.spread for code in found[:2]}
        if self.department is not None and any(page.department is not None for page in self.pages.values()):
            self.filled[self.department.code] = self.department
        self.filled |= {code: spec.by_code[code] for code in self._added_to()}
        self._look_ahead()
        self._permission = source.permission(actions.IMPORT)
        self._is_whole = check.can(by, self._permission, unit)
        self._hands: dict[str | None, bool] = {}
        self._units: dict[str, Unit] = {}
        #: Words of scales as they stand in cells, once their step is known.
        self._meant: dict[tuple[str, Any], Question] = {}
        self._memory: dict[str, dict[Any, Any]] = {code: {} for code in self.filled}

    @property
    def is_many(self) -> bool:
        """Cells are named with their sheet where the list stands on several."""
        return len(self.pages) > 1

    def departments(self) -> list[str]:
        """The departments that the sheets are named after."""
        return [page.department.label for page in self.pages.values() if page.department is not None]

    def _added_to(self) -> list[str]:
        """Fields to which words are added that have no home of their own."""
        answers = (answer for words in self.decided.values.values() for answer in words.values())
        columns = (code for page in self.pages.values() for _at, code, _heading in page.added)
        return list(dict.fromkeys([*columns, *(answer.keep for answer in answers if answer.keep)]))

    def _look_ahead(self) -> None:
        """The first words of the columns that count steps."""
        for page in self.pages.values():
            below = [row for row in self.table.heads[page.name].rows if row.number > page.match.last_row]
            for item, at in page.fields:
                if scales.is_scale(item):
                    self.asking.look_ahead(item.code, (row.cell(at).value for row in below))

    # --- sheets ---------------------------------------------------------------------------------------------------

    def _page(self, match: headers.HeaderMatch) -> Page:
        spec = self.spec
        carried = sorted(match.columns[key] for key in self.table.carried if key in match.columns)
        page = Page(
            match.sheet,
            match,
            [(spec.by_code[code], at) for code, at in match.columns.items() if code in spec.by_code],
            [(found, at) for key, at in match.columns.items() if (found := tables.spread(key))],
            carried,
            added=[
                (at, code, match.unknown.get(at, "") or self.table.called(match.sheet).get(at, ""))
                for at, code in self.table.added(match.sheet)
            ],
        )
        if self.department is not None:
            self._name(page)
        return page

    def _name(self, page: Page) -> None:
        """The department behind a sheet's name; what looks like no department's name means none."""
        name = text.clean(page.name)
        alone = len(self.table.matches) == 1
        try:
            found = self.known.at(self.unit).department(name)
            if found.path.startswith(self.unit.path):
                page.department = found
                return
        except Problem as problem:
            page.nameless = problem
        needed = self.table.by_department or (self.department is not None and self.department.code in self.spec.key)
        plain = {text.normalise(self.spec.title_zh), text.normalise(self.spec.title_en)}
        says_nothing = bool(_PLAIN.fullmatch(text.normalise(name))) or text.normalise(name) in plain
        if not needed or (alone and (says_nothing or not self.table.by_department)):
            page.nameless = None
        else:
            page.nameless = self._unknown_department(name, page.nameless)

    def _unknown_department(self, name: str, problem: Problem | None) -> Problem:
        if problem is not None and problem.code == "unit.ambiguous":
            return problem
        there = self.unit_departments()
        return Problem(
            "sheet.department",
            _("The sheet “%(sheet)s” is named after no department of %(unit)s.")
            % {"sheet": name, "unit": self.unit.label},
            fix=_("Name the sheet after one of: %(names)s; or enter the department among the units first.")
            % {"names": "、".join(there) or "—"},
        )

    def unit_departments(self) -> list[str]:
        """The first departments of the unit, to choose from."""
        found = Unit.objects.filter(parent=self.unit, kind__in=DEPARTMENT_KINDS - {UnitKind.BRANCH.value})
        return [unit.label for unit in found.order_by("path")[:12]]

    # --- rows -----------------------------------------------------------------------------------------------------

    def lines(self, found: Iterator[tuple[str, Row]]) -> Iterator[Line]:
        """The rows with anything in them but headings, totals and what comes down from above."""
        for sheet, row in found:
            page = self.pages[sheet]
            if row.number > page.match.last_row and (line := self.line(page, row)) is not None:
                yield line

    def line(self, page: Page, row: Row) -> Line | None:
        """One row; None where it holds no record."""
        if not row.has_own:
            return None
        if _is_total(row) or _is_heading(row):
            self.skipped += 1
            page.above.clear()
            return None
        if not page.rows and _is_count(row):
            self.skipped += 1
            return None
        if page.rows and (said := _footer(row)):
            self.footers.append((page.name, row.number, said))
            page.above.clear()
            return None
        page.rows += 1
        cells = self._carried(page, row) if page.carry else row.cells
        line = Line(row, page, self._own_unit(), {})
        self._read_unit(line)
        self.known.at(self.unit_of(line.unit))
        for item, at in page.fields:
            if at >= len(cells) or cells[at].value is None:
                line.given[item.code] = None
                continue
            if (meant := self._meant.get((item.code, cells[at].value))) is not None:
                meant.rows.add(*line.place)
                line.given[item.code] = meant.answer.to if meant.answer is not None else None
                continue
            try:
                line.given[item.code] = self._parse(item, cells[at])
            except Problem as problem:
                self._misfit(line, item, cells[at], at, problem)
        for at, code, heading in page.added:
            if at < len(cells) and (said := text.clean(cells[at].text)):
                line.added.setdefault(code, []).append(f"{heading.rsplit('/', 1)[-1]}：{said}")
        if page.spread:
            self._read_spread(line)
        if "_status" in page.match.columns:
            self._read_status(line)
        if self.department is not None:
            self._read_department(line, self.department)
        return line

    def _misfit(self, line: Line, item: Field, cell: Cell, at: int, problem: Problem) -> None:
        """A word that is no value as it is: what it means was decided, is proposed, or is asked."""
        if not self.asking.concerns(item, problem):
            self.fault(line, at, problem.what, problem.fix, item.label())
            return
        heading = line.page.match.labels.get(item.code, item.label()).rsplit("/", 1)[-1]
        found = self.asking.settle(item, cell.text, self.known, heading=heading, place=line.place)
        if found.open:
            self.fault(line, at, problem.what, problem.fix, item.label())
            line.faults[-1]["ask"] = all((item.code, one.value) in self.asking.questions for one in found.open)
            return
        line.given[item.code] = found.value
        if item.type == "integer" and found.value is not None and not found.kept:
            self._meant[item.code, cell.value] = self.asking.questions[item.code, text.clean(cell.text)]
        for code, words in found.kept:
            line.added.setdefault(code, []).append(words)

    def _carried(self, page: Page, row: Row) -> Sequence[Cell]:
        """A new value of a group ends the groups within it."""
        cells: list[Cell] | None = None
        is_new = False
        for at in page.carry:
            cell = row.cell(at)
            held = page.above.get(at)
            said = cell.value.strip() if isinstance(cell.value, str) else cell.value
            if said in NOTHING:
                is_new = is_new or held is not None
                page.above.pop(at, None)
                cells = list(row.cells) if cells is None else cells
                cells[at] = Cell(None, row.number, at)
            elif said is not None and said != "":
                is_new = is_new or held is None or held.value != cell.value
                page.above[at] = cell
            elif is_new:
                page.above.pop(at, None)
            elif held is not None:
                cells = list(row.cells) if cells is None else cells
                cells += [Cell(None, row.number, extra) for extra in range(len(cells), at + 1)]
                cells[at] = held._replace(row=row.number, merged=True)
        return row.cells if cells is None else cells

    def _read_department(self, line: Line, item: Field) -> None:
        """A department in the row wins over the sheet's name."""
        page = line.page
        if line.given.get(item.code) is None and not any(fault["code"] == item.code for fault in line.faults):
            if page.department is not None:
                line.given[item.code] = page.department.uid
                self.known.units.setdefault(page.department.uid, page.department)
            elif page.nameless is not None:
                line.is_bad = True
                if not page.told:
                    page.told = True
                    self._fault_sheet(line, page.nameless)
        if not self._is_whole and not line.faults and not self.in_hand(line.given.get(item.code)):
            self.fault(
                line,
                page.match.columns.get(item.code),
                _("You keep the records of your department only."),
                _("Ask the compliance office to import this row."),
                item.label(),
            )

    def in_hand(self, department: str | None) -> bool:
        """Who keeps a department's rows alone brings in these only."""
        if self._is_whole:
            return True
        if department not in self._hands:
            self.known.load(units=[department] if department else [])
            row = self.known.units.get(department or "")
            unit = Unit.objects.filter(pk=row.pk).first() if row is not None else None
            self._hands[department] = unit is not None and check.can(self.by, self._permission, self.unit, unit)
        return self._hands[department]

    def _read_spread(self, line: Line) -> None:
        """One field in several columns: the column that is filled says which choice holds."""
        filled: str = ""
        for (code, choice, value), at in line.page.spread:
            cell = line.row.cell(at)
            if cell.value is None:
                continue
            item = self.spec.by_code[code]
            label = line.page.match.labels.get(f"{code}@{choice}={value}", "")
            if filled:
                what = _("“%(other)s” is filled already.") % {"other": filled}
                self.fault(line, at, what, _("Fill one of these columns only."), label)
                continue
            filled = label
            try:
                line.given |= {code: self._parse(item, cell), choice: value}
            except Problem as problem:
                self.fault(line, at, problem.what, problem.fix, label)

    def _parse(self, item: Field, cell: Cell) -> Any:
        value = cell.value
        if value is None:
            return None
        if item.type not in _FORGETTABLE or cell.imprecise:
            return values.parse_cell(item, cell, self.known)
        memory = self._memory[item.code]
        key = (type(value), value)
        if key not in memory:
            if len(memory) > _MEMORY:
                memory.clear()
            memory[key] = values.parse_cell(item, cell, self.known)
        return memory[key]

    def _own_unit(self) -> KnownUnit:
        unit = self.unit
        return KnownUnit(
            unit.pk,
            str(unit.uid),
            unit.code,
            unit.name,
            unit.short_name,
            str(unit.kind),
            unit.path,
            unit.root_id or unit.pk,
        )

    def _read_unit(self, line: Line) -> None:
        match = line.page.match
        at = match.columns.get("_unit")
        cell = line.row.cell(at) if at is not None else None
        if at is None or cell is None or cell.value is None:
            return
        try:
            self.known.at(self.unit)
            found = self.known.any_unit(cell.text)
        except Problem as problem:
            self.fault(line, at, problem.what, problem.fix, match.labels["_unit"])
            return
        unit = self.unit_of(found)
        if not unit.path.startswith(self.unit.path) or not (
            check.can(self.by, self._permission, unit) or unit.pk == self.unit.pk
        ):
            what = _("%(unit)s does not belong to %(chosen)s, for which you import.")
            self.fault(
                line,
                at,
                what % {"unit": unit.name, "chosen": self.unit.name},
                _("Import it separately, or choose the unit above both."),
                match.labels["_unit"],
            )
            return
        line.unit = found

    def unit_of(self, known: KnownUnit) -> Unit:
        """The unit behind a name."""
        if known.uid not in self._units:
            self._units[known.uid] = Unit.objects.get(pk=known.pk)
        return self._units[known.uid]

    def _read_status(self, line: Line) -> None:
        at = line.page.match.columns["_status"]
        written = line.row.cell(at).text
        if not written.strip():
            return
        word = text.normalise(written).casefold()
        for state in self.spec.states:
            if word in {state.code, text.normalise(state.zh).casefold(), text.normalise(state.en).casefold()}:
                line.status = state.code
                return
        options = "、".join(state.label() for state in self.spec.states)
        self.fault(
            line,
            at,
            _("“%(value)s” is no state of this register.") % {"value": written[:40]},
            _("Choose one of: %(options)s.") % {"options": options},
            line.page.match.labels["_status"],
        )

    # --- faults ---------------------------------------------------------------------------------------------------

    def fault(self, line: Line, at: int | None, what: str, fix: str, label: str) -> None:
        """Something is wrong with a cell, or with the row where no cell is to blame."""
        cell = f"{column_letters(at)}{line.row.number}" if at is not None else ""
        line.faults.append(
            {
                "sheet": line.page.name,
                "row": line.row.number,
                "cell": cell,
                "ref": self.name(line.page, cell) if cell else "",
                "column": label,
                "value": line.row.cell(at).text[:80] if at is not None else "",
                "what": what,
                "fix": fix,
                "code": self._code_at(line.page.match.columns, at),
            }
        )

    def _fault_sheet(self, line: Line, problem: Problem) -> None:
        line.faults.append(
            {
                "sheet": line.page.name,
                "row": line.row.number,
                "cell": "",
                "ref": line.page.name,
                "column": _("Sheet"),
                "value": line.page.name,
                "what": problem.what,
                "fix": problem.fix,
                "code": self.department.code if self.department is not None else "",
            }
        )

    def name(self, page: Page, ref: str) -> str:
        """`B7`, or `采购部!B7` where the list stands on several sheets."""
        return f"{page.name}!{ref}" if self.is_many else ref

    def words(self, line: Line) -> str:
        """A row as people call it."""
        words = {"row": line.row.number, "sheet": line.page.name}
        return _("%(row)d of the sheet “%(sheet)s”") % words if self.is_many else str(line.row.number)

    @staticmethod
    def _code_at(columns: Mapping[str, int], at: int | None) -> str:
        return next((code for code, place in columns.items() if place == at), "")


def _is_total(row: Row) -> bool:
    first = next((cell.value for cell in row.cells if cell.value is not None), None)
    return isinstance(first, str) and text.normalise(first).casefold().rstrip(":") in _TOTALS


def _footer(row: Row) -> str:
    """The first words of a line of signatures or notes; empty for a row of the list."""
    said = {str(cell.value) for cell in row.cells if cell.value is not None and not cell.merged}
    if len(said) > _FOOTER_CELLS:
        return ""
    first = next((cell.value for cell in row.cells if cell.value is not None), None)
    is_footer = isinstance(first, str) and _FOOTER.fullmatch(first.strip()) is not None
    return str(first).strip()[:40] if is_footer else ""


def _is_heading(row: Row) -> bool:
    """One value merged over the whole width: a heading between the rows, or a note below them."""
    said = [cell for cell in row.cells if cell.value is not None]
    return (
        len(said) > 2
        and said[0].value == said[-1].value
        and all(cell.merged for cell in said[1:])
        and (not said[0].merged and all(cell.value == said[0].value for cell in said))
    )


def _is_count(row: Row) -> bool:
    """1, 2, 3 ... below the header: the columns are numbered."""
    said = [cell.value for cell in row.cells if cell.value is not None]
    return len(said) > 2 and [str(value) for value in said] == [str(at) for at in range(1, len(said) + 1)]
