"""Words of a file that fit no value as they are: what they mean is proposed or asked once, not once per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from guiju.lib import text
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers import scales, values
from guiju.registers.deciding import NAMED, Answer, Decisions, may_hold
from guiju.registers.directory import Directory, KnownPerson, KnownUnit
from guiju.registers.spec import Field, RegisterSpec

#: Different words that are asked about; beyond them a word is a fault like any other.
MOST = 200
_UNKNOWN = frozenset({"value.wrong", "person.unknown", "unit.unknown", "department.kind"})
_FREE = ("business", "note")


@dataclass(slots=True)
class Question:
    """One word that stands in some rows of one field."""

    field: Field
    value: str
    heading: str
    rows: Rows
    answer: Answer | None = None
    #: The answer is a proposal of the programme, which nobody has changed.
    is_proposed: bool = False


class Rows:
    """Row numbers by sheet, kept as ranges."""

    __slots__ = ("_spans", "count")

    def __init__(self) -> None:
        self.count = 0
        self._spans: list[list[Any]] = []

    def add(self, sheet: str, row: int) -> None:
        """Rows come in order."""
        last = self._spans[-1] if self._spans else None
        if last is not None and last[0] == sheet and last[2] == row:
            return
        self.count += 1
        if last is not None and last[0] == sheet and last[2] == row - 1:
            last[2] = row
        elif len(self._spans) < 200:
            self._spans.append([sheet, row, row])

    def words(self, *, with_sheet: bool) -> str:
        """第 5、7–10 行, with the sheet's name where there are several."""
        by_sheet: dict[str, list[str]] = {}
        for sheet, first, last in self._spans[:12]:
            by_sheet.setdefault(sheet, []).append(str(first) if first == last else f"{first}–{last}")
        more = "…" if len(self._spans) > 12 else ""
        told = []
        for sheet, spans in by_sheet.items():
            said = "、".join(spans) + more
            if with_sheet:
                told.append(_("Sheet “%(sheet)s”, row %(rows)s") % {"sheet": sheet, "rows": said})
            else:
                told.append(_("Row %(rows)s") % {"rows": said})
        return "；".join(told)


@dataclass(slots=True)
class Outcome:
    """What became of a cell whose words did not fit."""

    value: Any = None
    #: Words that are kept in other fields: field, words.
    kept: list[tuple[str, str]] = field(default_factory=list)
    #: Words to which nobody has given a meaning yet.
    open: list[Question] = field(default_factory=list)


class Asking:
    """Asked about every cell that does not fit; remembers each word once."""

    def __init__(self, spec: RegisterSpec, unit: Unit, decided: Decisions) -> None:
        self.spec = spec
        self.unit = unit
        self.decided = decided
        self.questions: dict[tuple[str, str], Question] = {}
        #: Uid -> word of rows that would be made, and the kind of row.
        self.makes: dict[str, tuple[str, str]] = {}
        self._named: Mapping[str, Sequence[str]] | None = None
        self._beside: dict[str, list[str]] = {}

    def look_ahead(self, code: str, words: Iterable[object]) -> None:
        """The first words of a column: three steps are told from five by all of them."""
        item = self.spec.by_code[code]
        if scales.is_scale(item):
            said = [word for word in words if isinstance(word, str) and word.strip() and not word.strip().isdigit()]
            self._beside.setdefault(code, []).extend(dict.fromkeys(said))

    def concerns(self, item: Field, problem: Problem) -> bool:
        """Is this a word whose meaning may be asked?"""
        if problem.code not in _UNKNOWN or self.decided.strict:
            return False
        return item.type in NAMED or scales.is_scale(item)

    def settle(self, item: Field, written: str, known: Directory, *, heading: str, place: tuple[str, int]) -> Outcome:
        """What the words of a cell mean, part by part where a field holds several."""
        found = Outcome()
        several: list[Any] = []
        for part in values.parts(item, written):
            answer, question = self._answer(item, part, known, heading, place)
            if question is not None and answer is None:
                found.open.append(question)
            elif answer is not None:
                several += [] if answer.to is None else [self._value(item, part, answer, known)]
                found.kept += [(answer.keep, _kept(answer.keep, part, heading))] if answer.keep else []
        if item.type == "choices":
            found.value = [option.code for option in item.options if option.code in several] or None
        elif item.is_many:
            found.value = list(dict.fromkeys(several)) or None
        else:
            found.value = several[0] if several else None
        return found

    def _answer(
        self, item: Field, part: str, known: Directory, heading: str, place: tuple[str, int]
    ) -> tuple[Answer | None, Question | None]:
        if (stored := self._as_is(item, part, known)) is not None:
            return Answer(stored), None
        key = (item.code, part)
        question = self.questions.get(key)
        if question is None:
            if len(self.questions) >= MOST:
                return None, Question(item, part, heading, Rows())
            question = self.questions[key] = Question(item, part, heading, Rows())
            question.answer = self.decided.answer(item.code, part)
            if question.answer is None and scales.is_scale(item):
                question.answer = self._proposal(item, part)
                question.is_proposed = question.answer is not None
        question.rows.add(*place)
        return question.answer, question

    def _as_is(self, item: Field, part: str, known: Directory) -> Any:
        """Of several names in a cell, those that lead somewhere."""
        if not item.is_many:
            return None
        try:
            stored = values.parse(item, [part], known)
        except Problem:
            return None
        return stored[0] if stored else None

    def _proposal(self, item: Field, part: str) -> Answer | None:
        if self._named is None:
            self._named = scales.named(self.spec.code, self.unit)
        code = item.code.removeprefix("residual_")
        step = scales.exact(item, part, self._named.get(code, ()))
        if step is None:
            step = scales.proposal(item, part, self._beside.get(item.code, ()))
        return None if step is None else Answer(step)

    def _value(self, item: Field, part: str, answer: Answer, known: Directory) -> Any:
        if answer.makes and answer.to not in self.makes:
            self.makes[answer.to] = (item.type, part)
            expect(known, answer.to, item, part, self.unit)
        return answer.to


def _kept(keep: str, part: str, heading: str) -> str:
    """What a field says of itself needs no heading; in a remark it does."""
    return part if keep == _FREE[0] else f"{heading}：{part}"


def keepers(spec: RegisterSpec, item: Field) -> list[Field]:
    """Fields that may keep the words of a field, the likeliest first; how grave something is, is no line of business."""
    wanted = _FREE if item.type in {"choice", "choices"} and not is_grave(item) else _FREE[1:]
    return [spec.by_code[code] for code in wanted if code != item.code and may_hold(spec, code)]


def is_grave(item: Field) -> bool:
    """Does the field say how grave something is, or on which level it stands? That is never guessed."""
    return scales.is_scale(item) or item.code.endswith("level")


def expect(known: Directory, uid: str, item: Field, name: str, unit: Unit) -> None:
    """Let a row that will be made be known to this reading."""
    root = unit.root_id or unit.pk
    if item.type == "department":
        known.units[uid] = KnownUnit(0, uid, "", name, "", "department", unit.path, root)
    else:
        known.people[uid] = KnownPerson(0, uid, name, "", unit.pk, unit.path, "", root)


def alike(word: str, labels: Mapping[str, str]) -> str:
    """The uid of the one name that contains the word or stands in it; empty where it is not clear."""
    said = _bare(word)
    if len(said) < 2:
        return ""
    found = [uid for uid, label in labels.items() if said in (name := _bare(label)) or (len(name) > 1 and name in said)]
    return found[0] if len(found) == 1 else ""


def _bare(name: str) -> str:
    said = text.normalise(name)
    for ending in ("管理部", "中心", "办公室", "部", "处", "科", "室"):
        if len(said) > len(ending) + 1 and said.endswith(ending):
            return said.removesuffix(ending)
    return said
