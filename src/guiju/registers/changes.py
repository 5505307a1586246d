"""Lets other packages follow changes of rows without this one knowing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guiju.access.actor import Actor
    from guiju.lib.errors import Fault
    from guiju.org.models import Unit
    from guiju.registers.models import Entry
    from guiju.registers.spec import Move

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One row before and after: all columns of `Entry`, None where it did not or does not exist."""

    register: str
    unit_id: int
    before: Columns | None
    after: Columns | None
    uid: str = ""
    #: Why it was changed or moved, where somebody said so.
    reason: str = ""


Listener = Callable[[Sequence[Change]], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Call `listener(changes)` inside the transaction of every change; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def announce(changes: Sequence[Change]) -> None:
    """Tell the listeners; up to 1,000 rows at once when many change together."""
    for listener in _listeners:
        listener(changes)


def has_listeners() -> bool:
    """False when nobody would hear."""
    return bool(_listeners)


#: (the row as it is, the move, its checked data after the move, who moves it) -> stored values that the move sets.
Preparer = Callable[["Entry", "Move", Columns, "Actor"], Columns]

_preparers: dict[str, Preparer] = {}


def prepare(register: str, preparer: Preparer) -> None:
    """Let `preparer` refuse, or add to, every move of this register's rows, inside the transaction, before it is written.

    For what belongs to a move wherever it is made: a page of its own, the register, the API, several at once.
    """
    _preparers[register] = preparer


def prepared(entry: Entry, move: Move, data: Columns, by: Actor) -> Columns:
    """What a move sets besides what was entered."""
    found = _preparers.get(entry.register)
    return found(entry, move, data, by) if found is not None else {}


#: (stored values before, None of a new row; those to be stored, which it may add to; why) -> what is wrong with them.
Keeper = Callable[[Columns | None, dict[str, Any], str], "list[Fault]"]

_keepers: dict[str, Keeper] = {}


def keep(register: str, keeper: Keeper) -> None:
    """Let `keeper` refuse, or add to, whatever is written of this register: by a form, an import, a table, the API.

    For fields that the programme keeps itself, and for what a change of one field asks of another.
    """
    _keepers[register] = keeper


def kept(register: str, held: Columns | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """What is wrong with what is about to be written."""
    found = _keepers.get(register)
    return found(held, data, reason) if found is not None else []


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A row that is about to be written again: what it says, what it is to say, and why."""

    uid: str
    #: The state before and after; the same where nothing moves.
    status: str
    to: str
    held: Columns
    data: Columns
    reason: str

    @property
    def changed(self) -> set[str]:
        """Fields that will say something else; what is empty in either way says the same."""
        return {
            code for code in {*self.held, *self.data} if (self.held.get(code) or None) != (self.data.get(code) or None)
        }


Guard = Callable[[Rewrite], "list[Fault]"]

_guards: dict[str, tuple[Guard, Callable[[str], str]]] = {}


def guard(register: str, guard: Guard, *, notice: Callable[[str], str]) -> None:
    """Let `guard` refuse changes of rows that stand already, whichever door they come by.

    A fault at `reason` asks for a reason. `notice` gives the sentence that forms show for a row in this state; "" for
    rows that are changed freely.
    """
    _guards[register] = (guard, notice)


def guarded(register: str, rewrite: Rewrite) -> list[Fault]:
    """Why the row may not be changed so."""
    found = _guards.get(register)
    return found[0](rewrite) if found is not None else []


def notice(register: str, status: str) -> str:
    """How a row in this state is changed, where there is a rule for it."""
    found = _guards.get(register)
    return found[1](status) if found is not None else ""


#: (unit, stored values before, None of a new row; those to be stored, which it may complete).
Blank = tuple["Unit", Columns | None, dict[str, Any]]
Filler = Callable[[Sequence[Blank]], None]

_fillers: dict[str, Filler] = {}


def fill(register: str, filler: Filler) -> None:
    """Let `filler` complete what follows from other fields by the settings of the unit, many rows at once."""
    _fillers[register] = filler


def filled(register: str, blanks: Sequence[Blank]) -> None:
    """Complete what is about to be written; asking twice changes nothing."""
    found = _fillers.get(register)
    if found is not None:
        found(blanks)
