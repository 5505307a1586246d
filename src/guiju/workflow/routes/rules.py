"""The decision table of a route: rows of conditions, the first that fits names the steps. Pure: no database.

    rows = [{"name": "重大合同", "when": {"kinds": ["contract"], "amount_from": "5000000"}, "steps": [
        {"code": "first", "name": "业务部门合规审查", "part": "first", "who": {"role": "department_officer"}, "days": 2},
        {"code": "head", "name": "首席合规官签字", "part": "head", "who": {"role": "compliance_head"}, "days": 2,
         "veto": True}]}]

Conditions of one row hold together; what a row does not name does not matter to it. An amount that nobody has given
fits no row that asks for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guiju.lib import money
from guiju.lib import text as letters
from guiju.lib.errors import Fault, Problem
from guiju.org.enums import Role

#: What a step is for: first line, countersigning, outside counsel, second line, its head, the leading body.
FIRST, COUNTERSIGN, COUNSEL, COMPLIANCE, HEAD, BODY = "first", "countersign", "counsel", "compliance", "head", "body"
PARTS = (FIRST, COUNTERSIGN, COUNSEL, COMPLIANCE, HEAD, BODY)
ANY, ALL = "any", "all"
MOST_ROWS, MOST_STEPS, MOST_DAYS = 60, 12, 60
_WORDS, _NOTE = 80, 300
_CONDITIONS = ("kinds", "units", "levels", "amount_from", "amount_below", "overseas", "major")
_PARTS_OF_STEP = ("code", "name", "part", "who", "need", "days", "evidence", "veto", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a route may branch on. `units` are codes of the unit and all above it; `amount` is in yuan."""

    kind: str
    units: Sequence[str] = ()
    amount: Decimal | None = None
    overseas: bool = False
    major: bool = False
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Conditions of one row; empty ones do not matter."""

    kinds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    amount_from: Decimal | None = None
    amount_below: Decimal | None = None
    overseas: bool | None = None
    major: bool | None = None

    def fits(self, facts: Facts) -> bool:
        """Do all conditions hold?"""
        return (
            (not self.kinds or facts.kind in self.kinds)
            and (not self.units or any(code in self.units for code in facts.units))
            and (not self.levels or facts.level in self.levels)
            and self._fits_amount(facts.amount)
            and self.overseas in {None, facts.overseas}
            and self.major in {None, facts.major}
        )

    def _fits_amount(self, amount: Decimal | None) -> bool:
        if self.amount_from is None and self.amount_below is None:
            return True
        if amount is None:
            return False
        return (self.amount_from is None or amount >= self.amount_from) and (
            self.amount_below is None or amount < self.amount_below
        )

    def fits_but_amount(self, facts: Facts) -> bool:
        """Does it ask for an amount, and fit but for that?"""
        asks = self.amount_from is not None or self.amount_below is not None
        return asks and replace(self, amount_from=None, amount_below=None).fits(facts)

    def covers(self, other: When) -> bool:
        """Does it fit whatever the other fits?"""
        words = ((self.kinds, other.kinds), (self.units, other.units), (self.levels, other.levels))
        return (
            all(not own or (bool(theirs) and set(theirs) <= set(own)) for own, theirs in words)
            and self._covers_amount(other)
            and self.overseas in {None, other.overseas}
            and self.major in {None, other.major}
        )

    def _covers_amount(self, other: When) -> bool:
        if self.amount_from is None and self.amount_below is None:
            return True
        if other.amount_from is None and other.amount_below is None:
            return False  # what names no amount fits the other alone
        low, high = self.amount_from or Decimal(0), self.amount_below
        return low <= (other.amount_from or Decimal(0)) and (
            high is None or (other.amount_below is not None and other.amount_below <= high)
        )

    @property
    def is_empty(self) -> bool:
        """Does the row fit everything?"""
        return self == When()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One station. Who sits there: holders of an office (of the department first, then of its company), or people by uid.

    `need` any: the first who speaks is enough; all: everybody. `days` are working days. With `evidence` an opinion
    carries a file; with `veto` the step may veto. `note` says why it is there.
    """

    code: str
    name: str
    part: str
    role: str = ""
    people: tuple[str, ...] = ()
    department: str = ""
    need: str = ANY
    days: int = 3
    evidence: bool = False
    veto: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the table."""

    name: str
    when: When = field(default_factory=When)
    steps: tuple[Step, ...] = ()


def match(rows: Iterable[Row], facts: Facts) -> tuple[int, Row] | None:
    """The first row that fits, with its place from 0; None where none does."""
    return next(((place, row) for place, row in enumerate(rows) if row.when.fits(facts)), None)


# --- reading and writing --------------------------------------------------------------------------------------------


def read(written: object) -> tuple[Row, ...]:
    """The table from JSON; refuses with every fault at its place (`rows.2.steps.1.days`)."""
    faults: list[Fault] = []
    given = written if isinstance(written, list) else []
    if not given:
        faults.append(Fault("rows", _("The route has no row."), _("Add a row with at least one step.")))
    if len(given) > MOST_ROWS:
        faults.append(Fault("rows", _("These are more than %(most)d rows.") % {"most": MOST_ROWS}))
    found = tuple(_row(one, f"rows.{place + 1}", faults) for place, one in enumerate(given[:MOST_ROWS]))
    faults += _shadowed(found)
    if faults:
        raise Problem(
            "route.invalid",
            _("The route cannot be used like this; nothing was saved."),
            fix=_("Correct the places below."),
            faults=faults,
            status=422,
        )
    return found


def _row(written: object, where: str, faults: list[Fault]) -> Row:
    given = _mapping(written, where, ("name", "when", "steps"), faults)
    name = letters.clean(str(given.get("name") or "")).replace("\n", " ")[:_WORDS]
    if not name:
        faults.append(Fault(f"{where}.name", _("The row has no name."), _("Say for which matters it is.")))
    steps = given.get("steps") if isinstance(given.get("steps"), list) else []
    assert isinstance(steps, list)
    if not steps:
        faults.append(Fault(f"{where}.steps", _("The row has no step."), _("Add who looks at it first.")))
    if len(steps) > MOST_STEPS:
        faults.append(Fault(f"{where}.steps", _("These are more than %(most)d steps.") % {"most": MOST_STEPS}))
    read_steps = tuple(_step(one, f"{where}.steps.{n + 1}", faults) for n, one in enumerate(steps[:MOST_STEPS]))
    codes = [step.code for step in read_steps]
    if len(set(codes)) != len(codes):
        faults.append(Fault(f"{where}.steps", _("Two steps carry the same code."), _("Give each step its own.")))
    return Row(name=name, when=_when(given.get("when"), f"{where}.when", faults), steps=read_steps)


def _when(written: object, where: str, faults: list[Fault]) -> When:
    given = _mapping(written, where, _CONDITIONS, faults)
    low, high = (_amount(given.get(name), f"{where}.{name}", faults) for name in ("amount_from", "amount_below"))
    if low is not None and high is not None and low >= high:
        faults.append(Fault(f"{where}.amount_below", _("The amounts leave nothing between them.")))
    kinds, units, levels = (_words(given.get(name), f"{where}.{name}", faults) for name in ("kinds", "units", "levels"))
    overseas, major = (_flag(given.get(name), f"{where}.{name}", faults) for name in ("overseas", "major"))
    return When(
        kinds=kinds, units=units, levels=levels, amount_from=low, amount_below=high, overseas=overseas, major=major
    )


def _step(written: object, where: str, faults: list[Fault]) -> Step:
    given = _mapping(written, where, _PARTS_OF_STEP, faults)
    who = _mapping(given.get("who"), f"{where}.who", ("role", "people", "department"), faults)
    people = _words(who.get("people"), f"{where}.who", faults)
    step = Step(
        code=letters.clean(str(given.get("code") or ""))[:24],
        name=letters.clean(str(given.get("name") or "")).replace("\n", " ")[:_WORDS],
        part=str(given.get("part") or ""),
        role=str(who.get("role") or ""),
        people=people,
        department=letters.clean(str(who.get("department") or ""))[:60],
        need=ALL if given.get("need") == ALL else ANY,
        days=_days(given.get("days", 3)),
        evidence=given.get("evidence") is True,
        veto=given.get("veto") is True,
        note=letters.clean(str(given.get("note") or "")).replace("\n", " ")[:_NOTE],
    )
    checks = (
        (bool(step.code), "code", _("The step has no code.")),
        (bool(step.name), "name", _("The step has no name.")),
        (step.part in PARTS, "part", _("It is not said what the step is for.")),
        (
            step.role in Role.values or bool(step.people) or step.part in {COUNSEL, BODY},
            "who",
            _("Nobody sits at the step."),
        ),
        (all(_is_uid(one) for one in people), "who", _("People are named by their uid.")),
        (0 < step.days <= MOST_DAYS, "days", _("The time is 1 to %(most)d working days.") % {"most": MOST_DAYS}),
    )
    faults += [Fault(f"{where}.{name}", what) for holds, name, what in checks if not holds]
    return step


def _shadowed(rows: Sequence[Row]) -> list[Fault]:
    """A row behind one that fits everything, or everything that it fits, is never reached."""
    last = next((place for place, row in enumerate(rows) if row.when.is_empty), len(rows) - 1)
    found: list[Fault] = []
    if last < len(rows) - 1:
        fix = _("Move the row without conditions to the end.")
        found.append(Fault(f"rows.{last + 2}", _("This row is never reached: the one before it fits everything."), fix))
    for place, row in enumerate(rows[: last + 1]):
        over = next((one for one in rows[:place] if one.when.covers(row.when)), None)
        if over is not None:
            what = _("This row is never reached: “%(row)s” before it takes all of it.") % {"row": over.name}
            found.append(Fault(f"rows.{place + 1}", what, _("Move the narrower row before the wider one.")))
    return found


def write(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The table as JSON, the way `read` takes it."""
    return [
        {"name": row.name, "when": _written_when(row.when), "steps": [written(step) for step in row.steps]}
        for row in rows
    ]


def _written_when(when: When) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: list(getattr(when, name)) for name in ("kinds", "units", "levels") if getattr(when, name)
    }
    found |= {
        name: str(getattr(when, name)) for name in ("amount_from", "amount_below") if getattr(when, name) is not None
    }
    return found | {name: getattr(when, name) for name in ("overseas", "major") if getattr(when, name) is not None}


def written(step: Step) -> dict[str, Any]:
    """One step as JSON."""
    who = {"role": step.role, "people": list(step.people), "department": step.department}
    return {
        "code": step.code, "name": step.name, "part": step.part, "who": {k: v for k, v in who.items() if v},
        "need": step.need, "days": step.days, "evidence": step.evidence, "veto": step.veto,
        **({"note": step.note} if step.note else {}),
    }  # fmt: skip


def step_of(kept: Mapping[str, Any]) -> Step:
    """One step as a run keeps it; it was checked when its route was saved."""
    return _step(kept, "", [])


def _mapping(given: object, where: str, known: Sequence[str], faults: list[Fault]) -> Mapping[str, Any]:
    """What is not understood is refused: a condition that was dropped would let everything through."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        faults.append(Fault(where, _("This is not written as a route is.")))
        return {}
    faults += [
        Fault(f"{where}.{str(name)[:40]}", _("A route knows nothing of this name."))
        for name in given
        if name not in known
    ]
    return given


def _words(given: object, where: str, faults: list[Fault]) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        faults.append(Fault(where, _("Give these as a list of codes.")))
        return ()
    return tuple(dict.fromkeys(letters.clean(one)[:60] for one in given))


def _flag(given: object, where: str, faults: list[Fault]) -> bool | None:
    if given is not None and not isinstance(given, bool):
        faults.append(Fault(where, _("This is yes, no, or left open.")))
    return given if isinstance(given, bool) else None


def _is_uid(written: str) -> bool:
    try:
        return str(UUID(written)) == written.lower()
    except ValueError:
        return False


def _days(given: object) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else 0


def _amount(given: object, where: str, faults: list[Fault]) -> Decimal | None:
    if given in (None, ""):
        return None
    amount = money.written(given)
    if amount is None:
        faults.append(Fault(where, _("This is no amount in yuan."), money.how()))
    return amount
